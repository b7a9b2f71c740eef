package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-call-unanswered", Severity: session.Note,
	Title:      "A call was never answered",
	Why:        "The client sent a command that asks for a result, and none came. A createStream without an answer is a warning, and an error when the client never got a stream: nothing can be published or played without one. Calls that many servers never answer (releaseStream, FCPublish, FCSubscribe, _checkbw and the like) are not told here.",
	Fix:        "Let the client go on without the answer, or use a server that knows the call.",
	Source:     "RTMP 1.0 §7.2.1.2, §7.2.1.3",
	Thresholds: []string{"call.answer", "answer.late"},
	Absence:    true,
	Bad:        script.Example{script.Connected, script.Created, script.Call(client, 0, str("createStream"), num(3), nul), script.Silence(11 * time.Second)},
	Good:       script.Example{script.Connected, script.Call(client, 0, str("releaseStream"), num(4), nul, str("key-of-mine")), script.Created, script.Silence(11 * time.Second)},
	watch: func(v *view, r *reporter) {
		var waiting []*request
		v.on(onCommand, func(e *session.Entry) {
			q := v.requests.find(func(q *request) bool { return q.row == e.Number })
			if q == nil || q.from != client || !q.waits() || len(waiting) > maxFindings {
				return
			}
			waiting = append(waiting, q)
			v.after(v.duration("call.answer"), func() {
				if v.isOpen() {
					waiting = v.reportUnanswered(r, waiting, q)
				}
			})
		})
		v.on(onClose, func(e *session.Entry) {
			if v.closing[e.From.Peer()].yes() || v.blamed(e.From) != nil {
				return
			}
			for _, q := range slices.Clone(waiting) {
				if v.since(q.rowAt) >= v.duration("answer.late") {
					waiting = v.reportUnanswered(r, waiting, q)
				}
			}
		})
	},
})

// reportUnanswered reports a call of those that wait, unless it was answered, and
// returns the others.
func (v *view) reportUnanswered(r *reporter, waiting []*request, q *request) []*request {
	i := slices.Index(waiting, q)
	if i < 0 {
		return waiting
	}
	if !q.answered.yes() {
		severity := session.Note
		switch {
		case q.name == "createStream" && len(v.streams) == 0:
			severity = session.Error
		case q.name == "createStream":
			severity = session.Warning
		}
		r.inShort("no answer to %s", q.name).as(severity, session.ServerSide, rows(q.row), "the server has not answered %s for %s", q.name, v.since(q.rowAt))
	}
	return slices.Delete(waiting, i, i+1)
}

// waits reports whether a command asks for a result that no rule of its own looks
// for, and that servers mostly give.
func (q *request) waits() bool {
	if !q.hasTxn || q.txn <= 0 || oftenUnanswered[q.name] {
		return false
	}
	switch q.name {
	case "connect", "publish", "play", "play2", "deleteStream", "closeStream", "close", "pause", "pauseRaw", "seek", "receiveAudio", "receiveVideo":
		return false
	}
	return true
}

// oftenUnanswered are calls that common servers never answer: nginx-rtmp, MediaMTX
// and lal those around publish, most servers the bandwidth tests.
var oftenUnanswered = map[string]bool{
	"releaseStream": true, "FCPublish": true, "FCUnpublish": true, "FCSubscribe": true, "FCUnsubscribe": true,
	"_checkbw": true, "checkBandwidth": true, "getStreamLength": true, "getMovLen": true, "initStream": true, "setPlaylist": true, "set_playlist": true,
}
