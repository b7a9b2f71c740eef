package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/cert"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// who refuses a certificate that did not pass, and what people see then. Measured with
// OBS 29, GStreamer 1.22, FFmpeg 5.1 and 8.1, rtmpdump 2.4.
const whoRefuses = "OBS (“invalid SSL certificate”) and GStreamer (“Unacceptable TLS certificate”) refuse such a server; FFmpeg, unless told -tls_verify 1, and rtmpdump do not look"

var _ = register(Rule{
	ID: "tls-upstream-cert", Severity: session.Error,
	Title:  "The server's certificate is not accepted",
	Why:    "The relay speaks TLS to the server and did not accept its certificate: it has expired, is for another name, or nobody trusted vouches for it. " + whoRefuses + ".",
	Fix:    "Renew the certificate, send the whole chain, or use a name that it is for. rtmpscope goes on with --upstream-ca FILE, --pin-sha256 or --insecure.",
	Source: "obsproject/obs-studio#2330, q191201771/lal#323, ant-media/Ant-Media-Server#3899; RFC 5280 §6, RFC 6125 §6",
	Bad:    script.Example{script.NotReached(session.CertExpired, "live.example.com:443")},
	Good:   script.Example{script.NotReached(session.DialRefused, "live.example.com:443")},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			if e.Cause.OfCertificate() && r.first() {
				r.inShort("%s", text.Marked(e.Cause.Words())).report(session.ServerSide, rows(v.tlsRow(e.Number)...), "%s. %s%s", text.Marked(e.Reason.Text), whoRefuses, v.shown())
			}
		})
	},
})

// serverTLS is what TLS there is on the leg to the server.
type serverTLS struct {
	row   uint32   // that tells of it, or 0
	chain []string // certificates that the server showed
}

// tlsRow are the row about the TLS of the server's leg, if there is one, and another.
func (v *view) tlsRow(row uint32) []uint32 {
	if v.serverTLS.row == 0 {
		return []uint32{row}
	}
	return []uint32{v.serverTLS.row, row}
}

// shown says what certificate the server showed.
func (v *view) shown() string {
	if len(v.serverTLS.chain) == 0 {
		return ""
	}
	c, err := cert.Parse(v.serverTLS.chain[0])
	if err != nil {
		return ""
	}
	return "; it shows a " + strings.TrimSpace(cert.Line(c))
}

// secured keeps what TLS there is.
func (v *view) secured(e *session.Entry) {
	if t, _ := e.Facts.TLS(server); e.From == server {
		v.serverTLS = serverTLS{e.Number, t.Chain}
	}
	v.emit(onTLS, e)
}
