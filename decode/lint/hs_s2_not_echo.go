package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-s2-not-echo", Severity: session.Warning,
	Title:  "S2 does not echo C1",
	Why:    "In a plain handshake S2 must repeat the random bytes of C1. Strict clients (StreamPack) abort; librtmp and GStreamer warn and continue. It is an error if the client leaves right after it.",
	Fix:    "Correct the server, or use a client that does not check.",
	Source: "RTMP 1.0 §5.2.4; ThibaultBee/StreamPack#284, datarhei/restreamer#966",
	Bad:    script.Example{script.Greet(script.Random1(1), script.Random1(3), script.Random1(5), script.Random1(3)), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Greet(script.Random1(1), script.Random1(3), append(make([]byte, 8), script.Random1(1)[8:]...), script.Random1(3)), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onHello, func(e *session.Entry) {
			h := &v.hello
			digest := h.layout[client] != handshake.NoDigest && h.layout[server] != handshake.NoDigest
			if e.From == server && h.parts[server][2].row == e.Number && h.answer[server] == session.Unrelated && !digest {
				r.report(session.ServerSide, rows(h.parts[client][1].row, e.Number), "S2 does not repeat the random bytes of C1; strict clients refuse this server")
			}
		})
		v.on(onClose, func(e *session.Entry) {
			h := &v.hello
			if e.From == client && v.first == client && r.count > 0 && !v.connect.asked.yes() && v.since(h.parts[server][2]) < time.Second {
				r.overAs(session.Error, session.ServerSide, rows(h.parts[client][1].row, h.parts[server][2].row, e.Number), "S2 does not repeat the random bytes of C1, and the client closed %s after it", v.since(h.parts[server][2]))
			}
		})
	},
})
