package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-reconnect-request", Severity: session.Warning,
	Title:  "The server asks the client to reconnect",
	Why:    "Enhanced RTMP: the server is about to go away or to balance its load. A client without support goes on until it is cut off.",
	Fix:    "Use a client that supports reconnect requests (capsEx, bit 0x01), and expect a new connection, perhaps elsewhere.",
	Source: "Enhanced RTMP v2, Reconnect Request; software-mansion/smelter#2032",
	Bad:    script.Example{script.Flowing, script.Call(server, 0, str("onStatus"), num(0), nul, script.Status("status", "NetConnection.Connect.ReconnectRequest", "maintenance", prop("tcUrl", str("rtmp://10.0.0.3/live"))))},
	Good:   script.Example{script.Flowing, script.Call(server, 0, str("onStatus"), num(0), nul, script.Status("status", "NetConnection.Connect.Closed", "bye"))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Code != "NetConnection.Connect.ReconnectRequest" {
				return
			}
			to := text.Marked("")
			if u := e.RedirectTo(); u != "" {
				to = " at " + e.Mark(1, "tcUrl", u)
			}
			also := ""
			if !reconnects(&v.connect.object) {
				also = "; the client did not say that it supports this"
			}
			r.report(session.NoSide, rows(e.Number), "the server asks the client to connect again%s%s", to, also)
		})
	},
})

// capsReconnect is the bit of capsEx that offers to follow a reconnect request
// (Enhanced RTMP v2, CapsExMask).
const capsReconnect = 1

// reconnects reports whether a connect offers that.
func reconnects(o *amf.Value) bool {
	caps := number(o, "capsEx")
	return caps >= 1 && uint32(caps)&capsReconnect != 0
}
