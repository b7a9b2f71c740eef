package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// unchecked are the facts of a server whose certificate did not pass, and of one whose
// passed, relayed with --insecure.
func unchecked(verdict string) script.Act {
	return script.Known(session.Fact{Key: "server.tls.version", Value: "TLS 1.3"}, session.Fact{Key: "server.tls.flights", Value: "0>517 9000<3000"},
		session.Fact{Key: "server.tls.verified", Value: verdict}, session.Fact{Key: "server.tls.unchecked", Value: "true"})
}

var _ = register(Rule{
	ID: "tls-cert-unchecked", Severity: session.Warning,
	Title:  "A certificate that did not pass was accepted",
	Why:    "The relay was told to go on whatever is wrong with the server's certificate (--insecure). What is wrong may be why programs do not connect without the relay.",
	Fix:    "Mend the certificate; then leave --insecure out.",
	Source: "what the relay found when it connected; obsproject/obs-studio#2330",
	Bad:    script.Example{unchecked("tls-cert-expired"), script.Hi},
	Good:   script.Example{unchecked("ok"), script.Hi},
	watch: func(v *view, r *reporter) {
		v.on(onTLS, func(e *session.Entry) {
			t, _ := e.Facts.TLS(e.From)
			if t.Verdict != "" && t.Unchecked && r.first() {
				r.report(session.ServerSide, rows(e.Number), "%s, and the relay went on all the same (--insecure). %s", text.Marked(t.Verdict.Words()), whoRefuses)
			}
		})
	},
})
