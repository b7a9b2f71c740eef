package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-short-c2", Severity: session.Error,
	Title:  "The client gives up after S2",
	Why:    "The server has sent its whole handshake and the client closes before its own is complete: it did not like S1 or S2, or never sends C2.",
	Fix:    "Compare the kind of handshake: a client that insists on a digest, or on an exact echo, closes here.",
	Source: "begeekmyfriend/yasea#570",
	Bad:    script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...), script.Raw(client, 1, 2, 3, 4, 5), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Hi, script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			h := &v.hello
			if h.done(server) && !h.done(client) && v.seen[client].blind == "" && r.first() {
				r.report(session.ClientSide, rows(h.parts[server][2].row, h.cut[client].row, e.Number), "the %s closed %s after S2, when the client had sent %d of the 3073 bytes of its handshake", e.From, v.since(h.parts[server][2]), h.bytesOf(client))
			}
		})
	},
})
