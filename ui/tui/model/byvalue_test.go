package model

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// theLanguage is that of decode/filter.
var theLanguage = Filters{Compile: func(text string) (s Selector, problem string, at int) {
	f, err := filter.Compile(text)
	if err != nil {
		problem, at = filterProblem(err)
		return s, problem, at
	}
	s.Match, s.Opens = func(t list.Timeline, n int) bool { return f.MatchRow(t, n) }, !f.RowOnly()
	return s, "", 0
}}

// choices are the lines of the menu that is open.
func choices(m *Model) string {
	var out []string
	for _, c := range m.Prompt.Choices {
		out = append(out, c.Text)
	}
	return strings.Join(out, " | ")
}

// TestFilterByAValueOfARow: = lists what a row says, and what is chosen narrows the list;
// ! leaves it out; Esc takes back one after the other, and says so.
func TestFilterByAValueOfARow(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: theLanguage})
	all := m.View().Len()
	press(m, "]", "]", "=")
	if m.Prompt == nil || !m.Prompt.Menu || !strings.HasPrefix(choices(m), `command == "createStream" | `) {
		t.Fatalf("prompt %+v", m.Prompt)
	}
	row := m.SelectedRow()
	press(m, "Enter")
	if m.Filter != `command == "createStream"` || m.SelectedRow() != row || m.Prompt != nil {
		t.Fatalf("filter %s, row %d, want row %d", m.Filter, m.SelectedRow(), row)
	}
	press(m, "!", "j", "j", "k", "Space")
	if m.Filter != `(command == "createStream") and name != "Command (AMF0)"` || m.View().Len() != 0 {
		t.Fatalf("filter %s, %d lines", m.Filter, m.View().Len())
	}
	if press(m, "Esc"); m.SelectedRow() != row || m.Filter != `command == "createStream"` || !strings.Contains(m.Message, m.Filter) {
		t.Errorf("Esc leaves %s, says %q", m.Filter, m.Message)
	}
	if press(m, "Esc"); m.Filter != "" || m.View().Len() != all || m.Message == "" {
		t.Errorf("Esc leaves %s and %d lines, says %q", m.Filter, m.View().Len(), m.Message)
	}
	press(m, "=", "Enter", "f")
	typing(m, " or command == \"publish\"")
	press(m, "Enter", "Esc")
	if m.Filter != "" {
		t.Errorf("Esc after a filter that was typed leaves %s", m.Filter)
	}
	if press(m, "=", "q"); m.Prompt != nil || m.Filter != "" {
		t.Errorf("q in the menu leaves %+v, filter %s", m.Prompt, m.Filter)
	}
}

// asked is a detail with one field that a filter can ask for, its length, and one that it
// cannot.
func asked(row int, value text.Marked) *analyst.Detail {
	return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Body: []byte("0123456789"), Fields: []field.Field{
		{Name: "object", End: 8, Value: text.Plain("1 member"), Symbol: "Object", Children: []field.Field{{Name: "app", End: 8, Ask: "args[0].app", Value: value,
			Children: []field.Field{{Name: "length", End: 2, Encoding: true, Value: text.Plain("4")}, {Name: "content", Start: 2, End: 8, Encoding: true, Value: value}}}}},
		{Name: "rest", Start: 8, End: 10, Value: text.Plain("89")},
	}}
}

