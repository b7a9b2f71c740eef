package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-digest-mismatch", Severity: session.Warning,
	Title:  "The client wants a digest, the server sends none",
	Why:    "C1 has a valid digest and S1 has none, and the client closes after S2: a player that verifies the server (Flash for H.264, FFmpeg when S1's version is 3 or more) takes it as not genuine.",
	Fix:    "Use a server with the digest handshake, or a client without verification.",
	Source: "offbyoneBB/mp-onlinevideos2#103, arut/nginx-rtmp-module#246",
	Bad:    script.Example{script.Greet(script.Digest1(1, false), script.Random1(3), script.Random1(5), script.Random1(3)), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Greet(script.Digest1(1, false), script.Random1(3), script.Digest1(1, false), script.Random1(3)), script.ConnectTo("live", script.LiveURL), script.Accept(), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			h := &v.hello
			if e.From == client && h.done(server) && !v.connect.asked.yes() && v.seen[client].blind == "" &&
				h.layout[client] != handshake.NoDigest && h.layout[server] == handshake.NoDigest {
				r.report(session.NoSide, rows(h.parts[client][1].row, h.parts[server][1].row, e.Number), "C1 carries a valid digest and S1 none; the client closed %s after S2, as players do that verify the server", v.since(h.parts[server][2]))
			}
		})
	},
})
