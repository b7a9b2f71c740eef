package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "upstream-unreachable", Severity: session.Error,
	Title:  "The server could not be reached",
	Why:    "The relay accepted the client and could not connect to the server: nobody listens there, the name or address is wrong, or a firewall drops the packets.",
	Fix:    "Check host and port of the upstream, and whether the server runs.",
	Source: "what the relay recorded when it connected",
	Bad:    script.Example{script.NotReached(session.DialRefused, "10.0.0.2:1935")},
	Good:   script.Example{script.Reset(server)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			if unreached(e) && !e.Cause.OfCertificate() && !e.Cause.OfServerTLS() && r.first() {
				r.inShort("%s", text.Marked(e.Cause.Words())).report(session.ServerSide, rows(e.Number), "%s", text.Marked(e.Reason.Text))
			}
		})
	},
})

// unreached reports whether a close is that of a relay which could not connect.
func unreached(e *session.Entry) bool {
	return e.Cause.Unreached()
}
