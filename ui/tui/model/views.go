package model

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// View is the list in the timeline pane.
func (m *Model) View() *list.View {
	key := m.session
	if m.All {
		key = 0
	}
	v := m.views[key]
	if v == nil {
		v = &list.View{Lines: list.Lines{Session: key, Match: m.selector.Match}, Follow: m.Options.Live}
		if m.selector.Opens {
			v.Match, v.Known = m.sifted.match, m.sifted.known
		}
		v.Begin(int(m.first.of(key)))
		m.keepView(key, v)
	}
	return v
}

// keptViews is how many lists are kept as they were left, those looked at last.
const keptViews = 64

// keepView keeps a list that was made, and lets the oldest one go.
func (m *Model) keepView(key uint32, v *list.View) {
	m.views[key] = v
	if m.lookedAt = append(m.lookedAt, key); len(m.lookedAt) > keptViews {
		old := slices.IndexFunc(m.lookedAt, func(k uint32) bool { return k != 0 }) // all sessions are one list
		delete(m.views, m.lookedAt[old])
		m.lookedAt = slices.Delete(m.lookedAt, old, old+1)
	}
}
