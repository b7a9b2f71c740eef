package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-rtmpe-opaque", Severity: session.Warning,
	Title:  "RTMPE: the rest is encrypted",
	Why:    "Everything after the handshake is encrypted with a key that only the two sides have, so nothing after it can be judged. Few servers still support RTMPE.",
	Fix:    "Use rtmp://, or rtmps:// where the bytes must be hidden.",
	Source: "bluenviron/mediamtx#2269; librtmp for the versions",
	Bad:    script.Example{script.Raw(client, script.Version(6, script.Random1(1))...), script.Raw(server, script.Version(6, script.Random1(3), script.Random1(1))...), script.Raw(client, script.Random1(3)...), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Greet(wordOnly, script.Random1(3), wordOnly, script.Random1(3)), script.ConnectTo("live", script.LiveURL), script.Accept(), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenEncrypted && r.first() {
				r.report(session.NoSide, rows(v.hello.parts[client][0].row, e.Number), "RTMPE version %d: everything after the handshake is encrypted and cannot be judged", v.hello.version[client])
			}
		})
	},
})
