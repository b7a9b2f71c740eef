package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-one-track-dead", Severity: session.Warning,
	Title:      "One track has stopped",
	Why:        "Audio or video has not come for seconds while the other goes on: a device was lost, or an encoder thread died. Players that wait for both stop.",
	Fix:        "Look at the capture device and the log of the encoder.",
	Source:     "veovera/enhanced-rtmp#29",
	Thresholds: []string{"track.dead", "stall.error"},
	Bad: script.Example{script.Flowing, script.Repeat(200, func(i int) script.Act {
		return script.Do(script.After(40*time.Millisecond), script.Video(client, 3000+uint32(i)*40, script.KeyFrame))
	})},
	Good: script.Example{script.Flowing, script.Repeat(100, func(i int) script.Act {
		return script.Do(script.After(40*time.Millisecond), script.Video(client, 3000+uint32(i)*40, script.KeyFrame))
	}), script.Frames(client, 7000, 50)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("track.dead")
		dead, severe := map[*stream]*track{}, v.duration("stall.error")
		v.on(onEnd, func(*session.Entry) {
			for s, t := range dead {
				alone := time.Duration(s.flow.last.at - max(t.last.at, s.flow.resumed))
				if s.flow.last.at > t.last.at && alone > wait && !s.excused(t.video) {
					r.of(s).inShort("no %s for %s", t.what(), alone).overAs(lasting(alone, severe), session.SideOf(t.from), rows(t.last.row, s.flow.last.row), "no %s for the last %s of the stream, while the other track went on", t.what(), alone)
				}
			}
		})
		v.on(onSecond, func(e *session.Entry) {
			s := v.stream
			audio, video := s.pair()
			if audio == nil || video == nil || audio.frames == 0 || video.frames == 0 || v.clock < s.muted || !r.firstOf(s) {
				return
			}
			for _, t := range []*track{audio, video} {
				alone := time.Duration(v.clock - max(t.last.at, s.flow.resumed))
				if alone > wait && !s.excused(t.video) {
					dead[s] = t
					r.of(s).inShort("no %s for %s", t.what(), alone).report(session.SideOf(e.From), rows(t.last.row, e.Number), "no %s for %s, while the other track goes on", t.what(), alone)
				}
			}
		})
	},
})
