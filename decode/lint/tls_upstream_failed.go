package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "tls-upstream-failed", Severity: session.Error,
	Title:  "No TLS with the server",
	Why:    "The relay reached the server and could not agree on TLS with it: the port speaks something else, the server wants another version or a certificate, or it ends the connection without a word.",
	Fix:    "Use the server's port for RTMPS (often 443), or rtmp:// with this one. An alert has a number: 40 and 70 are about versions and cipher suites (try --tls-compat), 42 to 48 and 116 about a certificate (--upstream-cert), 112 about the name.",
	Source: "obsproject/obs-studio#2350 #12362 (error -0x7780 is any fatal alert); RFC 8446 §6.2",
	Bad:    script.Example{script.NotReached(session.TLSNotSpoken, "live.example.com:1935")},
	Good:   script.Example{script.NotReached(session.CertExpired, "live.example.com:443")},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			if e.Cause.OfServerTLS() && r.first() {
				r.inShort("%s", text.Marked(e.Cause.Words())).report(session.ServerSide, rows(v.tlsRow(e.Number)...), "%s", text.Marked(e.Reason.Text))
			}
		})
	},
})
