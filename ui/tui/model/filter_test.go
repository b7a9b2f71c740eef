package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// anyFilter is a language with one word: a row passes when its command or kind
// holds the text. "?" is no filter.
var anyFilter = Filters{
	Compile: func(text string) (s Selector, problem string, at int) {
		if at := strings.IndexByte(text, '?'); at >= 0 {
			return s, "a question is no filter", at
		}
		s.Match = func(t list.Timeline, n int) bool {
			return strings.Contains(t.Text(n).Command+" "+t.Row(n).Kind.String(), text)
		}
		return s, "", 0
	},
	Complete: func(text string, at int) (int, []Choice) {
		start := strings.LastIndexByte(text[:at], ' ') + 1
		var out []Choice
		for _, w := range []string{"connect", "createStream", "publish"} {
			if strings.HasPrefix(w, text[start:at]) {
				out = append(out, Choice{Text: w})
			}
		}
		return start, out
	},
}

func TestFilterListsWhatMatches(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Filters: anyFilter})
	press(m, "]", "]") // createStream
	press(m, "f")
	typing(m, "c")
	if len(m.Prompt.Choices) != 2 {
		t.Fatalf("choices %v", m.Prompt.Choices)
	}
	press(m, "Tab", "Tab")
	if m.Prompt.Text != "createStream" {
		t.Errorf("Tab gives %q", m.Prompt.Text)
	}
	typing(m, "?")
	if m.Prompt.Problem == "" || m.Prompt.At != len("createStream") {
		t.Errorf("problem %q at %d", m.Prompt.Problem, m.Prompt.At)
	}
	if press(m, "Enter"); m.Prompt == nil {
		t.Fatal("a text that is no filter was taken")
	}
	press(m, "Backspace", "Enter")
	if m.SelectedRow() != 4 {
		t.Errorf("row %d is selected, want 4 as before", m.SelectedRow())
	}
	if n := m.View().Len(); n != 2 { // heading and row
		t.Errorf("%d lines", n)
	}
	f.Command(1, session.PhaseMedia, "createStream2")
	f.Command(1, session.PhaseMedia, "other")
	grow(m, f)
	if n := m.View().Len(); n != 4 {
		t.Errorf("%d lines after two rows, one of which matches in a new phase", n)
	}
	press(m, "f", "Ctrl-U", "Up")
	if m.Prompt.Text != "createStream" {
		t.Errorf("Up recalls %q", m.Prompt.Text)
	}
	press(m, "Down", "Esc", "Esc")
	if m.Filter != "" || m.SelectedRow() != 4 {
		t.Errorf("Esc leaves filter %q and row %d", m.Filter, m.SelectedRow())
	}
}

func TestFilterFromTheStart(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: anyFilter, Filter: "publish"})
	if m.Filter != "publish" || m.View().Len() != 2 {
		t.Errorf("filter %q, %d lines", m.Filter, m.View().Len())
	}
	if has := New(Options{}); has.canFilter() || strings.Contains(keysOf(has), " f ") {
		t.Error("the filter key is listed without a language")
	}
}

func keysOf(m *Model) string {
	s := " "
	for _, b := range m.Bindings() {
		s += strings.Join(b.Keys, " ") + " "
	}
	return s
}

// TestLongTimelineIsReadInParts: a filter over more rows than are read at once
// asks to go on, and still finds the row that was selected.
func TestLongTimelineIsReadInParts(t *testing.T) {
	f := &listtest.Timeline{}
	for i := range list.ReadAtOnce + 10 {
		f.Add(1, session.Row{Kind: session.Message, Type: 8, Phase: session.PhaseMedia, Length: uint32(i)})
	}
	last := f.Command(1, session.PhaseMedia, "late")
	m := New(Options{Filters: anyFilter})
	m.Update(Resize{80, 24})
	e := grow(m, f)
	for range 5 {
		if !e.Again {
			break
		}
		e = grow(m, f)
	}
	if e.Again || m.View().Unread(f) != 0 {
		t.Fatal("reading does not come to its end")
	}
	press(m, "G")
	press(m, "f")
	typing(m, "late")
	if e = press(m, "Enter"); !e.Again {
		t.Fatal("a new filter has read everything at once")
	}
	for e.Again {
		e = grow(m, f)
	}
	if m.SelectedRow() != last {
		t.Errorf("row %d is selected, want %d", m.SelectedRow(), last)
	}
}

