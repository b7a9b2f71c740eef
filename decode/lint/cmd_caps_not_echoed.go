package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-caps-not-echoed", Severity: session.Note,
	Title:  "The server ignores the Enhanced RTMP offer",
	Why:    "The client offers Enhanced RTMP codecs or abilities in connect, and the answer has neither a list, nor a map, nor capsEx. Most servers do not echo them even where they support them, so nobody can tell.",
	Fix:    "Nothing, unless the server then refuses a codec.",
	Source: "Enhanced RTMP v2, Enhancing NetConnection connect Command; veovera/enhanced-rtmp#11",
	Bad:    script.Example{script.Hi, script.ConnectTo("live", script.LiveURL, prop("fourCcList", script.List("av01", "hvc1"))), script.Accept()},
	Good:   script.Example{script.Hi, script.ConnectTo("live", script.LiveURL, prop("fourCcList", script.List("av01", "hvc1"))), script.Accept(prop("fourCcList", script.List("*")))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if v.reply == nil || v.reply.name != "connect" || !v.connect.accepted {
				return
			}
			offer := enhancedIn(&v.connect.object)
			if offer != "" && enhancedIn(&v.connect.result) == "" && enhancedIn(&v.connect.properties) == "" {
				r.report(session.ServerSide, rows(v.connect.asked.row, e.Number), "the client offers %s in connect; the answer has none", offer)
			}
		})
	},
})

// enhancedProperties are the members of connect that Enhanced RTMP added.
var enhancedProperties = []string{"fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx"}

// enhancedIn is the first of these members that an object has, or "".
func enhancedIn(o *amf.Value) string {
	for _, name := range enhancedProperties {
		if o.Get(name) != nil {
			return name
		}
	}
	return ""
}
