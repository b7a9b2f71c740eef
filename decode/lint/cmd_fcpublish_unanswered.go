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
	Why:        "releaseStream or FCPublish was not answered, and the client has stopped. Half of all servers never answer them (nginx-rtmp, MediaMTX, lal) and most clients go on; some hardware encoders wait for ever.",
	Fix:        "Use a server that answers (SRS), or switch FCPublish off in the encoder.",
	Source:     "sergey-dryabzhinsky/nginx-rtmp-module#38, arut/nginx-rtmp-module#681, ossrs/srs#844",
	Thresholds: []string{"fcpublish.wait"},
	Absence:    true,
	Bad:        script.Example{script.Connected, fcPublish, script.Created, script.Silence(8 * time.Second)},
	Good:       script.Example{script.Connected, fcPublish, script.Created, script.PublishKey, script.Started, script.Silence(8 * time.Second)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("fcpublish.wait")
		v.on(onCommand, func(e *session.Entry) {
			if c := e.Message.Command; e.From != client || c != "FCPublish" && c != "releaseStream" {
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
					r.report(session.NoSide, rows(q.row, v.seen[client].last.row), "the client has been silent for %s without sending publish, and its %s not answered: it probably waits for that", quiet, v.unansweredNames("releaseStream", "FCPublish"))
				}
			}
			v.after(wait, look)
		})
	},
})

var fcPublish = script.Call(client, 0, str("FCPublish"), num(4), nul, str("key-of-mine"))

// owes is the createStream that the server has not answered, or nil: a client that
// waits waits for that.
func (v *view) owes() *request {
	return v.requests.find(func(q *request) bool { return q.from == client && q.name == "createStream" && !q.answered.yes() })
}

// unansweredNames are those of some calls of the client that were not answered:
// "releaseStream and FCPublish were".
func (v *view) unansweredNames(names ...string) string {
	names = slices.DeleteFunc(names, func(name string) bool {
		q := v.requests.named(name)
		return q == nil || q.answered.yes()
	})
	if len(names) > 1 {
		return strings.Join(names, " and ") + " were"
	}
	return strings.Join(names, "") + " was"
}
