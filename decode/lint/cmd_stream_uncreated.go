package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-stream-uncreated", Severity: session.Warning,
	Title:      "publish or play on a message stream that was never created",
	Why:        "The client uses a message stream ID that no answer to createStream has given it: it sends no createStream, takes the answer to connect for it, or counts by itself. Servers that keep to the specification ignore the command or close.",
	Fix:        "Send createStream after connect is answered, and use the number in its answer.",
	Source:     "BasisVR/Basis#877; RTMP 1.0 §7.2.1.3",
	Explains:   append(slices.Clone(emptiness), refusals...),
	Thresholds: []string{"create.answer"},
	Absence:    true,
	Bad:        script.Example{script.Connected, script.PlayKey, script.PlayStart, script.Headers(server), script.Frames(server, 0, 3)},
	Good: script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.PlayKey,
		script.Call(server, 0, str("_result"), num(2), nul, num(1)), script.PlayStart, script.Headers(server), script.Frames(server, 0, 75)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			if c := e.Message.Command; e.From != client || c != "publish" && c != "play" || s == nil || len(v.streams) == maxStreams {
				return
			}
			if s.created.yes() {
				if at := v.deletedBefore(s); at.yes() {
					r.of(s).report(session.ClientSide, rows(at.row, e.Number), "%s on message stream %d, which the client had deleted and not created again", s.role, s.id)
				}
				return
			}
			at, role := rowAt{e.Number, e.Time}, s.role
			create := v.requests.named("createStream")
			if create != nil && !create.answered.yes() {
				v.after(v.duration("create.answer"), func() { // the client did not wait; the answer may still fit
					if !s.created.yes() {
						r.report(session.ClientSide, rows(create.row, at.row), "%s on message stream %d, %s after createStream, which has not been answered with that number", role, s.id, time.Duration(at.at-create.at))
					}
				})
				return
			}
			words := "the client never sent createStream"
			if create != nil {
				words = "the answer to createStream gives another number"
			}
			r.report(session.ClientSide, rows(at.row), "%s on message stream %d, which was never created: %s", role, s.id, words)
		})
	},
})

// deletedBefore is the deleteStream that came for the message stream of s since it was
// created.
func (v *view) deletedBefore(s *stream) rowAt {
	q := v.requests.find(func(q *request) bool {
		return q.name == "deleteStream" && q.from == client && q.deletes == s.id && s.id > 0
	})
	if q == nil || q.at < s.created.at {
		return rowAt{}
	}
	return q.rowAt
}
