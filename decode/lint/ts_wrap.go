package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-wrap", Severity: session.Note,
	Title:  "The timestamp began anew",
	Why:    "Timestamps have 32 bits and begin anew after 49.7 days; receivers that use 31 bits (SRS, FLV tools) do so after 24.8 days.",
	Fix:    "Nothing, unless a receiver stops here: then restart the stream before.",
	Source: "RTMP 1.0 §3, RFC 1982; source of SRS",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xffff0000-1000, script.KeyFrame), script.Video(client, 0xfffffff0, script.InterFrame), script.Video(client, 24, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xfff00000, script.KeyFrame), script.Video(client, 0xfff00028, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onStep, func(e *session.Entry) {
			t := v.track
			if t.frames == 1 || v.step <= 0 || (e.Timestamp^t.time)&0x80000000 == 0 || isUnderflow(v, t.time) {
				return
			}
			where := "2^31; receivers with 31 bits begin anew"
			if e.Timestamp < t.time {
				where = "2^32 and begins anew"
			}
			r.report(session.NoSide, rows(t.last.row, e.Number), "%s passes %s (%d, then %d ms)", t.what(), where, t.time, e.Timestamp)
		})
	},
})
