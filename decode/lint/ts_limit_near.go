package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-limit-near", Severity: session.Note,
	Title:      "Timestamps are close to a limit where programs break",
	Why:        "At 16,777,215 ms (4 h 39 min) chunk headers begin to carry an extended timestamp, on which senders and receivers disagree; at 2^31 ms (24.8 days) it becomes negative for programs that count with a sign; at 2^32 ms (49.7 days) it wraps around. Streams that always break after the same time break there.",
	Fix:        "Watch what happens at that time. Restart the encoder before it when a program is known to break.",
	Source:     "RTMP 1.0 §5.3.1.3; illuspas/Node-Media-Server#25, iizukanao/node-rtsp-rtmp-server#127, ossrs/srs#4356",
	Thresholds: []string{"limit.near"},
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Video(client, 16_777_215-60_000, script.KeyFrame), script.Video(client, 16_777_215-59_960, script.InterFrame)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Video(client, 16_777_215-360_000, script.KeyFrame), script.Video(client, 16_777_215-359_960, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		said := map[int64]bool{}
		v.on(onLimit, func(e *session.Entry) {
			t, at := v.track, v.track.limit
			left := time.Duration(at-int64(e.Timestamp)) * time.Millisecond
			if said[at] || left > v.duration("limit.near") {
				return
			}
			said[at] = true
			when := e.At().Add(left).Format("2006-01-02 15:04:05 UTC")
			r.report(session.SideOf(t.from), rows(e.Number), "the timestamps of the %s's %s reach %s ms in %s, at %s: %s", t.from, t.what(), count(at), left.Round(time.Second), when, limits[at])
		})
	},
})

// limits are the timestamps at which something changes, and what.
var limits = map[int64]string{
	0xffffff: "from then on chunk headers carry an extended timestamp",
	1 << 31:  "from then on programs that count with a sign see negative times",
	1 << 32:  "there they begin anew at 0",
}

// limitAfter is the next such timestamp.
func limitAfter(timestamp uint32) int64 {
	switch {
	case timestamp < 0xffffff:
		return 0xffffff
	case timestamp < 1<<31:
		return 1 << 31
	}
	return 1 << 32
}
