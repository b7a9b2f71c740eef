package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-stray-leading-00", Severity: session.Warning,
	Title:  "A zero byte before the name",
	Why:    "A message of type 18 or 20 begins with the zero byte of types 15 and 17. Strict servers read it as a number marker and reject the message.",
	Fix:    "Leave the byte out, or use types 15 and 17.",
	Source: "ossrs/srs#3803, ossrs/srs#681",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(3, 20, 0, append([]byte{0}, script.Values(str("createStream"), num(2), nul)...)))},
	Good:   script.Example{script.Connected, script.Created},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, _ *amf.Problem) {
			r.report(session.SideOf(e.From), rows(e.Number), "%s, type %d, begins with a zero byte before the name", nameOf(e), e.Type)
		}, message.StrayLeadingZero)
	},
})
