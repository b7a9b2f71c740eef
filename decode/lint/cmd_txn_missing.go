package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-txn-missing", Severity: session.Warning,
	Title:    "A command without a transaction ID",
	Why:      "The second value of a command must be a number. Livestream Studio and hardware encoders fail on an onFCPublish without one.",
	Fix:      "Send 0 when no answer is wanted. FFmpeg's listener leaves it out in onFCPublish.",
	Source:   "RTMP 1.0 §7.1.1; membraneframework/membrane_rtmp_plugin#115, ireader/media-server#209",
	Explains: refusals,
	Bad:      script.Example{script.Connected, script.Call(server, 0, str("onFCPublish"), nul, script.Status("status", "NetStream.Publish.Start", "x"))},
	Good:     script.Example{script.Connected, script.Call(server, 0, str("onFCPublish"), num(0), nul, script.Status("status", "NetStream.Publish.Start", "x"))},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if !hasProblem(e, message.TransactionMissing) {
				return
			}
			severity := session.Warning
			if e.From == server && v.who[server].is(ffmpeg) {
				severity = session.Note
			}
			r.as(severity, session.SideOf(e.From), rows(e.Number), "%s has no transaction ID", e.Message.Command)
		})
	},
})

// hasProblem reports whether the body was read with one of these problems.
func hasProblem(e *session.Entry, tokens ...string) bool { return problemOf(e, tokens...) != nil }

// problemOf returns the first of these problems, or nil.
func problemOf(e *session.Entry, tokens ...string) *amf.Problem {
	for i := range e.Message.Problems {
		for _, t := range tokens {
			if e.Message.Problems[i].Token == t {
				return &e.Message.Problems[i]
			}
		}
	}
	return nil
}
