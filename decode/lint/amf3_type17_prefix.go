package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf3-type17-prefix", Severity: session.Warning,
	Title:  "An AMF3 message without its selector byte",
	Why:    "Messages of types 15 to 17 begin with a byte 0 that says how the rest is encoded. Most servers skip one byte without checking and read garbage if it is missing.",
	Fix:    "Send the byte 0, or use types 18 and 20.",
	Source: "RTMP Errata and Addenda §6.2; arut/nginx-rtmp-module#1043, #108",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(3, 17, 0, script.Values(str("createStream"), num(2), nul)))},
	Good:   script.Example{script.Connected, script.Send(client, script.Out(3, 17, 0, append([]byte{0}, script.Values(str("createStream"), num(2), nul)...)))},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, p *amf.Problem) {
			if r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "%s of type %d: %s", nameOf(e), e.Type, p.Text)
			}
		}, message.SelectorMissing, message.SelectorUnknown)
	},
})
