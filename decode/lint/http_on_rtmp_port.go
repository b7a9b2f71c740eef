package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "http-on-rtmp-port", Severity: session.Error,
	Title:  "HTTP on an RTMP port",
	Why:    "One side speaks HTTP: a browser, a health check, a proxy, RTMPT, or the wrong port.",
	Fix:    "Point the client at the RTMP port, and the health check at an HTTP port.",
	Source: "alfg/docker-nginx-rtmp#56, gwuhaolin/livego#123, pedroSG94/RootEncoder#268",
	Bad:    script.Example{script.Text(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Raw(client, 0x16, 3, 1, 0, 200, 1, 0, 0, 196), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if speech(e) == handshake.HTTP && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s begins with what looks like HTTP: a browser, a health check, RTMPT, or the wrong port", e.From)
			}
		})
	},
})
