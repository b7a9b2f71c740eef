package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-backwards", Severity: session.Error,
	Title:      "A timestamp runs backwards",
	Why:        "The timestamp of a track is smaller than the one before: an encoder or relay was restarted, or two sources are mixed. Recorders and players stop or jump. Steps under 100 ms are a warning. After a seek or pause nothing is said.",
	Fix:        "Find out on which leg it begins; servers can correct it (SRS time_jitter, mix_correct).",
	Source:     "RTMP Errata and Addenda on timestamps; pedroSG94/RootEncoder#1039, #2048, ossrs/srs#2776",
	Thresholds: []string{"ts-back.error"},
	Bad:        script.Example{script.Flowing, script.Video(client, 1000, script.KeyFrame)},
	Good:       script.Example{script.Flowing, script.Video(client, 2960, script.KeyFrame)},
	watch: func(v *view, r *reporter) {
		grave := v.duration("ts-back.error")
		v.on(onStep, func(e *session.Entry) {
			if v.step >= 0 || v.clock < v.stream.muted || isUnderflow(v, e.Timestamp) {
				return
			}
			t, severity := v.track, session.Warning
			back := time.Duration(-v.step) * time.Millisecond
			if back >= grave {
				severity = session.Error
			}
			r.as(severity, session.SideOf(e.From), rows(t.last.row, e.Number), "%s goes from %d back to %d ms, by %s", t.what(), t.time, e.Timestamp, back)
		})
	},
})
