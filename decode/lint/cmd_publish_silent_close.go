package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Rule{
	ID: "cmd-publish-silent-close", Severity: session.Error,
	Title:   "Closed after publish, without an answer",
	Why:     "The server closed instead of answering publish: a hook or a rule refused the key. MediaMTX, SRS and nginx-rtmp with on_publish refuse like this, and OBS tries again for ever.",
	Fix:     "Check the key and the server's log at this moment.",
	Source:  "bluenviron/mediamtx#5657, #6072, ossrs/srs#3436",
	Absence: true,
	Bad:     script.Example{script.Connected, script.Created, script.PublishKey, script.After(12 * 1e6), script.Fin(server), script.Fin(client)},
	Good:    script.Example{script.Connected, script.Created, script.PublishKey, script.After(12 * 1e6), script.Fin(client), script.Fin(server)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			for _, s := range v.closedOn(e, session.Publish) {
				if s.answered.yes() {
					continue
				}
				r.of(s).inShort("closed %s after publish", v.since(s.asked)).report(session.ServerSide, rows(s.asked.row, v.nearRow(server), e.Number), "the server closed %s after publish %s%s, without an answer%s%s%s", v.since(s.asked), s.marked(), v.which(s), v.behind(server, s.asked.row), v.attempt(s), v.rival(s))
			}
		})
	},
})

// attempt says which attempt this is, when it is not the first.
func (v *view) attempt(s *stream) string {
	n, since, _, _ := v.judge.attempts.before(v, s, v.duration("reconnect.short"))
	if n < 2 {
		return ""
	}
	return "; attempt " + ordinal(n) + " in " + text.Figures(v.since(rowAt{1, since}))
}
