package model

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// SessionLine is one line of the sessions pane: a session, or the last of
// several attempts of the same client at the same thing.
type SessionLine struct {
	Index    int   // of the session: its number is one more
	Attempts []int // those before it that are folded into the line, oldest first
	Child    bool  // an attempt that was unfolded
	Unfolded bool  // its attempts follow
}

// manySessions is from how many on the list is made anew only once a second.
const manySessions = 500

// relist makes the lines of the sessions pane anew when it is time to.
func (m *Model) relist() {
	if m.shown.SessionCount() < manySessions || m.Done || m.Now.Sub(m.listedAt) >= time.Second {
		m.listSessions()
	}
}

// listSessions makes the lines of the sessions pane anew, if something has changed.
func (m *Model) listSessions() {
	m.listedAt = m.Now
	r := &m.roster
	changed := r.refresh(m.shown, m.SessionFilter, m.Reveal, m.wantedSessions())
	m.Earlier = r.earlier
	if changed {
		m.heaviest = m.findHeaviest(r.infos)
	}
	if changed && (r.remade || m.Sort != ByNumber) || m.resort {
		m.resort = false
		m.list()
	}
	m.showSession()
}

// list makes the lines of the sessions pane of what is known of the sessions.
func (m *Model) list() {
	r := &m.roster
	m.Listed = m.Listed[:0]
	for _, g := range r.attempts() {
		attempts := make([]int, len(g))
		for i, k := range g {
			attempts[i] = int(r.numbers[k] - 1)
		}
		last := len(g) - 1
		m.Listed = append(m.Listed, SessionLine{Index: attempts[last], Attempts: attempts[:last], Unfolded: last > 0 && m.unfolded[uint32(attempts[0]+1)]})
	}
	m.sortListed()
	for i := len(m.Listed) - 1; i >= 0; i-- {
		l := &m.Listed[i]
		if !l.Unfolded {
			continue
		}
		children := make([]SessionLine, 0, len(l.Attempts))
		for _, a := range slices.Backward(l.Attempts) {
			children = append(children, SessionLine{Index: a, Child: true})
		}
		m.Listed = slices.Insert(m.Listed, i+1, children...)
	}
}

// listAnew makes the lines of the sessions pane anew because the person wants others.
func (m *Model) listAnew() {
	m.resort = true
	m.listSessions()
}

// Session is the selected session; ok is false before there is one.
func (m *Model) Session() (s session.Info, ok bool) {
	if m.session == 0 || int(m.session) > m.shown.SessionCount() {
		return session.Info{}, false
	}
	return m.shown.Session(m.session), true
}

// SelectedLine is the line of the sessions pane that holds the selected
// session, or -1 when the list leaves it out.
func (m *Model) SelectedLine() int {
	folded := -1
	for i, l := range m.Listed {
		if l.Index == int(m.session)-1 {
			return i
		}
		if !l.Unfolded && slices.Contains(l.Attempts, int(m.session)-1) {
			folded = i
		}
	}
	return folded
}

// chooseSession selects for a user who has not: the newest of what is live; of a
// file the one that deserves to be looked at first, while the file is read and
// no key was pressed.
func (m *Model) chooseSession() {
	count := m.shown.SessionCount()
	if count == 0 || m.chosen && m.session != 0 {
		return
	}
	switch {
	case !m.Options.Live && (m.session == 0 || !m.touched):
		m.session = 1
		if m.heaviest >= 0 {
			m.session = uint32(m.heaviest + 1)
		}
	case m.Options.Live && (m.session == 0 || m.View().Follow && !m.Detail.Open && !m.Page.IsOpen()):
		m.session = uint32(count)
	}
	m.showSession()
}

// selectLine selects by line of the sessions pane and says that the user did.
func (m *Model) selectLine(i int) {
	if len(m.Listed) == 0 {
		return
	}
	i = clamp(i, 0, len(m.Listed)-1)
	m.selectSession(uint32(m.Listed[i].Index + 1))
}

// selectSession shows a session because the user wants it.
func (m *Model) selectSession(number uint32) {
	// Whoever goes to the newest one wants to go on to the next when it comes.
	m.chosen = int(number) < m.shown.SessionCount()
	m.session = number
	m.All = false
	m.showSession()
	m.View().Grow(m.shown, m.timelineHeight())
	m.read()
}

func (m *Model) showSession() {
	if i := m.SelectedLine(); i >= 0 {
		m.SessionTop = list.ScrollTo(m.SessionTop, i, len(m.Listed), m.sessionsHeight())
	}
}

func (m *Model) sessionsHeight() int { return m.Layout().Sessions.H - PaneHead }

// toggleAll switches between one session and all, staying at the same row.
func (m *Model) toggleAll() {
	row := m.SelectedRow()
	old := m.View()
	if m.All && row > 0 {
		m.session = m.shown.Row(row).Session
		m.showSession()
	}
	m.All = !m.All
	v := m.View()
	v.Follow = old.Follow
	if row > 0 && !v.Follow {
		v.Seek(row)
	}
	v.Grow(m.shown, m.timelineHeight())
	m.read()
}
