package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "tls-client-refused", Severity: session.Error,
	Title:  "No TLS with the client",
	Why:    "The relay listens for TLS and could not agree on it with the client. Mostly the client does not trust the authority that signs for rtmpscope: OBS says so in an alert (48, 42 or 45), FFmpeg with GnuTLS and GStreamer end the connection without one. Or the client speaks plain RTMP, where rtmps:// belongs.",
	Fix:    "rtmpscope ca says how each program is told to trust the authority. A client that speaks plain RTMP needs rtmps:// in its URL, or the relay auto:// before its address.",
	Source: "measured with OBS 29, FFmpeg 5.1, GStreamer 1.22; RFC 8446 §6.2",
	Bad:    script.Example{script.Broken(client, session.FrontTLSAlert, "48")},
	Good:   script.Example{script.Broken(client, session.FrontTimeout, "")},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			if e.From == client && e.Cause.OfClientTLS() && r.first() {
				r.inShort("no TLS with the client").report(session.ClientSide, rows(e.Number), "no TLS with the client: %s%s", text.Marked(e.Reason.Text), trustUs(e.Cause))
			}
		})
	},
})

// trustUs says what to do about a client that did not come to terms with us.
func trustUs(cause session.Cause) string {
	switch cause {
	case session.FrontTLSAlert, session.FrontTLSEnded:
		return "; it may not trust the authority that signs for rtmpscope (rtmpscope ca)"
	case session.FrontTLSNotSpoken:
		return "; it may need rtmps:// in its URL, or the relay auto:// before its address"
	}
	return ""
}