// TestFilterByAField: a field is asked for at once, a part of its encoding as the whole;
// of one that cannot be asked for, the row is.
func TestFilterByAField(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: theLanguage})
	press(m, "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, `"`+text.Plain("live")+`"`)})
	press(m, "j", "=")
	if m.Filter != `args[0].app == "live"` || !strings.Contains(m.Message, m.Filter) {
		t.Fatalf("filter %s, message %q", m.Filter, m.Message)
	}
	press(m, "Esc", "Esc", "g", "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, `"`+text.Plain("live")+`"`)})
	press(m, "+", "j", "j", "!")
	if m.Filter != `args[0].app != "live"` {
		t.Errorf("filter %s", m.Filter)
	}
	press(m, "Esc", "Esc", "g", "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, `"`+text.Plain("live")+`"`)})
	if press(m, "G", "="); m.Prompt == nil || !strings.Contains(choices(m), `command == "connect"`) {
		t.Errorf("the last field asks %+v", m.Prompt)
	}
}

// TestNoFilterWithACredential: a value that is masked does not become a filter, which
// stands on the screen; once it is shown, it does.
func TestNoFilterWithACredential(t *testing.T) {
	f := listtest.Story()
	f.Infos[0].Stream = text.Secret("hunter2")
	m := open(f, Options{Filters: theLanguage})
	press(m, "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, `"`+text.Secret("hunter2")+`"`)})
	if press(m, "j", "="); m.Filter != "" || !strings.Contains(m.Message, "masked") {
		t.Errorf("filter %s, message %q", m.Filter, m.Message)
	}
	press(m, "1", "=")
	if strings.Contains(choices(m), "hunter2") || !strings.Contains(choices(m), `stream == ••••`) {
		t.Errorf("choices %s", choices(m))
	}
	for m.Prompt.Choices[m.Prompt.Chosen].Text != "stream == ••••" {
		press(m, "j")
	}
	if press(m, "Enter"); m.SessionFilter != "" || !strings.Contains(m.Message, "masked") {
		t.Errorf("filter %s, message %q", m.SessionFilter, m.Message)
	}
	press(m, "K", "y", "3", "=")
	if m.Filter != `args[0].app == "hunter2"` {
		t.Errorf("filter %s once it is shown", m.Filter)
	}
}

// TestFilterSessionsByValue: in the sessions pane the sessions are filtered, and Esc
// there takes that back before the rows' filter.
func TestFilterSessionsByValue(t *testing.T) {
	f := listtest.Story()
	f.Add(2, session.Row{Kind: session.Opened})
	f.Infos[0].Role, f.Infos[1].Role = session.Publish, session.Play
	f.Infos[0].Client, f.Infos[1].Client = "10.0.0.1:5", "10.0.0.2:5"
	m := open(f, Options{Filters: theLanguage})
	press(m, "]", "=", "Enter", "1", "g", "!")
	if !strings.HasPrefix(choices(m), `client != "10.0.0.1:5" | role != "publish"`) {
		t.Fatalf("choices %s", choices(m))
	}
	press(m, "j", "Enter")
	if m.SessionFilter != `role != "publish"` || len(m.Listed) != 1 || m.Listed[0].Index != 1 {
		t.Fatalf("filter %s, sessions %v", m.SessionFilter, m.Listed)
	}
	if press(m, "Esc"); m.SessionFilter != "" || len(m.Listed) != 2 || m.Filter == "" || m.Message == "" {
		t.Errorf("Esc leaves %s, %s", m.SessionFilter, m.Filter)
	}
	if press(m, "Esc"); m.Filter != "" {
		t.Errorf("Esc leaves %s", m.Filter)
	}
}

// TestMenuOfACell: the right button selects the line, and offers first what stands in
// the cell, for and against; a click on a choice takes it.
func TestMenuOfACell(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: theLanguage})
	l := m.Layout().Timeline
	press(m, "g")
	line := l.Y + PaneHead + 4 // the heading of connect is line 3
	m.Update(Menu{X: 40, Y: line, Column: "type"})
	if m.Prompt == nil || !strings.HasPrefix(choices(m), "type == 20 | type != 20 | copy … | ") || m.SelectedRow() != 3 {
		t.Fatalf("row %d, prompt %+v", m.SelectedRow(), m.Prompt)
	}
	m.Update(Choose{Choice: 1})
	if m.Filter != "type != 20" || m.Prompt != nil {
		t.Fatalf("filter %s, prompt %+v", m.Filter, m.Prompt)
	}
	press(m, "Esc")
	m.Update(Menu{X: 40, Y: line, Column: "says"})
	if !strings.HasPrefix(choices(m), `command == "connect" | command != "connect"`) {
		t.Fatalf("choices %s", choices(m))
	}
	m.Update(Choose{Choice: 99})
	if m.Update(Choose{Choice: 2}); m.Prompt == nil || m.Prompt.Letters == "" {
		t.Errorf("copy … leads to %+v", m.Prompt)
	}
	press(m, "Esc", "?")
	if m.Update(Menu{X: 40, Y: line}); m.Prompt != nil {
		t.Errorf("over the help there is a menu: %+v", m.Prompt)
	}
}

// TestClickOnAChoice: what could stand at the cursor can be clicked.
func TestClickOnAChoice(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, ":", "t", "h", "e")
	m.Update(Choose{Choice: 0})
	if m.Prompt == nil || m.Prompt.Text != "theme" {
		t.Errorf("prompt %+v", m.Prompt)
	}
}

