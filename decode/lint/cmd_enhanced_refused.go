package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-enhanced-refused", Severity: session.Warning,
	Title:      "Rejected right after an Enhanced RTMP offer",
	Why:        "connect offers Enhanced RTMP, with a list or maps that older servers do not know, and the server refused it or closed. Some fail on the strict array or on the longer message itself.",
	Fix:        "Try without the offer (ffmpeg: leave out -rtmp_enhanced_codecs; others: switch off HEVC and AV1), and compare with rtmpscope diff.",
	Source:     "Enhanced RTMP v2, Enhancing NetConnection connect Command; FFmpeg's -rtmp_enhanced_codecs, which is off for this reason",
	Explains:   refusals,
	Thresholds: []string{"connect.close"},
	Bad:        script.Example{script.Hi, offering, script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Hi, offering, script.Accept(), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		tell := func(e *session.Entry, did string) {
			if offer := enhancedIn(&v.connect.object); offer != "" && r.first() {
				r.report(session.NoSide, rows(v.connect.asked.row, e.Number), "the server %s %s after a connect that offers Enhanced RTMP (%s); servers that do not know it may fail on it", did, v.since(v.connect.asked), offer)
			}
		}
		v.on(onCommand, func(e *session.Entry) {
			if v.reply != nil && v.reply.name == "connect" && e.Message.Command == "_error" && !isChallenge(e.Message.Description) && redirectOf(e) == "" {
				tell(e, "refused")
			}
		})
		v.on(onClose, func(e *session.Entry) {
			c := &v.connect
			if e.From == server && v.first == server && c.asked.yes() && !c.answered.yes() && v.since(c.asked) <= v.duration("connect.close") {
				tell(e, "closed")
			}
		})
	},
})

// offering is a connect that offers Enhanced RTMP.
var offering = script.ConnectTo("live", script.LiveURL, prop("fourCcList", script.List("av01", "hvc1")))
