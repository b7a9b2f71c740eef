package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// rejection is the name of a TLS alert with which a side refuses its peer's
// certificate (RFC 8446 §6.2, RFC 5246 §7.2.2); "" of any other.
func rejection(alert uint8) string {
	switch alert {
	case 42, 43, 44, 45, 46, 48:
		return session.AlertName(alert)
	}
	return ""
}

// record is a TLS record in clear (RFC 8446 §5.1).
func record(kind byte, body ...byte) []byte {
	return append([]byte{kind, 3, 3, byte(len(body) >> 8), byte(len(body))}, body...)
}

// hellos begin a TLS handshake: ClientHello, and ServerHello with a certificate.
var hellos = script.Do(script.Raw(client, record(0x16, append([]byte{1, 0, 0, 60, 3, 3}, make([]byte, 58)...)...)...),
	script.Raw(server, record(0x16, append([]byte{2, 0, 0, 60, 3, 3}, make([]byte, 58)...)...)...), script.Raw(server, record(0x16, append([]byte{11, 0, 0, 90}, make([]byte, 90)...)...)...))

var _ = register(Rule{
	ID: "tls-cert-rejected", Severity: session.Error,
	Title:  "A certificate was rejected",
	Why:    "One side of a TLS connection does not trust the other's certificate: unknown authority, expired, revoked, or not what was expected. It says so in an alert, in clear up to TLS 1.2, encrypted since TLS 1.3. Where a relay ends the TLS connection and records what is behind it, the capture cannot show this.",
	Fix:    "Look at the certificate of the side that was rejected, and at the authorities that the other side trusts. Encrypted alerts are read with a key log.",
	Source: "obsproject/obs-studio#11586, snapcrafters/obs-studio#120; RFC 8446 §6.2 and RFC 5246 §7.2.2, alerts 42 to 46 and 48",
	Bad:    script.Example{hellos, script.Raw(client, record(0x15, 2, 48)...), script.Fin(client), script.Fin(server)},
	Good:   script.Example{hellos, script.Raw(client, record(0x15, 2, 40)...), script.Fin(client), script.Fin(server)},
	unseen: func(v *view) string {
		if v.rejected || !v.secret {
			return ""
		}
		return "the alerts of this TLS connection are encrypted, and there is no key log"
	},
	watch: func(v *view, r *reporter) {
		v.on(onOuter, func(*session.Entry) {
			name := rejection(v.around.Alert)
			if name == "" || !r.first() {
				return
			}
			from := v.around.From
			r.inShort("certificate rejected: %s", name).report(session.NoSide, rows(v.openedRow, v.seen[from].lost.row),
				"the %s rejected the %s's certificate: TLS alert %d, %s", from, from.Peer(), v.around.Alert, name)
		})
	},
})
