package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-publish-refused", Severity: session.Error,
	Title:  "Publishing was refused",
	Why:    "The server answered publish with an error other than BadName: authentication failed, the key is unknown, or a rule denies publishing.",
	Fix:    "Read the server's words, check the key, and look into the server's log at this moment.",
	Source: "Enhanced RTMP v2, NetStream status codes; bluenviron/mediamtx#6072, obsproject/obs-studio#3078",
	Bad:    Example{connected, createdS, publishKey, onStatus("error", "NetStream.Publish.Denied", "no such key")},
	Good:   Example{connected, createdS, publishKey, started, onStatus("error", "NetStream.Record.Failed", "the disk is full")},
	watch:  watchRefusal(session.Publish, "publish"),
})

var _ = register(Rule{
	ID: "cmd-play-refused", Severity: session.Error,
	Title:  "Playing was refused",
	Why:    "The server answered play with an error: nobody publishes the stream, the name is wrong, or a rule denies playing. MediaMTX says Play.Failed for a wrong password.",
	Fix:    "Compare the name with the publisher's, letter for letter; then read the server's log at this moment.",
	Source: "Enhanced RTMP v2, NetStream status codes",
	Bad:    Example{connected, createdS, playKey, onStatus("error", "NetStream.Play.StreamNotFound", "no such stream")},
	Good:   Example{playing, onStatus("error", "NetStream.Seek.Failed", "this is live")},
	watch:  watchRefusal(session.Play, "play"),
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

var _ = register(Rule{
	ID: "cmd-play-closed", Severity: session.Error,
	Title:      "Closed after play, before any media",
	Why:        "The server closed soon after play without having sent a frame, with or without Play.Start before: a rule denies playing. nginx-rtmp says Play.Start first.",
	Fix:        "Check the server's rules for players (allow play, deny play, on_play) and its log at this moment.",
	Source:     "arut/nginx-rtmp-module, ngx_rtmp_access_module: seen with nginx 1.22",
	Thresholds: []string{"start.close"},
	Absence:    true,
	Bad:        Example{playing, after(2 * 1e6), fin(server), fin(client)},
	Good:       Example{playing, headers(server), frames(server, 0, 3), fin(server), fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			s := v.main
			if e.From != server || v.first != server || s == nil || s.role != session.Play || s.media > 0 || s.refused ||
				v.stopped.yes() || v.since(s.asked) > v.duration("start.close") {
				return
			}
			r.inShort("closed %s after play", v.since(s.asked)).report(session.ServerSide, rows(s.asked.row, e.Number), "the server closed %s after play %s, and no frame had come%s", v.since(s.asked), s.marked(), v.attempt(s))
		})
	},
})
