package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-no-server-answer", Severity: session.Error,
	Title:      "The server does not answer the handshake",
	Why:        "The server accepts TCP but sends no byte after C1: it is overloaded, something else listens there, or it waits for TLS. A probe that connects and closes looks the same and is a note.",
	Fix:        "Check that an RTMP server listens on this port, and whether it expects rtmps://.",
	Source:     "pedroSG94/RootEncoder#50; RTMP 1.0 §5.2.5",
	Thresholds: []string{"handshake.answer"},
	Bad:        script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Silence(4 * time.Second), script.Fin(client), script.Fin(server)},
	Good:       script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Silence(2 * time.Second), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...), script.Raw(client, script.Random1(3)...)},
	watch: func(v *view, r *reporter) {
		silent := func() bool { return v.hello.bytesOf(server) == 0 && v.seen[server].blind == "" && !v.rejected }
		v.on(onHello, func(e *session.Entry) {
			if h := &v.hello; e.From == client && h.parts[client][1].row == e.Number {
				v.after(v.duration("handshake.answer"), func() {
					if silent() && r.first() {
						r.report(session.ServerSide, rows(h.parts[client][1].row), "the server accepts the connection but has not sent a byte %s after C1: no RTMP server, or one that waits for TLS%s", v.since(h.parts[client][1]), v.tlsPort())
					}
				})
			}
		})
		v.on(onClose, func(e *session.Entry) {
			if !silent() || !r.first() || unreached(e) {
				return
			}
			if c1 := v.hello.parts[client][1]; c1.yes() {
				r.report(session.SideOf(e.From), rows(c1.row, e.Number), "the %s closed %s after C1, and the server had not sent a byte%s", e.From, v.since(c1), v.tlsPort())
			} else if v.hello.bytesOf(client) == 0 && v.seen[client].blind == "" {
				r.as(session.Note, session.NoSide, rows(e.Number), "the connection was opened and closed without a byte: a health check or a port scan")
			}
		})
	},
})

// tlsPorts are those at which servers mostly speak TLS: 443 (RFC 9110 §4.2.2), which
// Facebook and others take for RTMPS, and what nginx, SRS, MediaMTX (1936) and Wowza document.
var tlsPorts = []string{"443", "1936", "8443"}

// tlsPort says that the server's port is one of TLS as a rule, "" when it is not.
func (v *view) tlsPort() string {
	if port := v.serverAddr[strings.LastIndexByte(v.serverAddr, ':')+1:]; slices.Contains(tlsPorts, port) {
		return "; port " + port + " mostly speaks TLS: try rtmps://"
	}
	return ""
}
