package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "flow-ping-unanswered", Severity: session.Warning,
	Title:      "A ping was not answered",
	Why:        "The server asks whether the client is alive and gets no Ping Response. nginx-rtmp drops such a client after 30 s.",
	Fix:        "Let the client answer with the same timestamp; or raise ping and ping_timeout in nginx-rtmp.",
	Source:     "RTMP 1.0 §7.1.7; arut/nginx-rtmp-module#846, sergey-dryabzhinsky/nginx-rtmp-module#353, bluenviron/mediamtx#1245",
	Explains:   breaks,
	Thresholds: []string{"ping.answer", "ping.close"},
	Absence:    true,
	Bad:        script.Example{script.Playing, script.Control(server, 4, 0, 6, 0, 0, 1, 0), script.Silence(31 * time.Second), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Playing, script.Control(server, 4, 0, 6, 0, 0, 1, 0), script.After(29 * time.Second), script.Control(client, 4, 0, 7, 0, 0, 1, 0), script.Silence(31 * time.Second), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		wait := v.duration("ping.answer")
		v.on(onControl, func(e *session.Entry) {
			if e.Type != chunk.TypeUserControl || e.Message.Event != 6 {
				return
			}
			row, from := e.Number, e.From
			v.after(wait, func() {
				if v.pings.isOpen(row) && v.isOpen() {
					v.pings.missed++
					r.report(session.SideOf(from.Peer()), rows(row), "the %s has not answered a ping for %s; of %d pings %d were not answered", from.Peer(), wait, v.pings.asked, v.pings.missed)
				}
			})
		})
		v.on(onClose, func(e *session.Entry) {
			if p := v.pings.oldest(server); p.yes() && v.since(p) >= v.duration("ping.close") && e.From == server && r.first() {
				r.report(session.ClientSide, rows(p.row, e.Number), "the server closed %s after a ping that the client did not answer", v.since(p))
			}
		})
	},
})
