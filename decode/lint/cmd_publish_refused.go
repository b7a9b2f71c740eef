package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-publish-refused", Severity: session.Error,
	Title:  "Publish was rejected",
	Why:    "The server answered publish with an error other than BadName: authentication failed, the key is unknown, or a rule denies publishing.",
	Fix:    "Read the server's words, check the key, and look into the server's log at this moment.",
	Source: "Enhanced RTMP v2, NetStream status codes; bluenviron/mediamtx#6072, obsproject/obs-studio#3078",
	Bad:    script.Example{script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.Denied", "no such key")},
	Good:   script.Example{script.Connected, script.Created, script.PublishKey, script.Started, script.OnStatus("error", "NetStream.Record.Failed", "the disk is full")},
	watch:  watchRefusal(session.Publish, "publish"),
})

// orCommand is the status code of an answer, or the command itself where there is
// none.
func orCommand(m *message.Parsed) string {
	if m.Code == "" {
		return m.Command
	}
	return m.Code
}

// watchRefusal reports the refusal of a publish or play.
func watchRefusal(role session.Role, command string) func(*view, *reporter) {
	return func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			s, m := v.stream, &e.Message
			if e.From != server || s == nil || s.role != role || !s.refused || s.answered.row != e.Number || m.Code == "NetStream.Publish.BadName" || !r.firstOf(s) {
				return
			}
			r.of(s).inShort("%s", orCommand(m)).report(session.NoSide, rows(s.asked.row, e.Number), "the server refused to %s %s%s: %s “%s”, %s after it was asked",
				command, s.marked(), v.which(s), orCommand(m), e.Mark(1, "description", m.Description), v.since(s.asked))
		})
	}
}
