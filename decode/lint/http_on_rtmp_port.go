package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "http-on-rtmp-port", Severity: session.Error,
	Title:  "HTTP on an RTMP port",
	Why:    "One side speaks HTTP: a browser, a health check, a proxy, or the wrong port. A client that asks for an RTMPT tunnel is rtmpt-refused when a web server answers.",
	Fix:    "Point the client at the RTMP port, and the health check at an HTTP port.",
	Source: "alfg/docker-nginx-rtmp#56, gwuhaolin/livego#123, pedroSG94/RootEncoder#268",
	Bad:    script.Example{script.Text(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Raw(client, 0x16, 3, 1, 0, 200, 1, 0, 0, 196), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		var lost rowAt // of a client whose first line is not there yet
		tell := func(*session.Entry) {
			if lost.yes() && !v.wantsTunnel() && v.greeting[client] == session.NoGreeting && r.first() {
				r.report(session.ClientSide, rows(lost.row), "the client begins with what looks like HTTP: a browser, a health check, or the wrong port")
			}
		}
		v.on(onLost, func(e *session.Entry) {
			switch {
			case e.From == client && speech(e) == handshake.HTTP:
				if lost = (rowAt{e.Number, e.Time}); len(v.tunnel.asked) > 0 {
					tell(e)
					return
				}
				v.after(time.Second, func() { tell(nil) })
			case speech(e) == handshake.HTTP && !lost.yes():
				r.report(session.ServerSide, rows(e.Number), "the server begins with what looks like HTTP: this is the port of a web server, or of a proxy")
			}
		})
		v.on(onClose, func(e *session.Entry) {
			if tell(e); v.wantsTunnel() && len(v.tunnel.status) == 0 && lost.yes() && r.first() {
				r.report(session.ClientSide, rows(lost.row, e.Number), "the client speaks RTMPT (POST %s), and the server has not answered in HTTP: this port speaks something else", v.tunnel.asked[0])
			}
		})
		v.on(onEnd, tell)
	},
})
