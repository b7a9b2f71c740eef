package lint

import (
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
				case q == nil || q.answered.yes() || len(v.wanted()) > 0 || !v.isOpen() || !r.first():
				case quiet < wait:
					v.after(wait-quiet, look)
				default:
					r.report(session.NoSide, rows(q.row, v.seen[client].last.row), "the client has been silent for %s without sending publish, and its %s was not answered: it probably waits for that", quiet, q.name)
				}
			}
			v.after(wait, look)
		})
	},
})

var fcPublish = script.Call(client, 0, str("FCPublish"), num(4), nul, str("key-of-mine"))
