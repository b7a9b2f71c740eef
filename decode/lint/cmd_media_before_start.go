package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var _ = register(Rule{
	ID: "cmd-media-before-start", Severity: session.Note,
	Title:  "Media before Publish.Start",
	Why:    "The client sends media before the server has accepted publish. Most servers take it; lal closes.",
	Fix:    "Let the client wait for NetStream.Publish.Start.",
	Source: "source of lal",
	Bad:    script.Example{script.Connected, script.Created, script.PublishKey, script.Headers(client), script.Started},
	Good:   script.Example{script.Publishing, script.Headers(client)},
	watch: func(v *view, r *reporter) {
		v.on(onTrack, func(e *session.Entry) {
			s := v.stream
			if e.From == client && r.first() && (s == nil || s.role == session.Publish && !s.answered.yes()) && v.blindness() == "" {
				asked := uint32(0)
				if s != nil {
					asked = s.asked.row
				}
				r.report(session.ClientSide, rows(asked, e.Number), "the first media comes before the server has accepted publish")
			}
		})
	},
})

// tooEarly goes on with a sentence about a header of audio (0) or video (1) that a
// player does not get: when its publisher sent it before publish was accepted, the
// server is likely to have dropped it there.
func (v *view) tooEarly(e *session.Entry, kind int) string {
	s := v.stream
	if e.From != server || s.role != session.Play {
		return ""
	}
	for _, o := range v.judge.neighbours() {
		for _, p := range o.streams {
			if h := p.config[kind]; p.role == session.Publish && o.key(p) == v.key(s) && h.yes() && (!p.answered.yes() || h.row < p.answered.row) {
				return "; its publisher (session " + count(o.number) + ") sent it in row " + count(h.row) + ", before publish was accepted, and the server seems to have dropped it"
			}
		}
	}
	return ""
}
