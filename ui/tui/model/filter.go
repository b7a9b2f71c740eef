package model

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Selector is a filter that was understood.
type Selector struct {
	// Match selects rows of a timeline. The model calls it unless Opens is set.
	Match list.Match
	// Awaits says that a request may be selected no longer, or only then, when its
	// answer comes.
	Awaits bool
	// Sessions says that rows are selected by what is known of their session, which
	// changes as it goes on.
	Sessions bool
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
		m.askSessionFilter()
		return
	}
	m.show(&Prompt{Question: "filter: ", Text: m.Filter, history: &m.filters,
		check: func(text string) (string, int) {
			_, problem, at := m.compile(text)
			return problem, at
		},
		complete: m.completeFilter,
		done:     func(text string) Effect { m.setFilter(text); return Effect{} },
	})
}

// completeFilter completes a filter, or the name of one that was saved.
func (m *Model) completeFilter(text string, at int) (start int, out []Choice) {
	if begun := strings.LastIndexByte(text[:at], '@'); begun >= 0 && at == len(text) {
		for _, name := range slices.Sorted(maps.Keys(m.Saved)) {
			if strings.HasPrefix(name, text[begun+1:]) {
				out = append(out, Choice{"@" + name, m.Saved[name]})
			}
		}
		return begun, out
	}
	if text == "" {
		for _, name := range slices.Sorted(maps.Keys(m.Saved)) {
			out = append(out, Choice{"@" + name, m.Saved[name]})
		}
	}
	if m.Filters.Complete == nil {
		return 0, out
	}
	start, more := m.Filters.Complete(text, at)
	return start, append(out, more...)
}

// compile reads a filter, with those that names stand for: @slow.
func (m *Model) compile(text string) (s Selector, problem string, at int) {
	full, problem, at := m.expand(text)
	if problem != "" {
		return s, problem, at
	}
	s, problem, at = m.Filters.Compile(full)
	if full != text {
		at = 0
	}
	return s, problem, at
}

// expand puts the filters in the place of their names.
func (m *Model) expand(text string) (full, problem string, at int) {
	full, err := filter.Expand(text, m.Saved)
	problem, at = filterProblem(err)
	return full, problem, at
}

// filterProblem says why a text is no filter, and where; "" when it is one.
func filterProblem(err error) (problem string, at int) {
	var wrong *filter.Error
	switch {
	case err == nil:
		return "", 0
	case errors.As(err, &wrong):
		return wrong.Message, wrong.Offset
	}
	return err.Error(), 0
}

// askFilterName asks under which name the filter is to be saved.
func (m *Model) askFilterName() {
	if m.Filter == "" {
		m.Message = "there is no filter; " + m.KeyOf("filter") + " sets one"
		return
	}
	m.show(&Prompt{Question: "save the filter as @", done: m.saveFilter})
}

func (m *Model) saveFilter(name string) Effect {
	name = strings.TrimPrefix(strings.TrimSpace(name), "@")
	full, _, _ := m.expand(m.Filter)
	plain := func(r rune) bool {
		return r == '-' || r == '_' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	switch {
	case name == "":
		return Effect{}
	case m.Filter == "":
		m.Message = "there is no filter to save"
		return Effect{}
	case strings.Trim(name, "-_") == "" || strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) >= 0:
		m.Message = "a name has letters, digits, - and _"
		return Effect{}
	}
	if m.Saved == nil {
		m.Saved = map[string]string{}
	}
	m.Saved[name] = full
	m.Message = "saved as @" + name
	if !m.Can.Has(desk.CanConfigure) {
		return Effect{}
	}
	return Effect{Configure: &Setting{Section: "filters", Name: name, Values: []string{full}}}
}

// setFilter lists only the rows that a filter selects, staying at the row that
// is selected or the nearest before it. The empty text lists all.
func (m *Model) setFilter(text string) {
	text = strings.TrimSpace(text)
	var s Selector
	if text != "" {
		var problem string
		if s, problem, _ = m.compile(text); problem != "" {
			m.Message = "not a filter: " + problem
			return
		}
	}
	row, follow := m.SelectedRow(), m.View().Follow
	m.narrowed.rows = nil
	m.Filter, m.selector, m.awaited, m.settledAt = text, s, m.shown, m.shown
	m.sifted = newSifted(s.Opens)
	m.views, m.lookedAt = map[uint32]*list.View{}, nil
	v := m.View()
	v.Follow = follow
	v.Seek(row)
	v.Grow(m.shown, m.timelineHeight())
}
