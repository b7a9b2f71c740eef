package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-interleave-illegal", Severity: session.Error,
	Title:  "Two messages on one chunk stream at once",
	Why:    "Messages of different kinds cut each other off on the same chunk stream again and again: two writers share it without waiting for each other. A receiver never gets a whole message.",
	Fix:    "Give each writer its own chunk stream, or finish a message before the next one begins.",
	Source: "RTMP 1.0 §5.3; Monibuca/plugin-rtmp#23",
	Bad:    script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Raw(client, halfAudio...), script.Raw(client, cutShort(200, 128)...), script.Raw(client, halfAudio...)},
	Good:   script.Example{script.Publishing, script.Raw(client, cutShort(200, 128)...), script.Raw(client, cutShort(200, 128)...), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		type place struct {
			from        uint8
			chunkStream uint32
		}
		last := map[place]session.Row{}
		v.on(onAborted, func(e *session.Entry) {
			if e.Reason.Token != decode.TokenMidMessage || len(last) > 64 {
				return
			}
			at := place{uint8(e.From), e.ChunkStream}
			before := last[at]
			last[at] = session.Row{Type: e.Type, StreamID: e.Number}
			if before.Type != 0 && before.Type != e.Type && r.first() {
				r.report(session.SideOf(e.From), rows(before.StreamID, e.Number), "messages of type %d and %d cut each other off on chunk stream %d: two writers share it", before.Type, e.Type, e.ChunkStream)
			}
		})
	},
})

// halfAudio is the first 128 bytes of an audio message of 200 on the chunk
// stream of the video.
var halfAudio = append([]byte{6, 0, 0, 0, 0, 0, 200, 8, 1, 0, 0, 0, 0xaf, 1}, make([]byte, 126)...)
