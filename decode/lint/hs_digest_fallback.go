package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-digest-fallback", Severity: session.Note,
	Title:  "A version in C1, but no digest",
	Why:    "The version bytes of C1 announce a digest handshake and no digest can be verified at either place. Servers fall back to the plain handshake; nginx-rtmp logs \"digest not found\". Harmless.",
	Fix:    "Nothing, unless the server insists on a digest.",
	Source: "harlanc/xiu#39, arut/nginx-rtmp-module#246",
	Bad:    script.Example{script.Greet(wordOnly, script.Random1(3), wordOnly, script.Random1(3)), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Greet(script.Digest1(1, false), script.Digest1(3, true), script.Random1(1), script.Random1(3)), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onHello, func(e *session.Entry) {
			h := &v.hello
			if e.From == client && h.parts[client][1].row == e.Number && h.word[client] != [4]byte{} && h.layout[client] == handshake.NoDigest && h.version[client] == 3 {
				w := h.word[client]
				r.report(session.ClientSide, rows(e.Number), "C1 says version %d.%d.%d.%d but has no valid digest; servers fall back to the plain handshake", w[0], w[1], w[2], w[3])
			}
		})
	},
})

// wordOnly is a C1 that claims a version and has no digest.
var wordOnly = append([]byte{0, 0, 0, 0, 9, 0, 124, 2}, script.Random1(7)[8:]...)
