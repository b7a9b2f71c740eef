package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-header-only", Severity: session.Warning,
	Title:      "Sequence headers, but no frames",
	Why:        "The configuration was sent and no frame followed: the encoder has started without a source, or a server plays a stream whose publisher sends nothing.",
	Fix:        "Look at the source of the encoder; for a player, at the publisher.",
	Source:     "observed",
	Thresholds: []string{"header.only"},
	Absence:    true,
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Silence(6 * time.Second)},
	Good:       script.Example{script.Publishing, script.Headers(client), script.Silence(4 * time.Second), script.Frames(client, 0, 10), script.Silence(6 * time.Second)},
	watch: func(v *view, r *reporter) {
		v.on(onConfig, func(e *session.Entry) {
			t, s := v.track, v.stream
			if t.configAt.yes() {
				return // only the first is waited for
			}
			at := rowAt{e.Number, e.Time}
			v.after(v.duration("header.only"), func() {
				if t.frames == 0 && !t.gone && v.isOpen() && !s.stopped.yes() && !s.excused(t.video) {
					r.report(session.SideOf(t.from), rows(at.row), "no %s frame %s after the sequence header", t.what(), v.since(at))
				}
			})
		})
	},
})
