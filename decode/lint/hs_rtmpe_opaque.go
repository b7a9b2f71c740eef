package lint

import "github.com/rtmpscope/rtmpscope/decode/session"

var _ = register(Rule{
	ID: "hs-rtmpe-opaque", Severity: session.Warning,
	Title:  "RTMPE: the rest is encrypted",
	Why:    "Everything after the handshake is encrypted with a key that only the two sides have, so nothing behind it can be judged. Few servers still support RTMPE.",
	Fix:    "Use rtmp://, or rtmps:// where the bytes must be hidden.",
	Source: "bluenviron/mediamtx#2269; librtmp for the versions",
	Bad:    Example{raw(client, version(6, random1(1))...), raw(server, version(6, random1(3), random1(1))...), raw(client, random1(3)...), fin(client), fin(server)},
	Good:   Example{greet(wordOnly, random1(3), wordOnly, random1(3)), connectTo("live", liveURL), accept(), fin(client), fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if e.Reason.Token == "encrypted" && r.first() {
				r.report(session.NoSide, rows(v.hello.parts[client][0].row, e.Number), "RTMPE version %d: everything after the handshake is encrypted and cannot be judged", v.hello.version[client])
			}
		})
	},
})
