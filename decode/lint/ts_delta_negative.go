package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-delta-negative", Severity: session.Error,
	Title:  "A negative timestamp delta",
	Why:    "A chunk header carries the difference to the message before on its chunk stream, without a sign. A sender whose audio and video share a chunk stream and are not in order writes -20 ms as 2^24 - 20, or 2^32 - 20 in an extended field. Receivers add it: from there on everything on that chunk stream is 2^24 ms (4 h 39 min) late.",
	Fix:    "Let the sender put messages in order, use a chunk stream for each track, or write a full header (format 0) when time runs back.",
	Source: "RTMP 1.0 §5.3.1.2.2",
	Bad:    script.Example{script.Flowing, script.Video(client, 20_000, script.KeyFrame), sharedDelta},
	Good:   script.Example{script.Flowing, script.Video(client, 20_000, script.KeyFrame), script.Video(client, 16_800_000, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		// No source waits for 4 h 39 min to the minute, so that none is mistaken.
		told := map[uint32]bool{}
		v.on(onNegative, func(e *session.Entry) {
			ms, _ := e.IsNegative()
			if told[e.ChunkStream] || len(told) > maxFindings {
				return
			}
			told[e.ChunkStream] = true
			if e.Delta >= 1<<31 {
				r.report(session.SideOf(e.From), rows(e.Number), "the chunk header's difference is %s, which is %d ms written without its sign: the time on chunk stream %d runs back, and receivers that add it with more than 32 bits leap by 49.7 days", count(e.Delta), ms, e.ChunkStream)
				return
			}
			r.report(session.SideOf(e.From), rows(e.Number), "the chunk header's difference is %s (0x%06x), which is %d ms cut to 24 bits: from here on everything on chunk stream %d is 2^24 ms (4 h 39 min) late", count(e.Delta), e.Delta, ms, e.ChunkStream)
		})
	},
})

// sharedDelta is an audio frame on the chunk stream of the video, 20 ms before it.
var sharedDelta = script.Raw(client, append([]byte{0x46, 0xff, 0xff, 0xec, 0, 0, byte(len(script.AACFrame)), chunk.TypeAudio}, script.AACFrame...)...)
