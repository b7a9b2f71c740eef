package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-data-no-name", Severity: session.Note,
	Title:  "A data message that does not begin with a name",
	Why:    "The first value of a data message is the name of its handler, such as onMetaData. Without a name most servers drop the message, and some close the connection. If other values come before the metadata, no receiver finds it: that is a warning.",
	Fix:    "Let the sender begin the message with its name (\"@setDataFrame\", \"onMetaData\" for metadata), without a transaction ID.",
	Source: "RTMP 1.0 §7.1.2; FLV 10.1 §E.4.4",
	Bad:    script.Example{script.Publishing, script.Data(client, 1, num(0), num(0), str("@setDataFrame"), str("onMetaData"), obj())},
	Good:   script.Example{script.Publishing, script.Metadata(client)},
	watch: func(v *view, r *reporter) {
		v.on(onData, func(e *session.Entry) {
			m := &e.Message
			if m.Command != "" || len(m.Args) == 0 || !chunk.IsData(e.Type) || !r.firstOf(v.stream) {
				return
			}
			for i := range m.Args {
				if a := &m.Args[i]; i > 0 && a.Kind == amf.String && (a.Text == "@setDataFrame" || a.Text == "onMetaData") {
					r.of(v.stream).as(session.Warning, session.SideOf(e.From), rows(e.Number), "\"%s\" is value %d of this data message, where it belongs first: nobody finds this metadata", a.Text, i+1)
					return
				}
			}
			r.of(v.stream).report(session.SideOf(e.From), rows(e.Number), "the first value of a data message is %s, not a name", m.Args[0].Kind)
		})
	},
})