// unansweredFilter asks for what has no answer so far.
var unansweredFilter = Filters{Compile: func(string) (Selector, string, int) {
	return Selector{Awaits: true, Match: func(t list.Timeline, n int) bool {
		return slices.ContainsFunc(t.Sessions(), func(s session.Info) bool {
			return slices.ContainsFunc(s.Pending, func(p session.Pending) bool { return p.Row == uint32(n) })
		})
	}}, "", 0
}}

// TestUnansweredRequestsComeAndGo: a request is listed while it waits, leaves the
// list with its answer, and what stays selected is the row that was.
func TestUnansweredRequestsComeAndGo(t *testing.T) {
	f := &listtest.Timeline{}
	for range 3 {
		f.Command(1, session.PhaseConnect, "ask")
	}
	pending := func(rows ...uint32) {
		s := f.Infos[0]
		s.Pending = nil
		for _, r := range rows {
			s.Pending = append(s.Pending, session.Pending{Row: r})
		}
		f.Infos = []session.Info{s}
	}
	pending(1, 2, 3)
	m := open(f, Options{Filters: unansweredFilter, Filter: "unanswered"})
	rows := func() (out []int) {
		for i := range m.View().Len() {
			if e := m.View().At(i); e.Kind == list.RowLine {
				out = append(out, e.Row)
			}
		}
		return out
	}
	press(m, "G")
	if got := rows(); !slices.Equal(got, []int{1, 2, 3}) || m.SelectedRow() != 3 {
		t.Fatalf("rows %v at first, %d selected", got, m.SelectedRow())
	}
	f = f.Prefix(3)
	pending(1, 3)
	grow(m, f)
	if got := rows(); !slices.Equal(got, []int{1, 3}) || m.SelectedRow() != 3 {
		t.Errorf("rows %v after an answer, %d selected", got, m.SelectedRow())
	}
	f = f.Prefix(3)
	f.Command(1, session.PhaseConnect, "ask")
	pending(1, 4)
	grow(m, f)
	if got := rows(); !slices.Equal(got, []int{1, 4}) {
		t.Errorf("rows %v after another request", got)
	}
}

// TestFilterThatOpensRows: rows are listed as the outside finds them, an answer
// for another filter is dropped, and rows that come later are asked for too.
func TestFilterThatOpensRows(t *testing.T) {
	language := Filters{Compile: func(string) (Selector, string, int) { return Selector{Opens: true}, "", 0 }}
	f := listtest.Story()
	m := New(Options{Filters: language})
	grow(m, f)
	press(m, "f")
	typing(m, "args")
	first := press(m, "Enter").Sift
	if first == nil || first.From != 1 || first.Filter != "args" {
		t.Fatalf("asks for %+v", first)
	}
	if e := grow(m, f); e.Sift != nil || e.Again || m.View().Len() != 0 {
		t.Fatal("asks twice, or does not wait for the answer")
	}
	e := m.Update(Sifted{Sift: *first, Last: 4, Rows: []uint32{3}})
	if e.Sift == nil || e.Sift.From != 5 || m.View().Len() != 2 {
		t.Fatalf("asks for %+v, lists %d lines", e.Sift, m.View().Len())
	}
	press(m, "f")
	typing(m, "2")
	second := press(m, "Enter").Sift
	m.Update(Sifted{Sift: *e.Sift, Last: f.Len(), Rows: []uint32{5}})
	if m.View().Len() != 0 || second == nil || second.Filter != "args2" {
		t.Fatal("an answer for another filter is listed")
	}
	m.Update(Sifted{Sift: *second, Last: f.Len(), Rows: []uint32{5}})
	f.Command(1, session.PhaseMedia, "later")
	if e = grow(m, f); e.Sift == nil || e.Sift.From != f.Len() {
		t.Fatalf("does not ask for the row that came: %+v", e.Sift)
	}
	m.Update(Sifted{Sift: *e.Sift, Last: f.Len(), Rows: []uint32{uint32(f.Len())}})
	if n := m.View().Len(); n != 4 {
		t.Errorf("%d lines, want two headings and two rows", n)
	}
}
