package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-jump", Severity: session.Warning,
	Title:      "A timestamp jumps",
	Why:        "The timestamp of a track jumps ahead by seconds, or by many times its usual step, while the wall clock does not: another source, a clock change, or dropped frames. A pause of both source and clock, as when a shared screen does not change, does not count.",
	Fix:        "Look at the encoder's log for dropped frames; compare with the arrival times.",
	Source:     "jgh-/VideoCore-Inactive#110",
	Thresholds: []string{"ts-jump.gap", "ts-jump.factor", "play.kept", "seek.settles"},
	Bad:        script.Example{script.Flowing, script.Video(client, 9000, script.KeyFrame)},
	Good:       script.Example{script.Flowing, script.Video(client, 3300, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		gap, factor := int64(v.duration("ts-jump.gap")/time.Millisecond), v.limit("ts-jump.factor")
		v.on(onStep, func(e *session.Entry) {
			t := v.track
			far := v.step > gap || t.cadence > 0 && v.step > ordinaryStep && float64(v.step) > factor*float64(t.cadence)
			if !far || t.leapt.row == t.last.row && t.leapt.yes() || v.clock < v.stream.muted || isUnderflow(v, e.Timestamp) || v.inStep(e, t) || v.isCached(t) {
				t.leaps(far, e)
				return
			}
			t.leaps(far, e)
			r.report(session.SideOf(e.From), rows(t.last.row, e.Number), "%s leaps from %d to %d ms, by %s; the wall clock advanced %s and the usual step is %d ms", t.what(), t.time, e.Timestamp, time.Duration(v.step)*time.Millisecond, v.since(t.last), t.cadence)
		})
	},
})

// inStep reports whether the wall clock gives a frame its timestamp: with it, the media
// is not ahead of the wall by much more than it was at some time before, more than a
// second and half the leap. That also excuses what waited behind a stall of the network.
func (v *view) inStep(e *session.Entry, t *track) bool {
	return int64(e.Timestamp)*1e6-e.Time-t.lead <= max(ordinaryStep, v.step/2)*1e6
}

// isCached reports whether the frame before is one of those that a server has kept for
// players who join: they come at once, pauses and all, and the next one comes when it is
// due.
func (v *view) isCached(t *track) bool {
	return t.from == server && t.last.at-t.stream.firstAt.at < int64(v.duration("play.kept"))
}

// leaps keeps the frame with which the timestamps leapt. One that leaps with each frame
// counts in another unit (ts-unit): the first leap is told.
func (t *track) leaps(far bool, e *session.Entry) {
	if far {
		t.leapt = rowAt{e.Number, e.Time}
	}
}
