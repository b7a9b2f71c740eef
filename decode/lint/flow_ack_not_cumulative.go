package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "flow-ack-not-cumulative", Severity: session.Note,
	Title:    "Acknowledgements are increments",
	Why:      "An acknowledgement should count all bytes received so far. This peer counts those since the last acknowledgement, as YouTube does. A sender that follows the specification believes that almost nothing arrived.",
	Fix:      "Nothing, unless the sender stops: then let it ignore acknowledgements.",
	Source:   "RTMP 1.0 §5.4.3; huiping192/HPRTMP#28",
	Explains: breaks,
	Bad:      script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0x40, 0, 2), sentAndAcked(8000, 8000, 8000, 8000, 8000, 8000)},
	Good:     script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0x40, 0, 2), sentAndAcked(8000, 16000, 24000, 32000, 40000, 48000)},
	watch: func(v *view, r *reporter) {
		v.on(onControl, func(e *session.Entry) {
			if l := &v.ledger[e.From.Peer()]; e.Type == chunk.TypeAcknowledgement && l.style == ackIncrement && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s acknowledges increments of about %s bytes where the total, about %s, belongs", e.From, count(l.value), count(l.sent))
			}
		})
	},
})

// sentAndAcked sends about 8000 bytes before each acknowledgement.
func sentAndAcked(acks ...uint32) script.Act {
	return script.Repeat(len(acks), func(i int) script.Act {
		return script.Do(script.Video(client, uint32(i)*40, append([]byte{0x22}, make([]byte, 7900)...)), acknowledge(acks[i]))
	})
}
