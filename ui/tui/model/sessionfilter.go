package model

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// askSessionFilter asks which sessions to list.
func (m *Model) askSessionFilter() {
	m.show(&Prompt{Question: "sessions: ", Text: m.SessionFilter,
		check: func(text string) (string, int) {
			_, err := filter.CompileSessions(text)
			return filterProblem(err)
		},
		complete: func(text string, at int) (start int, out []Choice) {
			for _, c := range filter.CompleteSessions(text, at) {
				start, out = c.Start, append(out, Choice{Text: c.Text, Help: c.Help})
			}
			return start, out
		},
		done: func(text string) Effect { m.setSessionFilter(text); return Effect{} }})
}

// setSessionFilter lists only the sessions that a filter selects.
func (m *Model) setSessionFilter(text string) {
	m.SessionFilter, m.narrowed.sessions = strings.TrimSpace(text), nil
	m.listAnew()
}

// wantedSessions says which sessions the filter selects.
func (m *Model) wantedSessions() func(s *session.Info) bool {
	f, err := filter.CompileSessions(m.SessionFilter)
	if err != nil { // the prompt takes none that is wrong
		return func(*session.Info) bool { return true }
	}
	return func(s *session.Info) bool {
		p := m.programsOf(s)
		return f.Match(&filter.Session{Info: *s, Client: p.Client, Server: p.Server, Also: lint.ShortName(p.Client) + " " + lint.ShortName(p.Server)})
	}
}

// standing is what of a session decides whether a filter by session selects its rows,
// as far as it seldom changes: how long it has lasted does at every moment.
type standing struct {
	role                 session.Role
	app, stream, refusal string
	open                 bool
	phase                session.Phase
	findings             [session.Error + 1]int
}

func standingOf(s *session.Info) standing {
	return standing{s.Role, string(s.App), string(s.Stream), s.Refusal, s.Open, s.Phase, s.Findings}
}

// settled lists the rows anew from the first session on of which something else is
// known than when they were read, when the filter asks for that.
func (m *Model) settled() {
	if !m.selector.Sessions {
		return
	}
	before, first := m.settledAt, far
	m.settledAt = m.shown
	for n := range list.Changed(m.shown, before) {
		if int(n) > before.SessionCount() || int(n) > m.shown.SessionCount() {
			continue
		}
		is, was := m.shown.Session(n), before.Session(n)
		if row := m.first.of(n); row > 0 && standingOf(&is) != standingOf(&was) {
			first = min(first, int(row))
		}
	}
	m.reread(first)
}

// reread lists the rows anew from one on.
func (m *Model) reread(first int) {
	if first > m.shown.Len() {
		return
	}
	if m.sifted != nil {
		m.sifted.forget(first)
	}
	for _, v := range m.views {
		v.Reread(first, m.shown)
	}
}
