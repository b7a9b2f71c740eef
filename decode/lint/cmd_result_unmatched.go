package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-result-unmatched", Severity: session.Warning,
	Title:    "A response that matches no request",
	Why:      "A _result or _error carries a transaction ID that was never used, or was answered before. A client that counts on it waits for ever for the right one.",
	Fix:      "Let the server repeat the transaction ID of the request.",
	Source:   "RTMP 1.0 §7.2.1; medooze/media-server#153",
	Explains: emptiness,
	Bad:      script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.Call(server, 0, str("_result"), num(9), nul, num(1))},
	Good:     script.Example{script.Connected, script.Created},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			m := &e.Message
			if m.Command != "_result" && m.Command != "_error" || v.reply != nil || v.requests.dropped || v.blindness() != "" || !m.HasTransaction {
				return
			}
			same := v.requests.find(func(q *request) bool { return q.from != e.From && q.hasTxn && q.txn == m.Transaction })
			switch {
			case same == nil:
				r.report(session.SideOf(e.From), rows(e.Number), "%s for transaction %v, which the %s never used", m.Command, m.Transaction, e.From.Peer())
			case same.answered.yes() && same.name != "play" && same.name != "publish":
				r.report(session.SideOf(e.From), rows(same.row, same.answered.row, e.Number), "a second answer to %s (transaction %v)", same.name, m.Transaction)
			}
		})
	},
})
