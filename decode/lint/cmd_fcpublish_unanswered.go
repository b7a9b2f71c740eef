package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-fcpublish-unanswered", Severity: session.Warning,
	Title:      "The client waits for an answer to FCPublish",
	Why:        "releaseStream, FCPublish, _checkbw or a call of their kind was not answered, and the client has stopped. Half of all servers never answer them (nginx-rtmp, MediaMTX, lal) and most clients go on; some hardware encoders wait for ever. It is an error when the client leaves over it.",
	Fix:        "Use a server that answers (SRS), or switch FCPublish off in the encoder.",
	Source:     "sergey-dryabzhinsky/nginx-rtmp-module#38, arut/nginx-rtmp-module#681, ossrs/srs#844",
	Thresholds: []string{"fcpublish.wait"},
	Absence:    true,
	Bad:        script.Example{script.Connected, fcPublish, script.Created, script.Silence(8 * time.Second)},
	Good:       script.Example{script.Connected, fcPublish, script.Created, script.PublishKey, script.Started, script.Silence(8 * time.Second)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("fcpublish.wait")
		v.on(onCommand, func(e *session.Entry) {
			if e.From != client || !oftenUnanswered[e.Message.Command] {
				return
			}
			q := v.requests.find(func(q *request) bool { return q.row == e.Number })
			var look func()
			look = func() {
				switch quiet := v.since(v.seen[client].last); {
				case q == nil || q.answered.yes() || len(v.wanted()) > 0 || v.owes() != nil || !v.isOpen() || !r.first():
				case quiet < wait:
					v.after(wait-quiet, look)
				default:
					r.report(session.NoSide, rows(q.row, v.seen[client].last.row), "the client has been silent for %s without sending publish, and its %s not answered: it probably waits for that", quiet, v.unansweredNames())
				}
			}
			v.after(wait, look)
		})
		v.on(onClose, func(e *session.Entry) {
			if e.From == client && v.first == client && r.count > 0 && len(v.wanted()) == 0 && v.owes() == nil {
				r.inShort("no answer, no publish").overAs(session.Error, session.NoSide, rows(v.seen[client].last.row, e.Number), "the client left after %s of silence without sending publish or play, and its %s not answered: it probably waited for that", v.since(v.seen[client].last), v.unansweredNames())
			}
		})
	},
})

var fcPublish = script.Call(client, 0, str("FCPublish"), num(4), nul, str("key-of-mine"))

// owes is the createStream that the server has not answered, or nil: a client that
// waits waits for that.
func (v *view) owes() *request {
	return v.requests.find(func(q *request) bool { return q.from == client && q.name == "createStream" && !q.answered.yes() })
}

// unansweredNames are the calls of the client that servers often leave unanswered, and
// this one has: "releaseStream and FCPublish were".
func (v *view) unansweredNames() string {
	var names []string
	for _, q := range v.requests.list {
		if q.from == client && oftenUnanswered[q.name] && !q.answered.yes() && !slices.Contains(names, q.name) && len(names) < 3 {
			names = append(names, q.name)
		}
	}
	if len(names) > 1 {
		return strings.Join(names, " and ") + " were"
	}
	return strings.Join(names, "") + " was"
}
