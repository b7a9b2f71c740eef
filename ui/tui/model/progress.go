package model

import "time"

// Progress is how far something has come that takes its time. The zero value is
// nothing.
type Progress struct {
	What  string // in words: "reading the capture"
	Done  int64  // of Total, in any unit; never more
	Total int64  // 0 when it is not known
	Since time.Time
}

// busyAfter is how long something may take before a person is told.
const busyAfter = 500 * time.Millisecond

// Busy is what is being done and has been for longer than a moment: what was
// asked for last first. It is the zero value when nobody has to wait.
func (m *Model) Busy() Progress {
	for _, p := range []Progress{m.working, m.listing(), m.reading} {
		if p.What != "" && m.Now.Sub(p.Since) >= busyAfter {
			return p
		}
	}
	return Progress{}
}

// Hurried reports whether something is being done, for a moment or longer, so
// that the screen should be drawn more often.
func (m *Model) Hurried() bool {
	return m.working.What != "" || m.listing().What != "" || m.reading.What != ""
}

// listing is how far the list in the timeline pane has come.
func (m *Model) listing() Progress {
	unread := m.View().Unread(m.shown)
	if unread == 0 || m.unlistedSince.IsZero() {
		return Progress{}
	}
	what := "listing the rows"
	if m.Filter != "" {
		what = "filtering"
	}
	return Progress{What: what, Done: int64(m.shown.Len() - unread), Total: int64(m.shown.Len()), Since: m.unlistedSince}
}

// watchList notes since when the list is behind.
func (m *Model) watchList() {
	switch {
	case m.View().Unread(m.shown) == 0:
		m.unlistedSince = time.Time{}
	case m.unlistedSince.IsZero():
		m.unlistedSince = m.Now
	}
}
