package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "plain-on-tls-port", Severity: session.Error,
	Title:  "Plain RTMP on a TLS port",
	Why:    "The client speaks plain RTMP and the server answers with a TLS alert: the port expects RTMPS.",
	Fix:    "Use an rtmps:// URL, or the server's plain port (often 1935).",
	Source: "obsproject/obs-studio#10712; RFC 8446 §6 for the alert",
	Bad:    script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, 0x15, 3, 3, 0, 2, 2, 70), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if e.From == server && speech(e) == handshake.TLSAlert {
				r.report(session.ClientSide, rows(v.hello.parts[client][1].row, e.Number), "the server answers the RTMP handshake with a TLS alert: this port speaks RTMPS, the client plain RTMP")
			}
		})
	},
})
