package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-proxy-header", Severity: session.Error,
	Title:  "A PROXY protocol header before the handshake",
	Why:    "A load balancer in front of the client's connection says first for whom it speaks (send-proxy in HAProxy, proxy_protocol in nginx and in cloud load balancers), and the server reads that as C0. A server that expects such a header takes it off and never shows it to RTMP.",
	Fix:    "Switch the PROXY protocol off in the load balancer, or on in the server: listen 1935 proxy_protocol in nginx-rtmp.",
	Source: "haproxy, doc/proxy-protocol.txt §2; arut/nginx-rtmp-module, directive proxy_protocol",
	Bad:    script.Example{script.Text(client, "PROXY TCP4 203.0.113.7 10.0.0.2 51234 1935\r\n"), script.Raw(client, script.Version(3, script.Random1(1))...), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Text(client, "POST /PROXY HTTP/1.1\r\n\r\n"), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			tell := func(at uint32) {
				version := map[session.Greeting]string{session.ProxyLine: "1", session.ProxyBinary: "2"}[v.greeting[e.From]]
				if version != "" && r.first() {
					r.report(session.SideOf(e.From), rows(at), "the %s's bytes begin with a PROXY protocol header (version %s), which a load balancer adds; the server takes it for a handshake", e.From, version)
				}
			}
			row := e.Number
			tell(row)
			v.on(onOuter, func(*session.Entry) { tell(row) })
		})
	},
})
