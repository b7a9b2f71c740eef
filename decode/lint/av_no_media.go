package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "av-no-media", Severity: session.Warning,
	Title:      "Accepted, but no media arrives",
	Why:        "The server accepted publish or play, and not one audio or video message followed. A player mostly asked for a name that nobody publishes: nginx-rtmp, SRS and others never answer NetStream.Play.StreamNotFound, they wait for a publisher. A publisher mostly has no source.",
	Fix:        "For a player, compare app and stream name with the publisher's, letter for letter, and look whether it is connected; for a publisher, look at the source of the encoder.",
	Source:     "arut/nginx-rtmp-module, ngx_rtmp_live_module: seen with nginx 1.22",
	Thresholds: []string{"media.none", "stall.error"},
	Absence:    true,
	Bad:        script.Example{script.Playing, script.Silence(5 * time.Second), script.Fin(client), script.Fin(server)},
	Good:       script.Example{script.Playing, script.Silence(3 * time.Second), script.Headers(server), script.Frames(server, 0, 3), script.Silence(5 * time.Second), script.Goodbye},
	watch: func(v *view, r *reporter) {
		severe := v.duration("stall.error")
		v.on(onEnd, func(*session.Entry) {
			for _, s := range v.wanted() {
				lasted := v.since(s.started)
				if r.firstOf(s) || s.heard() || v.ours && lasted < severe {
					continue
				}
				r.of(s).inShort("never any media")
				if s.role == session.Publish {
					r.overAs(session.Error, session.ClientSide, rows(s.asked.row, s.started.row), "the server waited for the client: it accepted publish %s, and the client never sent any audio or video, in %s", s.marked(), lasted)
					continue
				}
				r.overAs(session.Error, session.NoSide, rows(s.asked.row, s.started.row), "the client waited for the server: it accepted play %s, and never sent any audio or video, in %s%s", s.marked(), lasted, v.whyNothing(s))
			}
		})
		v.on(onCommand, func(e *session.Entry) {
			s := v.stream
			if s == nil || s.started.row != e.Number {
				return
			}
			v.after(v.duration("media.none"), func() {
				if s.heard() || !v.isOpen() || !s.running() || s.failed.yes() || v.clock < s.muted || !r.firstOf(s) {
					return
				}
				if s.role == session.Publish {
					r.of(s).inShort("no media after publish").report(session.ClientSide, rows(s.asked.row, s.started.row), "the server waits for the client: it accepted publish %s, and the client has sent no audio or video for %s", s.marked(), v.since(s.started))
					return
				}
				r.of(s).inShort("no media after play").report(session.NoSide, rows(s.asked.row, s.started.row), "the client waits for the server: it accepted play %s, and has sent no audio or video for %s%s", s.marked(), v.since(s.started), v.whyNothing(s))
			})
		})
	},
})

// whyNothing says why a server that accepted play sends nothing.
func (v *view) whyNothing(s *stream) string {
	if o := v.judge.attempts.other(v, s); o != nil {
		return "; session " + count(o.view.number) + " publishes it"
	}
	words := "; nobody is seen to publish it"
	if f := &v.who[server]; f.is(nginx, srs) {
		words += ", and " + f.Name + " answers no StreamNotFound but waits for a publisher"
	}
	return words
}
