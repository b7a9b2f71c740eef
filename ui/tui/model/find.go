package model

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// searched is what a search looks through: what covers the screen, or the pane that
// has the focus. ok is false where there are no lines to find something in.
func (m *Model) searched() (s searchable, ok bool) {
	switch {
	case m.Overlay == Help || m.Overlay == Log || m.Overlay == Diff:
		return m.overlaySearched(), true
	case m.Overlay == SessionDiff:
		return s, false
	case m.Focus == PaneSessions:
		return m.sessionsSearched(), true
	case m.Focus == PaneTree || m.Focus == PaneHex:
		return m.fieldsSearched(), true
	case m.Focus == PaneSteps:
		return m.stepsSearched(), true
	case m.Focus == PaneTimeline:
		return m.rowsSearched(), true
	}
	return s, false
}

func (m *Model) overlaySearched() searchable {
	words := func(i int) string { return m.LogLines[i] }
	lines := m.overlayLines()
	switch m.Overlay {
	case Help:
		help := m.HelpLines()
		words = func(i int) string { return help[i].Heading + help[i].Keys + " " + help[i].Text }
	case Diff:
		lines = len(m.Diff)
		words = func(i int) string { return m.Diff[i].Name + " " + m.Diff[i].A + " " + m.Diff[i].B }
	}
	return searchable{lines, m.Search.line, words, func(i int) {
		m.Search.line = i
		m.OverlayTop = clamp(i, 0, max(m.overlayLines()-m.height(), 0))
	}}
}

func (m *Model) sessionsSearched() searchable {
	return searchable{len(m.Listed), m.SelectedLine(), func(i int) string {
		s := m.shown.Session(uint32(m.Listed[i].Index + 1))
		return m.sessionWords(&s) + " " + m.SessionNote(s.Number)
	}, m.selectLine}
}

func (m *Model) fieldsSearched() searchable {
	d := &m.Detail
	return searchable{len(d.Nodes), d.Cursor, func(i int) string {
		f := d.Nodes[i].Field
		return strings.Join([]string{f.Name, f.Value.Show(m.Reveal), f.Symbol, f.Note}, " ")
	}, func(i int) { d.MoveCursor(i, m.Layout().Room()) }}
}

func (m *Model) stepsSearched() searchable {
	steps := m.Page.Steps()
	return searchable{len(steps), m.Page.Step, func(i int) string {
		return steps[i].Words(m.Reveal)
	}, func(i int) { m.Page.move(i-m.Page.Step, m.pageHeight()) }}
}

func (m *Model) rowsSearched() searchable {
	v := m.View()
	return searchable{v.Len(), v.Sel, func(i int) string { return m.words(v.At(i)) }, func(i int) {
		v.Follow = false
		v.Move(i, m.timelineHeight())
	}}
}

// words is the text of an entry as a search sees it.
func (m *Model) words(e list.Entry) string {
	switch e.Kind {
	case list.PhaseLine:
		return m.shown.Row(e.Row).Phase.String()
	case list.RunLine:
		return e.Run.Words()
	}
	name, summary := m.Text(e.Row)
	return name + " " + m.shown.Text(e.Row).Command + " " + summary + " " + m.Marks.Note(e.Row)
}

// askSearch asks what to search for, and goes to the first place that holds what has
// been typed so far. Esc goes back to where the search began.
func (m *Model) askSearch() {
	s, ok := m.searched()
	if !ok {
		m.refuse("this pane is not searched; the timeline, the sessions, the detail, the procedure and the help are")
		return
	}
	before, origin := m.Search.Query, s.at
	again := func(text string) {
		m.Search.Query = text
		if s, ok := m.searched(); ok && text != "" {
			s.at = origin
			m.find(s, 1, 0)
		}
	}
	m.show(&Prompt{Question: "/", history: &m.Search.history, typed: again,
		dropped: func() {
			m.Search.Query, m.Message = before, ""
			if s, ok := m.searched(); ok && origin >= 0 && origin < s.lines {
				s.pick(origin)
			}
		},
		done: func(text string) Effect {
			if again(text); text == "" {
				m.Message = "nothing is searched for any more"
			}
			return Effect{}
		}})
}

// search goes to the next place that holds the query, around the end if need be.
func (m *Model) search(step int) {
	s, ok := m.searched()
	switch {
	case m.Search.Query == "":
		m.Message = "nothing to search for; type / first"
	case !ok:
		m.Message = "this pane is not searched"
	default:
		m.find(s, step, 1)
	}
}

// find goes to the first line that holds the query, from so many lines behind the
// selected one on, and says when it had to go around or found none. Of a tree that is
// folded all of it is searched.
func (m *Model) find(s searchable, step, from int) {
	around, found := m.Search.find(s, step, from)
	switch {
	case found:
		if m.Message = ""; around {
			m.Message = wentAround
		}
	case m.Overlay == NoOverlay && (m.Focus == PaneTree || m.Focus == PaneHex) && m.Detail.UnfoldAll():
		m.find(m.fieldsSearched(), step, from)
	default:
		m.Message = "no “" + m.Search.Query + "” here"
	}
}
