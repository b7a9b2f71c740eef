package lint

import (
	"math/bits"

	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-size-huge", Severity: session.Warning,
	Title:      "A very large chunk size",
	Why:        "The specification allows up to 16,777,215 bytes; nginx-rtmp closes above 10 MiB, SRS warns above 65,536. A large chunk also delays everything after it.",
	Fix:        "Set 4096 to 65,536.",
	Source:     "RTMP 1.0 §5.4.1; nareix/joy4#88, arut/nginx-rtmp-module#1162",
	Explains:   append([]string{"cmd-closed-after-message", "cmd-start-then-close"}, breaks...),
	Thresholds: []string{"chunk.huge"},
	Bad:        script.Example{script.Connected, script.ChunkSize(client, 128<<20)},
	Good:       script.Example{script.Connected, script.ChunkSize(client, 65536)},
	watch: func(v *view, r *reporter) {
		most := uint32(v.limit("chunk.huge"))
		v.on(onControl, func(e *session.Entry) {
			n := e.Message.Value & 0x7fffffff
			if e.Type != chunk.TypeSetChunkSize || e.Length != 4 || n <= most {
				return
			}
			severity, also := session.Warning, ""
			switch {
			case e.From == server && v.who[server].is(crtmpserver, "", wowza, adobe):
				severity = session.Note // servers choose what their readers can take
			case n > 0xffffff:
				also = ", more than a message can have"
			case n > 10<<20:
				also = "; nginx-rtmp closes above 10,485,760"
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "the %s sets a chunk size of %s%s%s", e.From, count(n), also, reversed(e.Message.Value))
		})
	},
})

// reversed says that a size is an ordinary one with its bytes in the wrong order, "" when
// it is not: 0x00100000 is 4,096.
func reversed(size uint32) string {
	n := bits.ReverseBytes32(size)
	if n < 128 || n > 65536 || n == size {
		return ""
	}
	return "; that is " + count(n) + " with its bytes reversed, and the field is big-endian"
}
