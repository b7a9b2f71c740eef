package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-redirect", Severity: session.Warning,
	Title:  "The server sends the client elsewhere",
	Why:    "The server refuses and names another address. The client goes there directly, so what follows does not pass here any more.",
	Fix:    "Point the relay at the new address.",
	Source: "ossrs/srs#369, #959, #1575, arut/nginx-rtmp-module#662",
	Bad: script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "moved",
		prop("ex", obj(prop("code", num(302)), prop("redirect", str("rtmp://10.0.0.3/live"))))))},
	Good: script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "no"))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if to := redirectOf(e); to != "" && e.From == server {
				r.report(session.NoSide, rows(v.connect.asked.row, e.Number), "the server sends the client to %s; what follows does not pass here", e.Mark(1, "redirect", to))
			}
		})
	},
})

// redirectOf returns the address that a refusal names, or "".
func redirectOf(e *session.Entry) string {
	if e.Message.Code == "NetConnection.Connect.ReconnectRequest" {
		return "" // that is another rule
	}
	return e.RedirectTo()
}
