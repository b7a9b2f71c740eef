package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-control-wrong-csid", Severity: session.Warning,
	Title:  "A control message in the wrong place",
	Why:    "Protocol control and user control messages belong on chunk stream 2 and message stream 0. Most receivers do not care; strict ones (Larix) close.",
	Fix:    "Send types 1 to 6 on chunk stream 2, message stream 0 (SRS did otherwise before ossrs/srs#4723).",
	Source: "RTMP 1.0 §5.4, §7.1.7; ossrs/srs#4683, ossrs/srs#4723",
	Bad:    script.Example{script.Connected, script.Send(server, script.Out(3, 4, 0, []byte{0, 0, 0, 0, 0, 1}))},
	Good:   script.Example{script.Connected, script.Send(server, script.Out(2, 4, 0, []byte{0, 0, 0, 0, 0, 1}))},
	watch: func(v *view, r *reporter) {
		var told [2]bool
		v.on(onHeader, func(e *session.Entry) {
			if e.Kind == session.Message && chunk.IsControl(e.Type) && (e.ChunkStream != chunk.ControlStream || e.StreamID != 0) && !told[e.From] {
				told[e.From] = true
				r.report(session.SideOf(e.From), rows(e.Number), "%s on chunk stream %d, message stream %d; it belongs on 2 and 0, and strict receivers close", e.Name, e.ChunkStream, e.StreamID)
			}
		})
	},
})
