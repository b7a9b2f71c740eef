package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

var _ = register(Rule{
	ID: "chunk-size-tiny", Severity: session.Warning,
	Title:      "A very small chunk size",
	Why:        "Below the default of 128 nearly every byte costs a header; SRS refuses it, and some use it to exhaust a server.",
	Fix:        "Set 4096 or more.",
	Source:     "RTMP 1.0 §5.4.1; illuspas/Node-Media-Server#336, Red5/red5-server#475",
	Thresholds: []string{"chunk.tiny"},
	Bad:        script.Example{script.Connected, script.ChunkSize(client, 1)},
	Good:       script.Example{script.Connected, script.ChunkSize(client, 128)},
	watch: func(v *view, r *reporter) {
		least := uint32(v.limit("chunk.tiny"))
		v.on(onControl, func(e *session.Entry) {
			if e.Type == chunk.TypeSetChunkSize && e.Length == 4 && e.Message.Value > 0 && e.Message.Value < least {
				r.report(session.SideOf(e.From), rows(e.Number), "the %s sets a chunk size of %d; SRS refuses less than 128", e.From, e.Message.Value)
			}
		})
	},
})
