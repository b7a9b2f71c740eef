package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-meta-missing", Severity: session.Note,
	Title:      "No metadata",
	Why:        "No onMetaData came though media flows. Most players manage; some wait for it, and some servers need it for recordings.",
	Fix:        "Let the encoder send @setDataFrame onMetaData before the first frame.",
	Source:     "sergey-dryabzhinsky/nginx-rtmp-module#87",
	Thresholds: []string{"metadata.wait"},
	Absence:    true,
	Bad:        script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 150)},
	Good:       script.Example{script.Publishing, script.Metadata(client), script.Headers(client), script.Frames(client, 0, 150)},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(e *session.Entry) {
			s := v.stream
			if s == nil || !r.first() {
				return
			}
			v.after(v.duration("metadata.wait"), func() {
				if !s.metadata.yes() && v.isOpen() && r.first() && s.media > 10 {
					r.report(session.SideOf(s.direction()), rows(s.firstAt.row), "no onMetaData %s after the first media", v.since(s.firstAt))
				}
			})
		})
	},
})
