package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-reconnect-loop", Severity: session.Warning,
	Title:      "The client connects again and again",
	Why:        "Several short sessions asked for the same stream, one after the other: a refused key with automatic reconnection, or a server that drops the stream each time.",
	Fix:        "Look at why the first of them ended. Logins in several steps are not counted, nor are sessions in which media flowed until the client wanted no more; where it closed each time by itself while media flowed, without a word, it is a note.",
	Source:     "sergey-dryabzhinsky/nginx-rtmp-module#189, obsproject/obs-studio#11304",
	Thresholds: []string{"reconnect.short", "reconnect.count"},
	Bad:        script.Example{shortTry, script.Again, shortTry, script.Again, shortTry},
	Good:       script.Example{shortTry, script.Again, shortTry, script.Again, script.Flowing, script.Frames(client, 3000, 250), script.Goodbye},
	watch: func(v *view, r *reporter) {
		short, many := v.duration("reconnect.short"), int(v.limit("reconnect.count"))
		v.on(onEnd, func(*session.Entry) {
			s := v.lead()
			if s == nil && !v.connect.accepted {
				s = v.knock
			}
			if s == nil || v.ours || !v.closing[client].yes() && !v.closing[server].yes() {
				return
			}
			n, since, rows, own := v.judge.attempts.before(v, s, short)
			if n >= many {
				period := v.since(rowAt{1, since}) / time.Duration(n)
				what := "app \"" + v.connect.appMarked + "\""
				if s.wanted() {
					what = s.marked()
				}
				severity := session.Warning
				if own {
					severity = session.Note
				}
				r.as(severity, session.NoSide, rows, "%s sessions of less than %s asked for %s, one every %s", count(n), short, what, period)
			}
		})
	},
})

// shortTry is a publisher whose key is refused.
var shortTry = script.Do(script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.Denied", "no"), script.Fin(server), script.Fin(client))
