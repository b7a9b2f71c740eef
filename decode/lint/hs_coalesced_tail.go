package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "hs-coalesced-tail", Severity: session.Note,
	Title:  "The first chunk comes with the handshake",
	Why:    "The end of the handshake and the first chunk arrived together. That is legal; readers that take exactly one buffer for the handshake drop the rest.",
	Fix:    "Nothing, unless the receiver then waits for a message that it threw away.",
	Source: "Red5/red5-client#49",
	Bad: script.Example{script.Raw(client, script.Version(3, script.Random1(1))...), script.Raw(server, script.Version(3, script.Random1(3), script.Random1(1))...),
		script.Raw(client, append(script.Random1(3), firstChunk...)...), script.Fin(client), script.Fin(server)},
	Good: script.Example{script.Connected, script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		check := func(e *session.Entry) {
			last := v.hello.parts[e.From][2]
			if v.seen[e.From].messages == 1 && last.yes() && e.Time == last.at {
				r.report(session.SideOf(e.From), rows(last.row, e.Number), "the %s's first message arrived in the same piece as the end of its handshake: legal, but some readers drop it", e.From)
			}
		}
		v.on(onControl, check)
		v.on(onCommand, check)
	},
})

// firstChunk is a Set Chunk Size to 4096.
var firstChunk = []byte{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0x10, 0}
