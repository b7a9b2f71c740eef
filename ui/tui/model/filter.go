package model

import "strings"

// Selector is a filter that was understood.
type Selector struct {
	// Match selects rows of a timeline. The model calls it unless Opens is set.
	Match Match
	// Awaits says that a request may be selected no longer, or only then, when its
	// answer comes.
	Awaits bool
	// Opens says that the filter looks at what no row holds, so that rows have to
	// be read again: the outside does that, see [Sift].
	Opens bool
}

// Filters is the language in which rows are selected; see Options.
type Filters struct {
	// Compile reads a filter. Of one that is none it says why, and at which byte.
	Compile func(text string) (s Selector, problem string, at int)
	// Complete says what can stand at a place of a text, and where that begins.
	// It may be nil.
	Complete func(text string, at int) (start int, choices []Choice)
}

func (m *Model) canFilter() bool { return m.Filters.Compile != nil }

// askFilter asks for the rows to list; in the sessions pane for the sessions.
func (m *Model) askFilter() {
	if m.Focus == PaneSessions {
		m.show(&Prompt{Question: "sessions with: ", Text: m.SessionFilter, done: func(m *Model, text string) Effect {
			m.SessionFilter = strings.TrimSpace(text)
			m.listSessions()
			return Effect{}
		}})
		return
	}
	m.show(&Prompt{Question: "filter: ", Text: m.Filter, history: &m.filters,
		check: func(m *Model, text string) (string, int) {
			_, problem, at := m.Filters.Compile(text)
			return problem, at
		},
		complete: func(m *Model, text string, at int) (int, []Choice) { return m.completeFilter(text, at) },
		done:     func(m *Model, text string) Effect { m.setFilter(text); return Effect{} },
	})
}

func (m *Model) completeFilter(text string, at int) (int, []Choice) {
	if m.Filters.Complete == nil {
		return at, nil
	}
	return m.Filters.Complete(text, at)
}

// setFilter lists only the rows that a filter selects, staying at the row that
// is selected or the nearest before it. The empty text lists all.
func (m *Model) setFilter(text string) {
	text = strings.TrimSpace(text)
	var s Selector
	if text != "" {
		var problem string
		if s, problem, _ = m.Filters.Compile(text); problem != "" {
			m.Message = "that is no filter: " + problem
			return
		}
	}
	row, follow := m.SelectedRow(), m.View().Follow
	m.Filter, m.selector, m.pending = text, s, waiting(s.Awaits, m.shown)
	m.sifted = newSifted(s.Opens)
	m.views = map[uint32]*View{}
	v := m.View()
	v.Follow, v.seek = follow, row
	v.grow(m.shown, m.timelineHeight())
}
