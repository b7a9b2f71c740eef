package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-jump", Severity: session.Warning,
	Title:      "A timestamp leaps",
	Why:        "The timestamp of a track leaps ahead by seconds, or by many times its usual step: a pause, a change of clock, or frames that were dropped.",
	Fix:        "Look at the encoder's log for dropped frames; compare with the arrival times.",
	Source:     "jgh-/VideoCore-Inactive#110",
	Thresholds: []string{"ts-jump.gap", "ts-jump.factor"},
	Bad:        script.Example{script.Flowing, script.Video(client, 9000, script.KeyFrame)},
	Good:       script.Example{script.Flowing, script.Video(client, 3300, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		gap, factor := int64(v.duration("ts-jump.gap")/time.Millisecond), v.limit("ts-jump.factor")
		v.on(onStep, func(e *session.Entry) {
			t := v.track
			far := v.step > gap || t.cadence > 0 && v.step > ordinaryStep && float64(v.step) > factor*float64(t.cadence)
			if !far || v.clock < v.stream.muted || isUnderflow(v, e.Timestamp) {
				return
			}
			r.report(session.SideOf(e.From), rows(t.last.row, e.Number), "%s leaps from %d to %d ms, by %s; the wall clock advanced %s and the usual step is %d ms", t.what(), t.time, e.Timestamp, time.Duration(v.step)*time.Millisecond, v.since(t.last), t.cadence)
		})
	},
})
