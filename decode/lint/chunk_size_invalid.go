package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-size-invalid", Severity: session.Error,
	Title:  "An impossible chunk size",
	Why:    "The chunk size must be at least 1 and its top bit must be 0. Receivers close, or go on with another value than the sender.",
	Fix:    "Correct the sender; if the framing is lost after it, the message may never have been a Set Chunk Size.",
	Source: "RTMP 1.0 §5.4.1; deepch/vdk#16",
	Bad:    script.Example{script.Connected, script.Control(client, 1, 0, 0, 0, 0)},
	Good:   script.Example{script.Connected, script.Control(client, 1, 0, 0, 0, 128)},
	watch: func(v *view, r *reporter) {
		v.on(onAnomaly, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenChunkSizeZero || e.Reason.Token == decode.TokenChunkSizeTopBit {
				r.report(session.SideOf(e.From), rows(v.seen[e.From].last.row, e.Number), "%s", e.Reason.Text)
			}
		})
	},
})
