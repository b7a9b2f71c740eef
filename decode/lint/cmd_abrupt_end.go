package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-abrupt-end", Severity: session.Note,
	Title:  "Ended in the middle of the media",
	Why:    "The connection ended while media flowed, without deleteStream or a word from the server: a program was killed, crashed, or the network broke. Which side ended first tells where to look.",
	Fix:    "Read the log of the side that ended first.",
	Source: "observed",
	Bad:    Example{flowing, reset(client)},
	Good:   Example{flowing, goodbye},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			s := v.main
			if v.first != e.From || v.closing[e.From.Peer()].yes() || s == nil || s.media == 0 || v.stopped.yes() || s.refused {
				return
			}
			if v.over.yes() || v.since(v.seen[s.direction()].last) > 10*time.Second {
				return
			}
			how := "closed"
			if e.How == session.Reset {
				how = "reset"
			}
			r.report(session.SideOf(e.From), rows(v.seen[s.direction()].last.row, e.Number), "the %s %s the connection first, %s after the last message of the %s, without deleteStream", e.From, how, v.since(v.seen[s.direction()].last), s.direction())
		})
	},
})
