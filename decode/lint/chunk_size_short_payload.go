package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-size-short-payload", Severity: session.Error,
	Title:  "Set Chunk Size is not four bytes long",
	Why:    "Set Chunk Size carries one 32-bit number. Another length is an encoder's error, or a sign that the framing was lost before.",
	Fix:    "Correct the sender; or look further up for the place where the framing was lost.",
	Source: "RTMP 1.0 §5.4.1; bytedeco/javacv#469",
	Bad:    script.Example{script.Connected, script.Control(client, 1, 0, 0, 16)},
	Good:   script.Example{script.Connected, script.Control(client, 1, 0, 0, 16, 0)},
	watch: func(v *view, r *reporter) {
		v.on(onControl, func(e *session.Entry) {
			if e.Type == chunk.TypeSetChunkSize && e.Length != 4 {
				r.report(session.SideOf(e.From), rows(e.Number), "Set Chunk Size with %d bytes instead of 4", e.Length)
			}
		})
	},
})
