package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-play-closed", Severity: session.Error,
	Title:      "Closed after play, before any media",
	Why:        "The server closed soon after play without having sent a frame, with or without Play.Start before: a rule denies playing. nginx-rtmp says Play.Start first.",
	Fix:        "Check the server's rules for players (allow play, deny play, on_play) and its log at this moment.",
	Source:     "arut/nginx-rtmp-module, ngx_rtmp_access_module: seen with nginx 1.22",
	Thresholds: []string{"start.close"},
	Absence:    true,
	Bad:        script.Example{script.Playing, script.After(2 * 1e6), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Playing, script.Headers(server), script.Frames(server, 0, 3), script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			for _, s := range v.closedOn(e, session.Play) {
				if s.heard() || v.since(s.asked) > v.duration("start.close") {
					continue
				}
				r.of(s).inShort("closed %s after play", v.since(s.asked)).report(session.ServerSide, rows(s.asked.row, v.nearRow(server), e.Number), "the server closed %s after play %s%s, and no frame had come%s%s", v.since(s.asked), s.marked(), v.which(s), v.behind(server, s.asked.row), v.attempt(s))
			}
		})
	},
})