// TestEscUndoesOneThing opens everything that Esc leaves, one after the other, and takes
// it back: with each press one thing changes, and a person sees which.
func TestEscUndoesOneThing(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: theLanguage})
	type state struct {
		prompt, overlay, zoom, detail, page bool
		search, rows, sessions              string
	}
	now := func() state {
		return state{m.Prompt != nil, m.Overlay != NoOverlay, m.Zoom, m.Detail.Open, m.Page.IsOpen(), m.Search.Query, m.Filter, m.SessionFilter}
	}
	states := []state{now()}
	for _, keys := range [][]string{
		{"1", "=", "Enter"}, {"2", "]", "=", "Enter"}, {"=", "j", "Enter"}, {"/", "c", "Enter"}, {"3"}, {"Z"}, {"?"}, {":"},
	} {
		press(m, keys...)
		if now() == states[len(states)-1] {
			t.Fatalf("%q changes nothing", keys)
		}
		states = append(states, now())
	}
	for i := len(states) - 2; i >= 0; i-- {
		before := now()
		press(m, "Esc")
		if now() != states[i] {
			t.Fatalf("Esc leads from %+v to %+v, want %+v", before, now(), states[i])
		}
		if text := before.search != now().search || before.rows != now().rows || before.sessions != now().sessions; text && m.Message == "" {
			t.Errorf("nobody is told that %+v became %+v", before, now())
		}
	}
	if press(m, "Esc"); !strings.Contains(m.Message, "nothing to undo") {
		t.Errorf("message %q", m.Message)
	}
}

// TestClickOnAMark: a fold mark folds and unfolds what stands behind it.
func TestClickOnAMark(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "g")
	l, n := m.Layout().Timeline, m.View().Len()
	run := l.Y + PaneHead + n - 1
	if m.Update(Click{X: 30, Y: run, Mark: true}); m.View().Len() <= n || m.Detail.Open {
		t.Fatalf("%d lines, %d before", m.View().Len(), n)
	}
	if m.Update(Click{X: 30, Y: run, Mark: true}); m.View().Len() != n {
		t.Fatalf("%d lines, want %d again", m.View().Len(), n)
	}
	press(m, "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, text.Plain("1"))})
	tree := m.Layout().Tree
	if m.Update(Click{X: 2, Y: tree.Y, Mark: true}); len(m.Detail.Nodes) != 2 {
		t.Errorf("%d fields", len(m.Detail.Nodes))
	}
	if m.Update(Click{X: 2, Y: tree.Y, Mark: true}); len(m.Detail.Nodes) != 3 {
		t.Errorf("%d fields", len(m.Detail.Nodes))
	}
	if m.Update(Click{X: 4, Y: tree.Y + 1, Mark: true}); len(m.Detail.Nodes) != 5 || m.Detail.Selected().Name != "app" {
		t.Errorf("%d fields, at %s", len(m.Detail.Nodes), m.Detail.Selected().Name)
	}
}

// TestCopyOfATable: an object is copied as a table in Markdown, without its encoding, the
// same whether it or one of its properties is selected; a row as all it says.
func TestCopyOfATable(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "]", "Enter")
	m.Update(DetailRead{Row: 3, Data: asked(3, `"`+text.Plain("a|b")+`"`)})
	want := "| name | value |\n|---|---|\n| `app` | `\"a\\|b\"` |\n"
	for range 2 {
		if e := press(m, "y", "t"); e.Copy != want || !strings.Contains(m.Message, "3 lines") {
			t.Errorf("copied %q, want %q; says %q", e.Copy, want, m.Message)
		}
		press(m, "j")
	}
	press(m, "2")
	if e := press(m, "y", "t"); e.Copy != "| name | value |\n|---|---|\n| `object.app` | `\"a\\|b\"` |\n| `rest` | `89` |\n" {
		t.Errorf("of the row: %q", e.Copy)
	}
}
