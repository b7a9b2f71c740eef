package model

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// anyFilter is a language with one word: a row passes when its command or kind
// holds the text. "?" is no filter.
var anyFilter = Filters{
	Compile: func(text string) (Match, string, int) {
		if at := strings.IndexByte(text, '?'); at >= 0 {
			return nil, "a question is no filter", at
		}
		return func(t Timeline, n int) bool {
			return strings.Contains(t.Text(n).Command+" "+t.Row(n).Kind.String(), text)
		}, "", 0
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
	f := story()
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
	f.command(1, session.PhaseMedia, "createStream2")
	f.command(1, session.PhaseMedia, "other")
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
	m := open(story(), Options{Filters: anyFilter, Filter: "publish"})
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

// TestFilteredLinesAreIncremental: however rows arrive, a filtered list is the
// one that a whole read makes, and holds exactly the rows that match.
func TestFilteredLinesAreIncremental(t *testing.T) {
	match := func(tl Timeline, n int) bool { return tl.Row(n).Type == 20 || tl.Row(n).Length%3 == 0 }
	for seed := range int64(20) {
		r := rand.New(rand.NewSource(seed))
		tl := random(r, 300)
		step, whole := Lines{match: match}, Lines{match: match}
		for n := 0; n < tl.Len(); {
			n = min(n+1+r.Intn(40), tl.Len())
			step.Read(tl.prefix(n))
		}
		whole.Read(tl)
		for i := 0; i < whole.Len(); i++ {
			if whole.At(i).String() != step.At(i).String() {
				t.Fatalf("seed %d line %d: %v, whole %v", seed, i, step.At(i), whole.At(i))
			}
			if e := whole.At(i); e.Kind == RunLine && !e.Expanded {
				whole.Toggle(i, tl)
				step.Toggle(i, tl)
			}
		}
		want, got := 0, 0
		for n := 1; n <= tl.Len(); n++ {
			if match(tl, n) {
				want++
			}
		}
		for i := range whole.Len() {
			if e := whole.At(i); e.Kind == RowLine {
				if got++; !match(tl, e.Row) {
					t.Fatalf("seed %d: row %d is listed", seed, e.Row)
				}
			}
		}
		if got != want {
			t.Errorf("seed %d: %d rows listed, %d match", seed, got, want)
		}
	}
}

// TestLongTimelineIsReadInParts: a filter over more rows than are read at once
// asks to go on, and still finds the row that was selected.
func TestLongTimelineIsReadInParts(t *testing.T) {
	f := &fake{}
	for i := range readAtOnce + 10 {
		f.add(1, session.Row{Kind: session.Message, Type: 8, Phase: session.PhaseMedia, Length: uint32(i)})
	}
	last := f.command(1, session.PhaseMedia, "late")
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

// TestFilterIsAskedAgainAtTheEnd: whether a request was answered is known only
// when the capture has ended.
func TestFilterIsAskedAgainAtTheEnd(t *testing.T) {
	answered := map[int]bool{}
	language := Filters{Compile: func(string) (Match, string, int) {
		return func(_ Timeline, n int) bool { return !answered[n] }, "", 0
	}}
	f := &fake{}
	for range 3 {
		f.command(1, session.PhaseConnect, "ask")
	}
	m := open(f, Options{Filters: language, Filter: "unanswered"})
	if n := m.View().Len(); n != 4 {
		t.Fatalf("%d lines at first", n)
	}
	answered[2] = true
	m.Update(Grown{Timeline: f, Now: epoch, Done: true})
	if n := m.View().Len(); n != 3 {
		t.Errorf("%d lines at the end, want the heading and two rows", n)
	}
}
