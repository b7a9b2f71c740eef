package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-drift", Severity: session.Warning,
	Title:      "Audio and video drift apart",
	Why:        "The timestamps of audio and video that come together are far apart, for seconds: different capture clocks, or a track that was restarted with another offset. People notice 100 ms.",
	Fix:        "Take audio and video timestamps from one clock; look at the sampling rate of the capture.",
	Source:     "derived from the timestamps",
	Thresholds: []string{"drift.skew"},
	Bad: Example{publishing, headers(client), repeat(250, func(i int) act {
		return do(after(38*time.Millisecond), video(client, uint32(i)*40, keyFrame), audio(client, uint32(i)*36, aacFrame))
	})},
	Good: Example{flowing},
	watch: func(v *view, r *reporter) {
		most := v.duration("drift.skew")
		seconds := 0
		v.on(onSecond, func(e *session.Entry) {
			audio, video := v.tracksOf(e.From)
			if audio == nil || video == nil || audio.frames == 0 || video.frames == 0 || v.clock < v.muted {
				return
			}
			skew := time.Duration(int32(video.time-audio.time)) * time.Millisecond
			together := v.since(audio.last) < time.Second && v.since(video.last) < time.Second
			if !together || max(skew, -skew) <= most {
				seconds = 0
				return
			}
			if seconds++; seconds >= 3 && r.first() {
				r.report(session.SideOf(e.From), rows(audio.last.row, video.last.row), "for three seconds video has been %s ahead of audio (timestamps %d and %d)", skew, video.time, audio.time)
			}
		})
	},
})
