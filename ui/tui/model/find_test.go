package model

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestSearchWhileTyping: each letter goes to the first match from where the search
// began, and Esc goes back there.
func TestSearchWhileTyping(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{})
	from := m.View().Sel
	press(m, "/", "p")
	first := m.SelectedRow()
	press(m, "u", "b")
	if at := m.View().At(m.View().Sel); !strings.Contains(m.words(at), "pub") || m.Prompt.Text != "pub" {
		t.Errorf("after pub: %q, after p: row %d", m.words(at), first)
	}
	press(m, "Backspace", "Backspace", "Backspace")
	typing(m, "create")
	if at := m.View().At(m.View().Sel); !strings.Contains(m.words(at), "create") {
		t.Errorf("after create: %q", m.words(at))
	}
	if press(m, "Esc"); m.View().Sel != from || m.Search.Query != "" {
		t.Errorf("Esc leaves line %d, want %d; query %q", m.View().Sel, from, m.Search.Query)
	}
}

// TestSearchIsAboutThePane: the same key searches sessions, fields, steps and help.
func TestSearchIsAboutThePane(t *testing.T) {
	f := listtest.Story()
	f.Add(2, session.Row{Kind: session.Opened})
	f.Infos[1].Client = "10.9.8.7:55"
	m := open(f, Options{})
	press(m, "1", "/")
	if typing(m, "9.8.7"); m.session != 2 {
		t.Errorf("sessions: %d is selected, %q", m.session, m.Message)
	}
	press(m, "Enter", "k")
	if press(m, "n"); m.session != 2 {
		t.Errorf("n: session %d", m.session)
	}

	m = open(listtest.Story(), Options{})
	press(m, "j", "j", "j", "j", "Enter")
	m.Update(DetailRead{Row: m.Detail.Row, Data: detailOf(m.Detail.Row)})
	press(m, "g", "Left") // folds a, which holds a2
	press(m, "/")
	typing(m, "a2")
	if s := m.Detail.Selected(); s == nil || s.Name != "a2" {
		t.Errorf("fields: %v, %q", s, m.Message)
	}
	press(m, "Enter", "/")
	typing(m, "vb")
	if s := m.Detail.Selected(); s == nil || s.Name != "b" {
		t.Errorf("values: %v", s)
	}
	press(m, "Enter", "?", "/")
	typing(m, "keyframe")
	if h := m.HelpLines(); m.Overlay != Help || !strings.Contains(h[m.Search.line].Text, "keyframe") || m.Search.line < m.OverlayTop {
		t.Errorf("help: line %d from %d on, overlay %d", m.Search.line, m.OverlayTop, m.Overlay)
	}
	was := m.Search.line
	if press(m, "Enter", "n"); m.Search.line == was || m.Overlay != Help {
		t.Error("n does not go on in the help")
	}
	press(m, "/")
	if typing(m, "nowhere at all"); !strings.Contains(m.Message, "no “nowhere at all” here") {
		t.Errorf("message %q", m.Message)
	}
}

// TestFoldAll: the outermost fields are left, the cursor on the one it was in, and
// unfolding all brings every field back.
func TestFoldAll(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "j", "j", "j", "j", "Enter")
	m.Update(DetailRead{Row: m.Detail.Row, Data: detailOf(m.Detail.Row)})
	press(m, "j", "j", "-") // in a
	if s := m.Detail.Selected(); len(m.Detail.Nodes) != 2 || s.Name != "a" || !m.Detail.Nodes[0].Folded {
		t.Errorf("%d fields, at %s", len(m.Detail.Nodes), s.Name)
	}
	if press(m, "+"); len(m.Detail.Nodes) != 4 || m.Detail.Selected().Name != "a" {
		t.Errorf("%d fields, at %s", len(m.Detail.Nodes), m.Detail.Selected().Name)
	}
}

// TestCopyOfAField: in the detail, copies are of the field under the cursor, with its
// credentials blanked unless they are shown.
func TestCopyOfAField(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "j", "j", "j", "j", "Enter")
	m.Update(DetailRead{Row: m.Detail.Row, Data: detailOf(m.Detail.Row)})
	m.Detail.Data.Fields[0].Children[1].Secret = true
	for _, c := range []struct{ key, want string }{{"x", "30000000"}, {"v", "va"},
		{"j", `{"name":"a","value":"va","start":0,"end":4,"fields":[{"name":"a1","start":0,"end":1},{"name":"a2","start":1,"end":4}]}`}} {
		if e := press(m, "y", c.key); e.Copy != c.want {
			t.Errorf("y %s copies %q, want %q", c.key, e.Copy, c.want)
		}
	}
	m.Reveal = true
	if e := press(m, "y", "x"); e.Copy != "30313233" {
		t.Errorf("shown: %q", e.Copy)
	}
	press(m, "2")
	if e := press(m, "y", "x"); e.Copy != "30313233343536373839" {
		t.Errorf("of the row: %q", e.Copy)
	}
}

// TestHelpBeginsWithThePane: what the pane with the focus can do comes first, and what
// the signs mean comes last.
func TestHelpBeginsWithThePane(t *testing.T) {
	m := open(listtest.Story(), Options{})
	for pane, first := range map[string]string{"1": "sort the sessions", "2": "next trouble"} {
		press(m, pane)
		lines := m.HelpLines()
		text := ""
		for _, l := range lines[1:] {
			if l.Heading != "" {
				break
			}
			text += l.Text + "\n"
		}
		if lines[0].Heading != "In this pane" || !strings.Contains(text, first) {
			t.Errorf("pane %s: the help begins with %q", pane, text)
		}
	}
	if lines := m.HelpLines(); lines[len(lines)-len(legend)].Heading != "Signs" {
		t.Error("the signs are not explained")
	}
}

// TestClickOnAColumn: the heading of a column sorts by it, and again turns it around.
func TestClickOnAColumn(t *testing.T) {
	m := open(listtest.Story(), Options{})
	columns := m.SessionColumns(m.Width)
	x := 1 + columns[0].Width + 1
	y := m.Layout().Sessions.Y + 1
	if m.Update(Click{X: x, Y: y}); m.Sort != columns[1].sort || m.SortReverse || m.Sort == ByNumber {
		t.Errorf("sorted by %v, column %s", m.Sort, columns[1].Name)
	}
	if m.Update(Click{X: x, Y: y}); m.Sort != columns[1].sort || !m.SortReverse {
		t.Error("a second click does not turn the order around")
	}
}
