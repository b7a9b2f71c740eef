package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-status-error", Severity: session.Error,
	Title:  "The server reports an error later on",
	Why:    "Connect, publish or play had been accepted, and then a status told of an error, or that the connection ends: a quota, a limit of the plan, a stream that was taken away, a shutdown. Its code and words are the best hint. What concerns one call or recording only, or is of level warning, is a warning or a note.",
	Fix:    "Read the server's words; ask whoever runs the server when they name a limit.",
	Source: "RTMP 1.0 §7.2; ActionScript 3.0 Reference, NetStatusEvent",
	Bad:    script.Example{script.Flowing, script.OnStatus("error", "NetStream.Publish.Denied", "quota exceeded"), script.Fin(server), script.Fin(client)},
	Good:   script.Example{script.Flowing, script.Stopping, script.OnStatus("status", "NetStream.Unpublish.Success", "Stopped"), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onCommand, func(e *session.Entry) {
			if e.From != server {
				return
			}
			switch {
			case v.connect.ended.row == e.Number:
				v.reportHangUp(r, e)
			case e.Message.Command == "_error" && v.reply != nil && v.aboutAnother():
				v.reportRefusedCall(r, e)
			case v.connect.accepted && (e.Message.Command == "onStatus" || e.Message.Command == "_error"):
				v.reportLate(r, e)
			}
		})
	},
})

// saying is the code and description of a status.
func saying(e *session.Entry) text.Marked {
	words := text.Plain(orCommand(&e.Message))
	if d := e.Message.Description; d != "" {
		words += " “" + e.Mark(1, "description", d) + "”"
	}
	return words
}

// reportHangUp tells that the server ends the connection, unless the client had
// ended everything before.
func (v *view) reportHangUp(r *reporter, e *session.Entry) {
	if v.allStopped() {
		return
	}
	r.inShort("%s", text.Plain(orCommand(&e.Message))).report(session.ServerSide, rows(v.connect.answered.row, e.Number),
		"the server ends the connection with %s, %s after it had accepted it", saying(e), v.since(v.connect.answered))
}

// reportRefusedCall tells that a call failed. That of createStream matters, the
// others mostly do not.
func (v *view) reportRefusedCall(r *reporter, e *session.Entry) {
	q := v.reply
	severity := session.Note
	switch {
	case q.name == "connect" || oftenUnanswered[q.name]:
		return
	case q.name == "createStream":
		severity = session.Error
	}
	r.as(severity, session.NoSide, rows(q.row, e.Number), "the server refused the call %s: %s", q.name, saying(e))
}

// reportLate tells of a status that comes after publish or play was accepted, or of
// one that is about no stream.
func (v *view) reportLate(r *reporter, e *session.Entry) {
	s, m := v.stream, &e.Message
	failed, kind := e.Flags&session.Refused != 0, codeKinds[m.Code]
	refused := s != nil && s.refused && s.answered.row == e.Number
	unasked := kind == codeOver && s != nil && s.role == session.Publish && !s.stopped.yes() && v.seen[client].blind == "" && s.over.row == e.Number
	switch {
	case refused || m.Code == "" && !failed || v.hangsUp(e) || redirectOf(e) != "":
	case failed && s != nil && s.failed.row == e.Number:
		r.of(s).inShort("%s", orCommand(m)).report(session.ServerSide, rows(s.asked.row, s.answered.row, e.Number),
			"the server ends this %s of %s%s with %s, %s after it had accepted it", s.role, s.marked(), v.which(s), saying(e), v.since(s.answered))
	case m.Command == "_error": // an answer to nothing is another rule's
	case failed || m.Level == "warning":
		r.inShort("%s", m.Code).as(session.Warning, session.NoSide, rows(e.Number), "the server reports %s", saying(e))
	case unasked:
		r.of(s).inShort("%s", m.Code).as(session.Warning, session.ServerSide, rows(s.asked.row, e.Number),
			"the server ends the publish of %s%s with %s, and the client had not stopped", s.marked(), v.which(s), saying(e))
	}
}
