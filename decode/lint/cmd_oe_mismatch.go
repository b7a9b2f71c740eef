package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "cmd-oe-mismatch", Severity: session.Warning,
	Title:  "AMF3 although it was not agreed",
	Why:    "AMF3 messages (types 15, 16, 17) need objectEncoding 3 in connect, and the server may say 3 only then. Receivers that were not told read garbage.",
	Fix:    "Let the client ask for objectEncoding 3, or send types 18 and 20.",
	Source: "RTMP Errata and Addenda §6.2, §7.1.1",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(3, 17, 0, append([]byte{0}, script.Values(str("createStream"), num(2), nul)...)))},
	Good: script.Example{script.Hi, script.ConnectTo("live", script.LiveURL, prop("objectEncoding", num(3))), script.Accept(prop("objectEncoding", num(3))),
		script.Send(client, script.Out(3, 17, 0, append([]byte{0}, script.Values(str("createStream"), num(2), nul)...)))},
	watch: func(v *view, r *reporter) {
		asked := func() bool { return number(&v.connect.object, "objectEncoding") == 3 }
		check := func(e *session.Entry) {
			c := &v.connect
			switch {
			case !c.asked.yes() || !r.first():
			case v.reply != nil && v.reply.name == "connect" && e.Number == c.answered.row && number(&c.result, "objectEncoding") == 3 && !asked():
				r.report(session.ServerSide, rows(c.asked.row, e.Number), "the server answers objectEncoding 3, which the client did not ask for")
			case e.Type >= chunk.TypeDataAMF3 && e.Type <= chunk.TypeCommandAMF3 && !asked():
				r.report(session.SideOf(e.From), rows(c.asked.row, e.Number), "%s, though connect did not ask for objectEncoding 3", e.Name)
			}
		}
		v.on(onCommand, check)
		v.on(onData, check)
		v.on(onOther, check)
	},
})
