package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-object-end-extra", Severity: session.Warning,
	Title:  "An object ends twice",
	Why:    "There is an end marker although no object is open. Strict parsers reject the message.",
	Fix:    "Correct the encoder (VideoCore wrote it after @setDataFrame).",
	Source: "jgh-/VideoCore-Inactive#287",
	Bad:    script.Example{script.Publishing, script.Send(client, script.Out(4, 18, 1, append(script.Values(str("onMetaData"), amf.ECMA(prop("width", num(640)))), 0, 0, 9)))},
	Good:   script.Example{script.Publishing, script.Metadata(client)},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, _ *amf.Problem) {
			r.report(session.SideOf(e.From), rows(e.Number), "%s has an end marker where no object is open", nameOf(e))
		}, amf.ObjectEndExtra)
	},
})
