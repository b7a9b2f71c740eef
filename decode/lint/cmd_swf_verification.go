package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// What SWF verification asks and answers with (User Control events, librtmp).
const (
	swfAsked    = 26
	swfAnswered = 27
)

var _ = register(Rule{
	ID: "cmd-swf-verification", Severity: session.Warning,
	Title:    "SWF verification is not answered",
	Why:      "The server asks the client to prove which Flash player program it is (User Control 26), and the client does not answer (27). Servers that ask for it end a play without it, some after minutes.",
	Fix:      "Give the client the player program: rtmpdump --swfVfy URL, ffmpeg -rtmp_swfverify URL; or switch verification off in the server.",
	Source:   "librtmp, rtmp.c (HandleCtrl); FFmpeg, rtmpproto.c (handle_swf_verification)",
	Explains: append(append([]string{}, refusals...), breaks...),
	Absence:  true,
	Bad:      script.Example{script.Connected, script.Control(server, 4, 0, swfAsked), script.Created, script.PlayKey, script.Fin(server), script.Fin(client)},
	Good:     script.Example{script.Connected, script.Control(server, 4, 0, swfAsked), script.Control(client, 4, append([]byte{0, swfAnswered}, make([]byte, 42)...)...), script.Created, script.PlayKey, script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		var asked, answered rowAt
		v.on(onControl, func(e *session.Entry) {
			switch {
			case e.Type != chunk.TypeUserControl:
			case e.From == server && e.Message.Event == swfAsked:
				asked, answered = rowAt{e.Number, e.Time}, rowAt{}
			case e.From == client && e.Message.Event == swfAnswered:
				answered = rowAt{e.Number, e.Time}
			}
		})
		v.on(onClose, func(e *session.Entry) {
			if e.From == server && v.first == server && asked.yes() && !answered.yes() {
				r.report(session.ClientSide, rows(asked.row, e.Number), "the server asked for SWF verification, and the client had not answered when the server closed %s later", v.since(asked))
			}
		})
	},
})
