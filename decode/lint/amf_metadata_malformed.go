package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-metadata-malformed", Severity: session.Warning,
	Title:  "Malformed metadata",
	Why:    "onMetaData should be a name and one object or ECMA array. Receivers that expect that refuse anything else (some cameras).",
	Fix:    "Update the encoder; MediaMTX accepts many forms.",
	Source: "FLV 10.1 §E.5; bluenviron/mediamtx#769",
	Bad:    script.Example{script.Publishing, script.Data(client, 1, str("@setDataFrame"), str("onMetaData"), num(640))},
	Good:   script.Example{script.Publishing, script.Data(client, 1, str("onMetaData"), obj(prop("width", num(640))))},
	watch: func(v *view, r *reporter) {
		v.on(onData, func(e *session.Entry) {
			found, o := metadataOf(e)
			if !found {
				return
			}
			switch {
			case o == nil:
				r.report(session.SideOf(e.From), rows(e.Number), "onMetaData without a value")
			case o.Kind != amf.Object && o.Kind != amf.ECMAArray && o.Kind != amf.Array && o.Kind != amf.Reference:
				r.report(session.SideOf(e.From), rows(e.Number), "onMetaData carries neither an object nor an array")
			}
		})
	},
})
