package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-deletestream-msid", Severity: session.Note,
	Title:  "deleteStream on the stream itself",
	Why:    "deleteStream is a command of the NetConnection and must be on message stream 0; the 2012 specification lists it under NetStream, so many clients send it there.",
	Fix:    "Nothing, servers take both.",
	Source: "RTMP Errata and Addenda §7.3",
	Bad:    script.Example{script.Flowing, script.Call(client, 1, str("deleteStream"), num(6), nul, num(1))},
	Good:   script.Example{script.Flowing, script.Call(client, 0, str("deleteStream"), num(6), nul, num(1))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.Message.Command == "deleteStream" && e.StreamID != 0 {
				r.report(session.SideOf(e.From), rows(e.Number), "deleteStream on message stream %d instead of 0", e.StreamID)
			}
		})
	},
})
