package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "ts-wrap", Severity: session.Note,
	Title:  "The timestamp wrapped around",
	Why:    "Timestamps have 32 bits and wrap around after 49.7 days, in receivers that use 31 bits (SRS, FLV tools) after 24.8 days. A sender that wraps at 31 bits (FFmpeg, as FLV does) is a warning: 32-bit receivers see the time run backwards.",
	Fix:    "Nothing, unless a receiver stops here: then restart the stream before.",
	Source: "RTMP 1.0 §3, RFC 1982; source of SRS",
	Bad:    script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xffff0000-1000, script.KeyFrame), script.Video(client, 0xfffffff0, script.InterFrame), script.Video(client, 24, script.InterFrame)},
	Good:   script.Example{script.Publishing, script.Headers(client), script.Video(client, 0xfff00000, script.KeyFrame), script.Video(client, 0xfff00028, script.InterFrame)},
	watch: func(v *view, r *reporter) {
		v.on(onStep, func(e *session.Entry) {
			t := v.track
			if t.frames == 1 || v.step <= 0 || isUnderflow(v, t.time) {
				return
			}
			where := ""
			switch crosses := (e.Timestamp^t.time)&0x80000000 != 0; {
			case session.WrapsAt31(t.time, e.Timestamp):
				r.as(session.Warning, session.SideOf(e.From), rows(t.last.row, e.Number), "%s begins anew at 2^31 (%d, then %d ms): the sender keeps 31 bits of the time, where RTMP has 32; receivers that count with 32 see it run back by 24.8 days", t.what(), t.time, e.Timestamp)
				return
			case crosses && e.Timestamp < t.time:
				where = "2^32 and begins anew"
			case crosses:
				where = "2^31; receivers with 31 bits begin anew"
			default:
				return
			}
			r.report(session.NoSide, rows(t.last.row, e.Number), "%s passes %s (%d, then %d ms)", t.what(), where, t.time, e.Timestamp)
		})
	},
})
