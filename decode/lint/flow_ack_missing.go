package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-ack-missing", Severity: session.Warning,
	Title:      "Nothing is acknowledged",
	Why:        "The sender announced a window and has sent more than twice as much without one acknowledgement. Senders that honour the window will stop.",
	Fix:        "Let the receiver acknowledge once in every window.",
	Source:     "RTMP 1.0 §5.4.3, §5.4.4; illuspas/Node-Media-Server#629, koush/scrypted#1980",
	Explains:   breaks,
	Thresholds: []string{"ack.windows"},
	Absence:    true,
	Bad:        script.Example{script.Playing, script.Control(server, 5, 0, 0, 0x40, 0), script.Bulk(server, 70, 1000)},
	Good:       script.Example{script.Playing, script.Control(server, 5, 0, 0, 0x40, 0), script.Bulk(server, 40, 1000), script.Control(client, 3, 0, 0, 0xa0, 0), script.Bulk(server, 40, 1000)},
	watch: func(v *view, r *reporter) {
		windows := v.limit("ack.windows")
		v.on(onSecond, func(e *session.Entry) {
			l := &v.ledger[e.From]
			since := l.sent - l.sentThen
			if l.window > 0 && float64(since) > windows*float64(l.window)+ackSlack && r.first() {
				r.report(session.SideOf(e.From.Peer()), rows(l.windowRow, l.lastAck.row, e.Number), "the %s has sent %s bytes since the last acknowledgement; it asked for one every %s, and the %s has sent %d in all", e.From, count(since), count(l.window), e.From.Peer(), l.acks)
			}
		})
	},
})
