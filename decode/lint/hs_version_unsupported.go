package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-version-unsupported", Severity: session.Error,
	Title:  "Not an RTMP version",
	Why:    "C0 and S0 are 3 for RTMP, 6 and 8 for RTMPE. Anything else is another protocol, or bytes from the middle of a stream. S0 3 to C0 6 refuses the encryption.",
	Fix:    "Check the address and port. If there is a proxy in between, check that it forwards the first byte.",
	Source: "RTMP 1.0 §5.2.2; pedroSG94/RootEncoder#268",
	Bad:    script.Example{script.Raw(client, 0x42, 1, 2, 3), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Raw(client, script.Version(6, script.Random1(1))...), script.Raw(server, script.Version(6, script.Random1(3), script.Random1(1))...), script.Raw(client, script.Random1(3)...), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		var lost [2]func()
		tell := func(*session.Entry) {
			for d, say := range lost {
				if say != nil {
					lost[d] = nil
					say()
				}
			}
		}
		v.on(onLost, func(e *session.Entry) {
			if s := speech(e); s == handshake.OtherSpeech || s == handshake.XML {
				from, row, what := e.From, e.Number, e.Reason.Text
				lost[from] = func() { v.otherVersion(r, from, row, what) }
				if v.after(time.Second, func() { tell(nil) }); s == handshake.XML || v.greeting[from] != session.NoGreeting {
					tell(e)
				}
			}
		})
		for _, s := range []signal{onOuter, onClose, onEnd} {
			v.on(s, tell)
		}
		v.on(onHello, func(e *session.Entry) {
			h := &v.hello
			if len(e.Body) == 1 && h.parts[client][0].yes() && h.parts[server][0].yes() && h.version[client] != h.version[server] {
				r.report(session.NoSide, rows(h.parts[client][0].row, h.parts[server][0].row), "the client asks for version %d and the server answers %d", h.version[client], h.version[server])
			}
		})
	},
})

// otherVersion reports what one side begins with, as far as it is known.
func (v *view) otherVersion(r *reporter, from decode.Direction, row uint32, what string) {
	switch v.greeting[from] {
	case session.ProxyBinary: // hs-proxy-header tells
	case session.SSHBanner:
		r.report(session.SideOf(from), rows(row), "the %s speaks SSH: this is the port of an SSH server, not of an RTMP server", from)
	default:
		r.report(session.SideOf(from), rows(row), "the %s does not begin with an RTMP version: %s", from, what)
	}
}
