package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "tls-on-plain-port", Severity: session.Error,
	Title:  "TLS on a plain RTMP port",
	Why:    "The client speaks TLS (an rtmps:// URL) and the port speaks plain RTMP, so neither understands the other.",
	Fix:    "Use rtmp:// with this port, or the server's RTMPS port (often 443 or 1936).",
	Source: "bluenviron/mediamtx#2802; RFC 8446 §5.1 for the record header",

	Thresholds: []string{"handshake.answer"},
	Bad:        script.Example{script.Raw(client, 0x16, 3, 1, 0, 200, 1, 0, 0, 196), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Text(client, "GET / HTTP/1.1\r\n\r\n"), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		var began uint32 // row at which the client begins with TLS, while nobody has answered
		tell := func(*session.Entry) {
			if began != 0 {
				r.report(session.ClientSide, rows(began), "the client begins with a TLS handshake, but this port speaks plain RTMP: rtmps:// where rtmp:// belongs")
				began = 0
			}
		}
		v.on(onLost, func(e *session.Entry) {
			switch says := speech(e); {
			case e.From == client && says == handshake.TLSHello:
				began = e.Number
				v.after(v.duration("handshake.answer"), func() { tell(nil) })
			case e.From == server && (says == handshake.TLSHello || says == handshake.TLSAlert):
				began = 0 // the server speaks TLS too
			case e.From == server:
				tell(e)
			}
		})
		v.on(onHello, tell)
		v.on(onClose, tell)
		v.on(onEnd, tell)
	},
})

// speech tells what a direction speaks that is lost because it is not RTMP.
func speech(e *session.Entry) handshake.Speech {
	if e.Reason.Token != decode.TokenNotRTMP || len(e.Body) == 0 {
		return handshake.RTMP
	}
	return handshake.SpeechOf(e.Body[0])
}
