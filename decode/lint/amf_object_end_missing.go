package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-object-end-missing", Severity: session.Warning,
	Title:    "An object has no end",
	Why:      "The message ends before the end marker of an object. Small parsers reject it. The AMF0 document leaves the marker out of its grammar for ECMA arrays, and encoders followed it.",
	Fix:      "End objects and ECMA arrays with 00 00 09.",
	Source:   "AMF0 §2.5; q191201771/lal#237, veriskope/rtmp-website#30",
	Explains: append([]string{"cmd-app-empty", "cmd-tcurl-invalid"}, refusals...),
	Bad:      script.Example{script.Publishing, script.Send(client, script.Out(4, 18, 1, append(script.Values(str("onMetaData")), 8, 0, 0, 0, 1, 0, 1, 'w', 5)))},
	Good:     script.Example{script.Publishing, script.Send(client, script.Out(4, 18, 1, append(script.Values(str("onMetaData")), 8, 0, 0, 0, 1, 0, 1, 'w', 5, 0, 0, 9)))},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, _ *amf.Problem) {
			r.report(session.SideOf(e.From), rows(e.Number), "%s ends without the end marker of an object", nameOf(e))
		}, amf.ObjectEndMissing)
	},
})
