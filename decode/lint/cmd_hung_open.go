package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-hung-open", Severity: session.Warning,
	Title:      "Stopped, but still connected",
	Why:        "The client said that it stops, and the connection is still open long after. Servers keep the session, and sometimes the name, for so long.",
	Fix:        "Let the client close the connection, or the server after a timeout.",
	Source:     "livepeer/lpms#97",
	Thresholds: []string{"hung.open"},
	Bad:        script.Example{script.Flowing, script.Stopping, script.Silence(31 * time.Second)},
	Good:       script.Example{script.Flowing, script.Stopping, script.Silence(29 * time.Second), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			if e.From != client || s == nil || s.stopped.row != e.Number {
				return
			}
			stop := s.stopped
			v.after(v.duration("hung.open"), func() {
				if v.isOpen() && v.seen[client].last.row == stop.row {
					r.report(session.NoSide, rows(stop.row), "the client stopped %s ago and the connection is still open", v.since(stop))
				}
			})
		})
	},
})
