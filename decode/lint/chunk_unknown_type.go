package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-unknown-type", Severity: session.Warning,
	Title:  "A message of unknown type",
	Why:    "No specification names this message type. One may be a vendor's own; several in a row mean that the framing was lost.",
	Fix:    "If more follow, look further up for the place where the framing was lost.",
	Source: "RTMP 1.0 §7.1; iizukanao/node-rtsp-rtmp-server#30, illuspas/Node-Media-Server#235",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(3, 23, 0, []byte{1, 2, 3}))},
	Good:   script.Example{script.Connected, script.Send(client, script.Out(3, 7, 0, []byte{1, 2, 3}))},
	watch: func(v *view, r *reporter) {
		v.on(onOther, func(e *session.Entry) {
			if !message.Known(e.Type) {
				r.report(session.SideOf(e.From), rows(e.Number), "message type %d is in no specification", e.Type)
			}
		})
		v.on(onLost, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenUnknownTypes {
				r.as(session.Error, session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
			}
		})
	},
})
