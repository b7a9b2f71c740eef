package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-drift", Severity: session.Warning,
	Title:      "Audio and video drift apart",
	Why:        "The timestamps of audio and video that come together are far apart, for seconds: different capture clocks, or a track that was restarted with another offset. The gap between their arrivals is subtracted, so a low frame rate does not count as drift. People notice 100 ms.",
	Fix:        "Take audio and video timestamps from one clock; look at the sampling rate of the capture.",
	Source:     "derived from the timestamps",
	Thresholds: []string{"drift.skew"},
	Bad: script.Example{script.Publishing, script.Headers(client), script.Repeat(250, func(i int) script.Act {
		return script.Do(script.After(38*time.Millisecond), script.Video(client, uint32(i)*40, script.KeyFrame), script.Audio(client, uint32(i)*36, script.AACFrame))
	})},
	Good: script.Example{script.Flowing},
	watch: func(v *view, r *reporter) {
		most := v.duration("drift.skew")
		seconds := map[*stream]int{}
		v.on(onSecond, func(e *session.Entry) {
			s := v.stream
			audio, video := s.pair()
			if audio == nil || video == nil || audio.frames == 0 || video.frames == 0 || v.clock < s.muted {
				return
			}
			skew := skewOf(video, audio)
			together := v.since(audio.last) < time.Second && v.since(video.last) < time.Second
			if !together || max(skew, -skew) <= most {
				delete(seconds, s)
				return
			}
			if seconds[s]++; seconds[s] >= 3 && r.firstOf(s) {
				first, second := video, audio
				if skew < 0 {
					first, second, skew = audio, video, -skew
				}
				r.of(s).report(session.SideOf(e.From), rows(audio.last.row, video.last.row), "for three seconds %s has been %s ahead of %s (timestamps %d and %d)", first.what(), skew, second.what(), first.time, second.time)
			}
		})
	},
})

// skewOf is how far one track is ahead of the other, by the timestamps of their last
// frames. A low frame rate makes these differ, and then what lies between the arrivals
// explains it; aggregates make the arrivals differ. So the smaller of both counts.
func skewOf(a, b *track) time.Duration {
	stamps := time.Duration(int32(a.time-b.time)) * time.Millisecond
	paced := stamps - time.Duration(a.last.at-b.last.at)
	switch {
	case stamps > 0 && paced > 0:
		return min(stamps, paced)
	case stamps < 0 && paced < 0:
		return max(stamps, paced)
	}
	return 0
}
