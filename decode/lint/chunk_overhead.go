package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-overhead", Severity: session.Note,
	Title:      "Chunk headers take many bytes",
	Why:        "At the default chunk size of 128 every 128 bytes cost a header. Above 1 Mbit/s that is work for both sides without use.",
	Fix:        "Let the sender set a chunk size of 4096 or more before it sends media.",
	Source:     "RTMP 1.0 §5.4.1; kumaryu/peercaststation#319",
	Thresholds: []string{"chunk.overhead"},
	Bad:        script.Example{script.Publishing, small(1200)},
	Good:       script.Example{script.Publishing, script.ChunkSize(client, 4096), small(1200)},
	watch: func(v *view, r *reporter) {
		most := v.limit("chunk.overhead")
		var from [2]rowAt
		var sent, body [2]int64
		v.on(onSecond, func(e *session.Entry) {
			d := e.From
			bodies := int64(0)
			for _, t := range v.tracks() {
				if t.from == d {
					bodies += t.bytes
				}
			}
			wall := e.Time - from[d].at
			if from[d].yes() && wall < int64(2*time.Second) {
				return
			}
			if from[d].yes() {
				total, payload := e.End-sent[d], bodies-body[d]
				rate, share := float64(total)*8e9/float64(wall), 1-float64(payload)/float64(total)
				if r.first() && v.seen[d].chunkSize <= 128 && rate > 1e6 && share > most {
					r.report(session.SideOf(d), rows(from[d].row, e.Number), "%.1f %% of the %s's bytes are chunk headers, at %.1f Mbit/s and chunk size %d", share*100, d, rate/1e6, v.seen[d].chunkSize)
				}
			}
			from[d], sent[d], body[d] = rowAt{e.Number, e.Time}, e.End, bodies
		})
	},
})

// small sends n messages of about 300 bytes, two milliseconds apart.
func small(n int) script.Act {
	return script.Repeat(n, func(i int) script.Act {
		return script.Video(client, uint32(i)*2, append([]byte{0x22}, make([]byte, 299+i%2)...))
	})
}
