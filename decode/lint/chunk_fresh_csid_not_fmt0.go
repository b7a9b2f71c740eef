package lint

import (
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "chunk-fresh-csid-not-fmt0", Severity: session.Error,
	Title:  "A chunk stream does not begin with format 0",
	Why:    "The first chunk on a chunk stream must be of format 0, because the others inherit from it. librtmp begins its user control messages with format 1, which readers accept; format 2 or 3 cannot be read at all.",
	Fix:    "Correct the sender. If the framing was lost here, look further up for the cause.",
	Source: "RTMP 1.0 §5.3.1.2; ossrs/httpx-static#49, sallar/mac-local-rtmp-server#28, iizukanao/node-rtsp-rtmp-server#90",
	Bad:    script.Example{script.Publishing, script.Raw(client, 0xa1, 0, 0, 0, 0, 0, 0, 0)},
	Good:   script.Example{script.Publishing, script.Raw(client, 0x21, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 1, 0)},
	watch: func(v *view, r *reporter) {
		v.on(onLost, func(e *session.Entry) {
			if e.Reason.Token == decode.TokenFreshStream {
				r.report(session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
			}
		})
		v.on(onAnomaly, func(e *session.Entry) {
			if e.Reason.Token != decode.TokenFreshStreamFmt1 || !v.hello.done(e.From) {
				return
			}
			severity := session.Warning
			if v.who[e.From].is(librtmp, obs) || e.From == client && v.seen[client].messages < 4 {
				severity = session.Note
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "%s", e.Reason.Text)
		})
	},
})
