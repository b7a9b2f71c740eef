package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-cut", Severity: session.Error,
	Title:  "The handshake stops halfway",
	Why:    "C0 and C1, or S0, S1 and S2, are 1,537 and 3,073 bytes long, and fewer came before the connection ended: the program stopped, something between cut it off (a firewall, a limit of a path's packet size, a proxy), or the sender thinks that its part is shorter.",
	Fix:    "Look at the side that stopped; when it says that it sent everything, try smaller packets (MTU) and look at what lies between.",
	Source: "RTMP 1.0 §5.2.2 to §5.2.4",
	Bad:    script.Example{script.Raw(client, script.Version(3, script.Random1(1))[:701]...), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...), script.Raw(client, script.Random1(3)...), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		var closed *rowAt // the first end; what the other side had sent is known only at its own
		v.on(onClose, func(e *session.Entry) {
			if closed == nil {
				closed = &rowAt{e.Number, e.Time}
			}
		})
		v.on(onEnd, func(*session.Entry) {
			for d := range v.hello.parts {
				have := v.hello.bytesOf(decode.Direction(d))
				if closed == nil || have == 0 || v.seen[d].blind != "" || v.hello.parts[d][1].yes() || !r.first() {
					continue
				}
				what := [2]string{"C0 and C1", "S0 and S1"}[d]
				r.inShort("%s of 1,537 bytes of %s", count(have), what).report(session.SideOf(decode.Direction(d)), rows(v.hello.parts[d][0].row, v.hello.cut[d].row, closed.row),
					"only %s of 1,537 bytes of %s had come when %s", count(have), what, v.ender())
			}
		})
	},
})
