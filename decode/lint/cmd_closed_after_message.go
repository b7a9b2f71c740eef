package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-closed-after-message", Severity: session.Error,
	Title:      "Closed immediately after one message",
	Why:        "One side ended the connection within milliseconds of one certain message of the other: one that healthy sessions do without, or that is malformed. That message is the first suspect: the receiver does not know it, cannot read it, or dislikes what it says. Once media flows it is a warning, but for a server that ends a publish.",
	Fix:        "Look at the message that is named: open its row, and compare it with what a program sends that works with this peer. When it is in order, read the log of the side that closed.",
	Source:     "observed: metadata that begins with numbers or names no codec, a call with an empty object, user control events without a specification",
	Thresholds: []string{"close.soon", "left.soon"},
	Absence:    true,
	Bad:        script.Example{script.Publishing, script.Data(client, 1, num(0), num(0), str("@setDataFrame")), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Publishing, script.Data(client, 1, num(0), num(0), str("@setDataFrame")), script.After(time.Second), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			m := v.blamed(e.From)
			if m == nil || v.first != e.From {
				return
			}
			severity := session.Error
			if s := v.lead(); v.flowed() && (e.From == client || s == nil || s.role != session.Publish) {
				severity = session.Warning
			}
			words := m.words(v, e.Time)
			r.inShort("%s closed %s after a message", e.From, time.Duration(e.Time-m.at)).as(severity, session.SideOf(m.from), rows(m.row, e.Number),
				"the %s closed the connection %s%s", e.From, words, v.soFar(m))
		})
	},
})

// blamed is the message that explains why a side closed first, better than
// anything else does: one that healthy sessions do without. It is nil when there is
// none. What was refused, stopped or said to be over needs no explanation, and the
// usual messages of a beginning explain nothing: the rules about that name them as
// what came last.
func (v *view) blamed(ended decode.Direction) *mark {
	m := v.near(ended)
	if m == nil || !m.odd || v.blindness() != "" || v.explained() || !v.connect.accepted {
		return nil
	}
	return m
}

// explained reports whether something that was said explains an end: the client
// stops, the server has refused, or said that it is over.
func (v *view) explained() bool {
	wanted := v.wanted()
	failed := slices.ContainsFunc(wanted, func(s *stream) bool { return s.failed.yes() })
	return failed || v.connect.ended.yes() || len(wanted) > 0 && len(v.running()) == 0
}

// flowed reports whether media of any stream has flowed for longer than a server
// takes to decide.
func (v *view) flowed() bool {
	for _, s := range v.wanted() {
		if s.media > 0 && time.Duration(s.flow.last.at-s.firstAt.at) >= v.duration("start.media") {
			return true
		}
	}
	return false
}

// soFar says how far a session had come when it ended right behind a message.
func (v *view) soFar(m *mark) string {
	s := v.lead()
	switch {
	case s == nil:
		return "; the client had not sent publish or play"
	case !s.answered.yes():
		return "; " + s.role.String() + " was not answered"
	case s.media == 0:
		return "; " + s.role.String() + " had been accepted " + text.Figures(time.Duration(m.at-s.answered.at)) + " before it"
	}
	return ""
}
