package model

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// narrowed are the filters before each value by which a person narrowed a list, the
// latest last: Esc takes back one after the other.
type narrowed struct{ rows, sessions []narrowing }

// narrowing is what there was before a value narrowed a list.
type narrowing struct {
	filter string
	row    int // that was selected
}

// terms are the conditions that what is selected meets: those of the field under the
// cursor, and of the row or, in the sessions pane, of the session. ofField says that the
// first is that of the field itself.
func (m *Model) terms() (list []filter.Term, ofField bool) {
	if m.Focus == PaneSessions {
		return m.sessionTerms(), false
	}
	if t, ok := m.fieldTerm(); ok {
		list, ofField = append(list, t), true
	}
	if row := m.SelectedRow(); row > 0 {
		list = append(list, filter.RowTerms(m.shown, row)...)
	}
	return list, ofField
}

func (m *Model) sessionTerms() []filter.Term {
	s, ok := m.Session()
	if !ok {
		return nil
	}
	p := m.programsOf(&s)
	return filter.SessionTerms(&filter.Session{Info: s, Client: p.Client, Server: p.Server, Also: lint.ShortName(p.Client) + " " + lint.ShortName(p.Server)})
}

// fieldTerm is the condition of the field under the cursor, or of the innermost that
// holds it and can be asked for: of a length, that of the text.
func (m *Model) fieldTerm() (t filter.Term, ok bool) {
	if m.Focus != PaneTree && m.Focus != PaneHex {
		return t, false
	}
	d := &m.Detail
	for at := d.Cursor; at >= 0 && at < len(d.Nodes); at = d.Parent(at) {
		if t, ok = filter.FieldTerm(d.Nodes[at].Field.Ask, d.Nodes[at].Field.Value); ok {
			return t, true
		}
	}
	return t, false
}

// askByValue filters by the field under the cursor, or asks by which value of the row or
// the session: for what has it, or for everything else.
func (m *Model) askByValue(not bool) Effect {
	list, ofField := m.terms()
	switch {
	case len(list) == 0:
		m.refuse("select something first whose value is to be the filter")
		return Effect{}
	case ofField:
		return m.byTerm(list[0], not)
	}
	question := "list only what has: "
	if not {
		question = "leave out what has: "
	}
	var entries []entry
	for _, t := range list {
		entries = append(entries, m.termEntry(t, not))
	}
	m.showMenu(question, entries)
	return Effect{}
}

// termEntry is a line of a menu that filters by a value.
func (m *Model) termEntry(t filter.Term, not bool) entry {
	shown, help := t, "only these"
	if not {
		help = "all but these"
	}
	if t.Secret && !m.Reveal {
		shown.Value, help = "••••", "masked; "+m.KeyOf("secrets")+" shows it first"
	}
	text := shown.Is()
	if not {
		text = shown.IsNot()
	}
	return entry{Choice{text, help}, func() Effect { return m.byTerm(t, not) }}
}

// byTerm narrows the list of rows or sessions by a value.
func (m *Model) byTerm(t filter.Term, not bool) Effect {
	if t.Secret && !m.Reveal {
		m.Message = "this value is masked, and a filter stands on the screen; " + m.KeyOf("secrets") + " shows it first"
		return Effect{}
	}
	term := t.Is()
	if not {
		term = t.IsNot()
	}
	before, set := m.Filter, m.setFilter
	past := &m.narrowed.rows
	if m.Focus == PaneSessions {
		before, set, past = m.SessionFilter, m.setSessionFilter, &m.narrowed.sessions
	}
	full, err := filter.And(before, term, m.Saved)
	if err != nil {
		m.Message, _ = filterProblem(err)
		return Effect{}
	}
	list := append(slices.Clone(*past), narrowing{before, m.SelectedRow()})
	m.Message = ""
	if set(full); m.Message == "" {
		*past = list
		m.Message = "filter: " + term + " (" + m.KeyOf("back") + " undoes it)"
	}
	return Effect{}
}

// widenRows takes back the latest value by which the rows were narrowed, or else their
// whole filter.
func (m *Model) widenRows() {
	before, past := earlier(m.narrowed.rows)
	m.Message = ""
	if m.setFilter(before.filter); m.Message == "" {
		m.Message = "filter: " + before.filter
	}
	if before.row > 0 {
		m.View().Seek(before.row)
		m.View().Grow(m.shown, m.timelineHeight())
	}
	if m.narrowed.rows = past; m.Filter == "" {
		m.Message = "all rows are listed again"
	}
}

// widenSessions does the same for the sessions.
func (m *Model) widenSessions() {
	before, past := earlier(m.narrowed.sessions)
	m.setSessionFilter(before.filter)
	m.narrowed.sessions, m.Message = past, "sessions: "+before.filter
	if before.filter == "" {
		m.Message = "all sessions are listed again"
	}
}

// earlier is the latest of a list, the zero value of none, and those before it.
func earlier(past []narrowing) (narrowing, []narrowing) {
	if n := len(past); n > 0 {
		return past[n-1], past[:n-1]
	}
	return narrowing{}, nil
}

// Menu is a press of the right mouse button on a cell of a column, "" elsewhere.
type Menu struct {
	X, Y   int
	Column string
}

func (a Menu) apply(m *Model) Effect {
	if m.Overlay != NoOverlay || m.Prompt != nil {
		return Effect{}
	}
	Click{X: a.X, Y: a.Y}.apply(m)
	m.dragging = noSplit
	m.reveal()
	list, _ := m.terms()
	asked := asks[a.Column]
	slices.SortStableFunc(list, func(x, y filter.Term) int { return rank(asked, x) - rank(asked, y) })
	var entries []entry
	for i, t := range list {
		if entries = append(entries, m.termEntry(t, false)); i == 0 {
			entries = append(entries, m.termEntry(t, true))
		}
	}
	if len(entries) == 0 {
		return Effect{}
	}
	entries = slices.Insert(entries, min(2, len(entries)), entry{Choice{"copy …", "value, JSON, bytes, table"}, func() Effect { m.askCopy(); return Effect{} }})
	m.showMenu("here: ", entries)
	return Effect{}
}

// asks are what a filter asks of the cells of a column.
var asks = map[string][]string{
	"message": {"command", "name", "from"}, "says": {"code", "command", "rule"}, "type": {"type"}, "length": {"length"}, "timestamp": {"timestamp"},
	"chunk-stream": {"chunk_stream"}, "message-stream": {"message_stream"}, "session": {"session"},
	"number": {"number"}, "client": {"client"}, "server": {"server"}, "role": {"role"}, "stream": {"stream", "app"},
	"programs": {"program", "server_program"}, "client-program": {"program"}, "server-program": {"server_program"},
	"phase": {"phase"}, "state": {"severity", "refusal", "state"},
}

// rank is smaller for what a column is asked first.
func rank(asked []string, t filter.Term) int {
	if i := slices.Index(asked, t.Field); i >= 0 {
		return i
	}
	return len(asked)
}
