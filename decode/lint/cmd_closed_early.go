package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-closed-early", Severity: session.Error,
	Title:      "The server closed before publish or play",
	Why:        "The server closed the connection after the handshake, connect or createStream without an error. It accepts no connections from here (access lists, limits, a front end whose server is down), expects something else, or a step took too long.",
	Fix:        "Read the server's log at this moment; try the server directly, and from another address.",
	Source:     "RTMP 1.0 §5.2, §7.2.1; observed",
	Thresholds: []string{"idle.silence"},
	Absence:    true,
	Bad:        script.Example{script.Hi, script.After(11 * time.Millisecond), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Hi, script.After(11 * time.Millisecond), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			if e.From != server || v.first != server || len(v.wanted()) > 0 || !v.hello.done(client) || v.connect.ended.yes() {
				return
			}
			if s := &v.seen[client]; s.messages == 0 && s.anomaly.yes() {
				return // the client's first message could not be read: chunk-not-chunked
			}
			if c := &v.connect; c.asked.yes() && !c.accepted || v.blamed(server) != nil || v.since(v.seen[client].last) >= v.duration("idle.silence") {
				return // other rules tell of that
			}
			last, words := v.lastStep()
			r.inShort("closed %s after %s", v.since(last), words).report(session.ServerSide, rows(last.row, v.nearRow(server), e.Number),
				"the server closed %s after %s%s; the client had not sent publish or play", v.since(last), words, v.behind(server, last.row))
		})
	},
})

// lastStep is the last step that a session without publish or play came to.
func (v *view) lastStep() (at rowAt, words text.Marked) {
	at, words = v.hello.parts[client][2], "the handshake, before connect"
	if v.connect.accepted {
		at, words = v.connect.answered, "it had accepted connect"
	}
	if q := v.requests.named("createStream"); q != nil {
		at, words = q.rowAt, "createStream, without an answer"
		if q.answered.yes() {
			at, words = q.answered, "it had answered createStream"
		}
	}
	return at, words
}
