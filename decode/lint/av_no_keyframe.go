package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-no-keyframe", Severity: session.Error,
	Title:      "No keyframe for a long time",
	Why:        "Nobody who joins can see anything, and a lost frame is never repaired. At low frame rates 250 frames, the default of x264, last longer than that, so the rule waits for them.",
	Fix:        "Set the keyframe interval of the encoder; look whether it asks for intra refresh.",
	Source:     "arut/nginx-rtmp-module#1118",
	Thresholds: []string{"keyframe.none"},
	Bad: script.Example{script.Publishing, script.Headers(client), script.Video(client, 0, script.KeyFrame), script.Repeat(330, func(i int) script.Act {
		return script.Do(script.After(100*time.Millisecond), script.Video(client, uint32(i)*100+100, script.InterFrame))
	})},
	Good: script.Example{script.Publishing, script.Headers(client), script.Repeat(33, func(i int) script.Act {
		return script.Do(script.After(time.Second), script.Video(client, uint32(i)*1000, script.KeyFrame))
	})},
	watch: func(v *view, r *reporter) {
		wait := v.duration("keyframe.none")
		v.on(onSecond, func(e *session.Entry) {
			for _, t := range v.stream.tracks {
				since := t.key
				if t.keys == 0 {
					since = t.firstFrame
				}
				if t.video && !t.typeless && t.frames-t.keyFrames > defaultGOP && v.since(since) > wait && v.since(t.last) < 2*time.Second && r.first() {
					r.report(session.SideOf(t.from), rows(since.row, t.last.row), "no keyframe for %s, in %s frames", v.since(since), count(t.frames))
				}
			}
		})
	},
})
