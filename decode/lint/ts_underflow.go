package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-underflow", Severity: session.Error,
	Title:      "A negative timestamp",
	Why:        "A timestamp just below 2^32 at the beginning of a stream is a negative number written without its sign. Receivers wait 49 days, or jump.",
	Fix:        "Let the encoder begin at 0 (OBS corrected one such case).",
	Source:     "obsproject/obs-studio#8764",
	Thresholds: []string{"ts-underflow.soon"},
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xffffffd8, script.KeyFrame), script.Video(client, 0, script.InterFrame)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xfffe0000, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onStep, func(e *session.Entry) {
			if isUnderflow(v, e.Timestamp) {
				r.report(session.SideOf(e.From), rows(v.track.last.row, e.Number), "%s has timestamp %d, which is %d ms written without its sign", v.track.what(), e.Timestamp, int32(e.Timestamp))
			}
		})
	},
})

// isUnderflow reports whether a timestamp is a negative number: just below
// 2^32, soon after the beginning, in a stream whose clock is not that far.
func isUnderflow(v *view, ts uint32) bool {
	t := v.track
	soon := v.clock-v.openedAt < int64(v.duration("ts-underflow.soon"))
	return soon && ts >= 0xffff0000 && (t.frames == 1 || t.time < 1<<31)
}
