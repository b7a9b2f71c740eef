package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "flow-ack-wrap", Severity: session.Note,
	Title:    "The acknowledgement counter wrapped around",
	Why:      "The count has 32 bits. nginx-rtmp, SRS, lal and Node-Media-Server wrap near 0xF0000000, others at 2^32. A sender that expects the other behaviour sees gigabytes unacknowledged and may stop.",
	Fix:      "If the sender stops at about 4 GB, let it ignore acknowledgements, or restart the stream before.",
	Source:   "ossrs/srs#598, illuspas/Node-Media-Server#629, arut/nginx-rtmp-module#354; sources of nginx-rtmp, SRS and lal",
	Explains: breaks,
	Bad:      script.Example{script.Publishing, acknowledge(4026000000), acknowledge(4026531839), acknowledge(5000)},
	Good:     script.Example{script.Publishing, acknowledge(3000000000), acknowledge(3000500000), acknowledge(3001000000)},
	watch: func(v *view, r *reporter) {
		v.on(onControl, func(e *session.Entry) {
			l := &v.ledger[e.From.Peer()]
			if e.Type != chunk.TypeAcknowledgement || !l.wrapped {
				return
			}
			where := "at 2^32"
			if l.before < resetMark+resetMark/64 {
				where = "near 0xF0000000, as nginx-rtmp, SRS, lal and Node-Media-Server do"
			}
			r.report(session.SideOf(e.From), rows(e.Number), "the %s acknowledged %s bytes, then %s: it counts anew %s", e.From, count(l.before), count(l.value), where)
		})
	},
})
