package lint

import "github.com/rtmpscope/rtmpscope/decode/session"

var _ = register(Rule{
	ID: "cmd-start-then-close", Severity: session.Error,
	Title:      "Accepted, then closed",
	Why:        "The server said NetStream.Publish.Start and closed soon after: a hook that ran late refused the key (SRS before 5.0.210, Twitch), the name was taken (lal), another publisher took over (MediaMTX), or the server went down.",
	Fix:        "Check the key and the server's log at this moment.",
	Source:     "ossrs/srs#4037, ossrs/srs#4038",
	Thresholds: []string{"start.close"},
	Bad:        Example{publishing, after(40 * 1e6), fin(server), fin(client)},
	Good:       Example{publishing, stopping, fin(server), fin(client)},
	watch: func(v *view, r *reporter) {
		v.on(onClose, func(e *session.Entry) {
			s := v.main
			if e.From != server || v.first != server || s == nil || s.role != session.Publish || !s.started.yes() || v.stopped.yes() ||
				v.since(s.started) > v.duration("start.close") {
				return
			}
			words := "before any media"
			if s.media > 0 {
				words = "after " + messages(s.media) + " of media"
			}
			r.inShort("closed %s after publish", v.since(s.started)).report(session.ServerSide, rows(s.asked.row, s.started.row, e.Number), "the server closed %s after NetStream.Publish.Start for %s, %s%s%s%s", v.since(s.started), s.marked(), words, v.attempt(s), v.rival(), v.company())
		})
	},
})
