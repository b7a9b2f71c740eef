package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-publish-refused", Severity: session.Error,
	Title:  "Publishing was refused",
	Why:    "The server answered publish with an error other than BadName: authentication failed, the key is unknown, or a rule denies publishing.",
	Fix:    "Read the server's words, check the key, and look into the server's log at this moment.",
	Source: "Enhanced RTMP v2, NetStream status codes; bluenviron/mediamtx#6072, obsproject/obs-studio#3078",
	Bad:    script.Example{script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.Denied", "no such key")},
	Good:   script.Example{script.Connected, script.Created, script.PublishKey, script.Started, script.OnStatus("error", "NetStream.Record.Failed", "the disk is full")},
	watch:  watchRefusal(session.Publish, "publish"),
})

// watchRefusal reports a status of level error that answers what the client
// asked for first.
func watchRefusal(role session.Role, command string) func(*view, *reporter) {
	return func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			s, m := v.main, &e.Message
			if e.From != server || s == nil || s.role != role || e.Flags&session.Refused == 0 || s.started.yes() || !r.first() ||
				m.Code == "NetStream.Publish.BadName" || !strings.HasPrefix(m.Code, "NetStream.") {
				return
			}
			r.inShort("%s", m.Code).report(session.NoSide, rows(s.asked.row, e.Number), "the server refused to %s %s: %s “%s”, %s after it was asked",
				command, s.marked(), m.Code, e.Mark(1, "description", m.Description), v.since(s.asked))
		})
	}
}
