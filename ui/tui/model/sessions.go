package model

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// rate measures the bit rate of one session between snapshots.
type rate struct {
	at    time.Time
	bytes int64
	bps   float64
}

// rateWindow is the shortest time over which a rate is measured; shorter ones
// jump with every keyframe.
const rateWindow = time.Second

// measure takes a sample of each session that is open.
func (m *Model) measure() {
	for _, s := range m.latest.Sessions() {
		r := m.rates[s.Number]
		if r == nil {
			r = &rate{at: s.OpenedAt}
			m.rates[s.Number] = r
		}
		if d := s.LastAt.Sub(r.at); d >= rateWindow {
			total := s.Bytes[0] + s.Bytes[1]
			r.bps = float64(total-r.bytes) * 8 / d.Seconds()
			r.at, r.bytes = s.LastAt, total
		}
	}
}

// BitRate is the rate of a session in bits a second, both directions together:
// over the last second or so while it is open, over its whole length afterwards.
func (m *Model) BitRate(s session.Info) float64 {
	if m.Facts.Live && s.Open {
		r := m.rates[s.Number]
		if r == nil || m.Now.Sub(s.LastAt) >= 3*rateWindow {
			return 0
		}
		if r.bytes > 0 {
			return r.bps
		} // a session younger than the window has its mean
	}
	if d := s.LastAt.Sub(s.OpenedAt).Seconds(); d >= 0.1 {
		return float64(s.Bytes[0]+s.Bytes[1]) * 8 / d
	}
	return 0
}

// Session is the selected session; ok is false before there is one.
func (m *Model) Session() (s session.Info, ok bool) {
	list := m.shown.Sessions()
	if m.session == 0 || int(m.session) > len(list) {
		return session.Info{}, false
	}
	return list[m.session-1], true
}

// Worst is the first trouble among the sessions, with its session.
func (m *Model) Worst() (s session.Info, ok bool) {
	for _, s := range m.shown.Sessions() {
		if s.Trouble != "" {
			return s, true
		}
	}
	return session.Info{}, false
}

// chooseSession selects for a user who has not: the first of a file, the newest
// of what is live.
func (m *Model) chooseSession() {
	list := m.shown.Sessions()
	if len(list) == 0 || m.chosen && m.session != 0 {
		return
	}
	switch {
	case m.session == 0 && !m.Options.Live:
		m.session = list[0].Number
	case m.Options.Live && (m.session == 0 || m.View().Follow && !m.Detail.Open):
		m.session = list[len(list)-1].Number
	}
	m.showSession()
}

// selectSession selects by index and says that the user did.
func (m *Model) selectSession(i int) {
	list := m.shown.Sessions()
	if len(list) == 0 {
		return
	}
	i = clamp(i, 0, len(list)-1)
	// Whoever goes to the newest one wants to go on to the next when it comes.
	m.chosen = i < len(list)-1
	m.session = list[i].Number
	m.All = false
	m.showSession()
	m.View().grow(m.shown, m.timelineHeight())
}

func (m *Model) showSession() {
	m.SessionTop = scrollTo(m.SessionTop, int(m.session)-1, len(m.shown.Sessions()), m.sessionsHeight())
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
	v.grow(m.shown, m.timelineHeight())
	if row > 0 && !v.Follow {
		v.move(v.Find(row), m.timelineHeight())
	}
}
