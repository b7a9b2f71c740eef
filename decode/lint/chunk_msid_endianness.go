package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-msid-endianness", Severity: session.Warning,
	Title:    "The message stream ID is big-endian",
	Why:      "The message stream ID is the one number of a chunk header that is little-endian. This sender writes it big-endian, so stream 1 becomes 16777216.",
	Fix:      "Write the message stream ID little-endian.",
	Source:   "RTMP 1.0 §5.3.1.2.1; c-bata/rtmp#2, PHZ76/rtmp#13",
	Explains: append([]string{"av-wrong-stream"}, append(emptiness, breaks...)...),
	Bad:      script.Example{script.Connected, script.Created, script.Send(client, script.Out(8, 20, 1<<24, script.Values(str("publish"), num(3), nul, str("key-of-mine"), str("live"))))},
	Good:     script.Example{script.Connected, script.Created, script.Send(client, script.Out(8, 20, 1, script.Values(str("publish"), num(3), nul, str("key-of-mine"), str("live"))))},
	watch: func(v *view, r *reporter) {
		v.on(onHeader, func(e *session.Entry) {
			if bigEndian(e.StreamID) && r.first() {
				severity := session.Warning
				if chunk.IsMedia(e.Type) || chunk.IsData(e.Type) {
					severity = session.Error // a server that reads it right has no such stream, and drops all media
				}
				r.as(severity, session.SideOf(e.From), rows(e.Number), "message stream %d is %d written big-endian; the field is little-endian", e.StreamID, e.StreamID>>24)
			}
		})
	},
})

// bigEndian reports whether only the top byte of a message stream ID is set.
func bigEndian(id uint32) bool { return id != 0 && id&0xffffff == 0 }
