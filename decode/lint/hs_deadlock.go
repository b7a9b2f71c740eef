package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-deadlock", Severity: session.Error,
	Title:      "Both sides wait in the handshake",
	Why:        "The server has sent S0 and S1 and keeps S2 until it has C2; the client keeps C2 until it has S2. FFmpeg and GStreamer read all of S0, S1 and S2 first.",
	Fix:        "Let the server send S2 as soon as it has C1, as all common servers do.",
	Source:     "AlexxIT/go2rtc#1318; RTMP 1.0 §5.2.1 allows either order",
	Thresholds: []string{"handshake.answer"},
	Absence:    true,
	Bad:        script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3))...), script.Silence(5 * time.Second), script.Fin(client), script.Fin(server)},
	Good:       script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3))...), script.Silence(time.Second), script.Raw(client, script.Random1(3)...), script.Raw(server, script.Random1(1)...)},
	watch: func(v *view, r *reporter) {
		v.on(onHello, func(e *session.Entry) {
			h := &v.hello
			if e.From != server || h.parts[server][1].row != e.Number {
				return
			}
			v.after(v.duration("handshake.answer"), func() {
				if h.parts[client][1].yes() && !h.done(server) && !h.done(client) && v.isOpen() {
					r.report(session.NoSide, rows(h.parts[client][1].row, h.parts[server][1].row), "both sides have waited %s: the server has sent S1 but keeps S2, the client keeps C2", v.since(h.parts[server][1]))
				}
			})
		})
	},
})
