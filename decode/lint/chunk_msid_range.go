package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-msid-range", Severity: session.Note,
	Title:  "A very large message stream ID",
	Why:    "Message stream IDs above 16,777,215 do not survive in FLV, which has three bytes for them.",
	Fix:    "Use small message stream IDs; servers give out 1.",
	Source: "RTMP Errata and Addenda §6",
	Bad:    script.Example{script.Connected, script.Send(client, script.Out(8, 20, 0x12345678, script.Values(str("publish"), num(3), nul, str("key-of-mine"), str("live"))))},
	Good:   script.Example{script.Connected, script.Send(client, script.Out(8, 20, 0xffffff, script.Values(str("publish"), num(3), nul, str("key-of-mine"), str("live"))))},
	watch: func(v *view, r *reporter) {
		v.on(onHeader, func(e *session.Entry) {
			if e.StreamID > 0xffffff && !bigEndian(e.StreamID) && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "message stream %s is above 16,777,215", count(e.StreamID))
			}
		})
	},
})
