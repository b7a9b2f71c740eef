package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-ecma-count", Severity: session.Note,
	Title:  "The count of an ECMA array is wrong",
	Why:    "The count is only a hint, and OBS always writes 20, SRS 0. Receivers that trust it stop too early.",
	Fix:    "Nothing; let receivers read to the end marker.",
	Source: "AMF0 §2.10; sources of OBS and FFmpeg",
	Bad:    script.Example{script.Publishing, script.Send(client, script.Out(4, 18, 1, append(script.Values(str("onMetaData")), 8, 0, 0, 0, 20, 0, 1, 'w', 5, 0, 0, 9)))},
	Good:   script.Example{script.Publishing, script.Metadata(client)},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, p *amf.Problem) {
			if r.first() {
				r.report(session.SideOf(e.From), rows(e.Number), "%s: %s", nameOf(e), p.Text)
			}
		}, amf.ECMACount)
	},
})
