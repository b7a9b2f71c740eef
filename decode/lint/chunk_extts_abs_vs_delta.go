package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-extts-abs-vs-delta", Severity: session.Warning,
	Title:  "An absolute timestamp instead of a delta",
	Why:    "In a header of format 1 or 2 the time field is a difference, extended or not. This sender writes the absolute time when it is extended, as SRS did up to 6.0.166. Receivers that add it jump by hours.",
	Fix:    "Update the sender (SRS 6.0.167, 7.0.37).",
	Source: "RTMP 1.0 §5.3.1.2.2; ossrs/srs#4356, veovera/enhanced-rtmp#42",
	Chance: "never below a step of 4 h 39 min, where the field of a delta is not extended",
	Bad:    script.Example{script.Publishing, script.Video(client, 0x1000000, script.KeyFrame), script.Raw(client, append([]byte{0x46, 0xff, 0xff, 0xff, 0, 0, 13, 9, 1, 0, 0, 40}, script.InterFrame...)...)},
	Good:   script.Example{script.Publishing, script.Video(client, 0x1000000, script.KeyFrame), script.Video(client, 0x1000028, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onDialect, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenExtendedAbsolute && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
			}
		})
		v.on(onHeader, func(e *session.Entry) {
			if e.Extended && (e.Fmt == 1 || e.Fmt == 2) && e.Delta < 0xffffff && r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "a header of format %d carries the absolute timestamp %d where the difference (%d ms) belongs; read as a difference it would jump by %d h", e.Fmt, e.Timestamp, e.Delta, e.Timestamp/3600000)
			}
		})
	},
})
