package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-null-in-metadata", Severity: session.Note,
	Title:  "Null in the metadata",
	Why:    "A member of onMetaData is null or undefined. Some players (flv.js) fail on it.",
	Fix:    "Leave members out that have no value.",
	Source: "Bilibili/flv.js#263",
	Bad:    script.Example{script.Publishing, script.Metadata(client, prop("encoder", nul))},
	Good:   script.Example{script.Publishing, script.Metadata(client, prop("encoder", str("")))},
	watch: func(v *view, r *reporter) {
		v.on(onData, func(e *session.Entry) {
			found, o := metadataOf(e)
			if !found || o == nil || !r.first() {
				return
			}
			for i := range o.Members {
				if k := o.Members[i].Value.Kind; k == amf.Null || k == amf.Undefined {
					r.report(session.SideOf(e.From), rows(e.Number), "\"%s\" of onMetaData has no value", o.Members[i].Name)
					return
				}
			}
		})
	},
})
