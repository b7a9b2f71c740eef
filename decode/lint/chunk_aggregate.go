package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-aggregate", Severity: session.Note,
	Title:  "Media in aggregate messages",
	Why:    "An aggregate holds several audio and video messages as FLV tags. Receivers without support drop the media. Back pointers that do not fit are a warning: receivers that use them get noise.",
	Fix:    "Check that the receiver reads message type 22.",
	Source: "RTMP 1.0 §7.1.6; ZLMediaKit/ZLMediaKit#4745",
	Bad:    script.Example{script.Playing, script.Send(server, script.Out(6, 22, 1, aggregate(16)))},
	Good:   script.Example{script.Playing, script.Headers(server)},
	watch: func(v *view, r *reporter) {
		v.on(onOther, func(e *session.Entry) {
			if e.Type != chunk.TypeAggregate {
				return
			}
			for _, p := range e.Message.Problems {
				r.as(session.Warning, session.SideOf(e.From), rows(e.Number), "an aggregate message is not well formed: %s", p.Text)
				return
			}
			if r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s sends media in aggregate messages, %d in this one", e.From, e.Message.Value)
			}
		})
	},
})

// aggregate is one AAC frame as an FLV tag with that back pointer.
func aggregate(pointer byte) []byte {
	return append(append([]byte{8, 0, 0, byte(len(script.AACFrame)), 0, 0, 0, 0, 0, 0, 0}, script.AACFrame...), 0, 0, 0, pointer)
}
