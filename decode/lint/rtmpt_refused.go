package lint

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "rtmpt-refused", Severity: session.Error,
	Title:  "No RTMPT on this server",
	Why:    "The client asks for an RTMPT tunnel (POST /open/1), and a web server answers that it has no such page: it is nginx, a CDN or a web application without RTMPT. Few servers have it today. 404 for /fcs/ident2 alone means nothing.",
	Fix:    "Use rtmp:// on port 1935, or rtmps:// on 443 where a firewall lets only the web pass.",
	Source: "source of FFmpeg (rtmphttp.c), librtmp and crtmpserver: /fcs/ident2, /open, /send, /idle, /close",
	Bad:    script.Example{script.Text(client, "POST /open/1 HTTP/1.1\r\nHost: x\r\n\r\n"), script.Text(server, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), script.Fin(client), script.Fin(server)},
	Good:   script.Example{script.Text(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), script.Text(server, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		look := func(e *session.Entry, ended bool) {
			for i, asked := range v.tunnel.asked {
				open := strings.HasPrefix(asked, "/open/")
				if !r.first() || !isTunnel(asked) || i >= len(v.tunnel.status) || !open && !ended || v.tunnel.status[i] == "200" {
					continue
				}
				at := rows(v.seen[client].lost.row, v.seen[server].lost.row)
				r.inShort("HTTP %s for %s", v.tunnel.status[i], asked).report(session.ServerSide, at, "the client asks for an RTMPT tunnel (POST %s), and the server answers HTTP %s: it is a web server, or one without RTMPT", asked, v.tunnel.status[i])
			}
		}
		v.on(onLost, func(e *session.Entry) { look(e, false) })
		v.on(onOuter, func(e *session.Entry) {
			if v.seen[server].lost.yes() {
				look(e, false)
			}
		})
		v.on(onClose, func(e *session.Entry) { look(e, true) })
	},
})

// tunnel is what was asked of a web server, and with which status it answered, in
// order.
type tunnel struct{ asked, status []string }

// maxAsked bounds how many are kept.
const maxAsked = 16

// takes keeps a request or status line (RFC 9112 §3, §4).
func (t *tunnel) takes(line string, answer bool) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return
	}
	to := &t.asked
	if answer {
		to = &t.status
	}
	if len(*to) < maxAsked && (!answer || words[1] != "100") {
		*to = append(*to, words[1])
	}
}

// isTunnel reports whether a path is one of RTMPT.
func isTunnel(path string) bool {
	for _, p := range []string{"/open/", "/send/", "/idle/", "/close/", "/fcs/ident"} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// wantsTunnel reports whether the client speaks RTMPT and nobody took it apart.
func (v *view) wantsTunnel() bool { return len(v.tunnel.asked) > 0 && isTunnel(v.tunnel.asked[0]) }
