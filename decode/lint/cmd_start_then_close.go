package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-start-then-close", Severity: session.Error,
	Title:      "Accepted, then closed",
	Why:        "The server said NetStream.Publish.Start and closed soon after: a rule or hook that ran late refused the key (nginx-rtmp with deny publish or on_publish, SRS before 5.0.210, Twitch), the name was taken (lal), or another publisher took over (MediaMTX). What the client sent meanwhile was lost. When media had flowed for seconds, cmd-abrupt-end speaks instead.",
	Fix:        "Check the key, the server's access rules (allow and deny publish) and hooks (on_publish), and its log at this moment.",
	Source:     "ossrs/srs#4037, ossrs/srs#4038",
	Thresholds: []string{"start.close", "start.media"},
	Bad:        script.Example{script.Publishing, script.After(40 * 1e6), script.Fin(server), script.Fin(client)},
	Good:       script.Example{script.Publishing, script.Stopping, script.Fin(server), script.Fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			for _, s := range v.closedOn(e, session.Publish) {
				if !v.closedAtStart(s) {
					continue
				}
				words := "before any media"
				if s.media > 0 {
					words = "after " + messages(s.media) + " of media"
				}
				r.of(s).inShort("closed %s after publish", v.since(s.started)).report(session.ServerSide, rows(s.asked.row, s.started.row, v.nearRow(server), e.Number), "the server closed %s after NetStream.Publish.Start for %s%s, %s%s%s%s%s", v.since(s.started), s.marked(), v.which(s), words, v.behind(server, s.asked.row), v.attempt(s), v.rival(s), v.company())
			}
		})
	},
})

// closedAtStart reports whether the server was the first to close, soon after it
// had accepted publish, and before media had flowed for long.
func (v *view) closedAtStart(s *stream) bool {
	end := v.closing[server]
	if s.role != session.Publish || !s.started.yes() || v.first != server || !end.yes() || s.stopped.yes() {
		return false
	}
	flowed := time.Duration(0)
	if s.media > 0 {
		flowed = time.Duration(s.flow.last.at - s.firstAt.at)
	}
	return time.Duration(end.at-s.started.at) <= v.duration("start.close") && flowed < v.duration("start.media")
}
