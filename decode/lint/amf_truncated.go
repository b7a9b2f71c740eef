package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "amf-truncated", Severity: session.Error,
	Title:    "A value runs past its message",
	Why:      "A string, object or number is longer than what is left of the message: the sender wrote a wrong length, or the framing was lost.",
	Fix:      "Correct the sender; if more messages are damaged, look further up for the place where the framing was lost.",
	Source:   "AMF0 §2; bluenviron/mediamtx#2986",
	Explains: append([]string{"cmd-app-empty", "cmd-tcurl-invalid"}, refusals...),
	Bad:      script.Example{script.Connected, script.Send(client, script.Out(3, 20, 0, []byte{2, 0, 200, 'c', 'r', 'e'}))},
	Good:     script.Example{script.Connected, script.Created},
	watch: func(v *view, r *reporter) {
		v.onAMF(func(e *session.Entry, p *amf.Problem) {
			r.report(session.SideOf(e.From), rows(e.Number), "%s: %s", nameOf(e), p.Text)
		}, amf.StringPastEnd, amf.ValuePastEnd, amf.ArrayPastEnd)
	},
})

// onAMF calls found for the first problem with one of these tokens in each
// command or data message.
func (v *view) onAMF(found func(*session.Entry, *amf.Problem), tokens ...string) {
	check := func(e *session.Entry) {
		if len(e.Message.Problems) == 0 {
			return
		}
		if p := problemOf(e, tokens...); p != nil {
			found(e, p)
		}
	}
	v.on(onCommand, check)
	v.on(onData, check)
}

// nameOf is the command or data message's name, or its type.
func nameOf(e *session.Entry) string {
	if e.Message.Command != "" {
		return e.Message.Command
	}
	return e.Name
}
