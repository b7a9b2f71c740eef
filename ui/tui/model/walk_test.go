package model

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// everyKey lists the keys of all actions but those that end the program.
func everyKey(m *Model) (all []string) {
	for _, b := range m.Bindings() {
		if b.Action != "quit" && b.Action != quitAtOnce {
			all = append(all, b.Keys...)
		}
	}
	return all
}

// TestAnyKeysKeepTheirPromises presses keys at random while rows arrive and the
// window changes its size. Whatever they do, a line that exists is selected and in
// sight, what is opened exists, and leaving everything leads back to the rows.
func TestAnyKeysKeepTheirPromises(t *testing.T) {
	for seed := range int64(40) {
		r := rand.New(rand.NewSource(seed))
		f := listtest.Random(r, 300)
		m := open(&listtest.Timeline{Rows: f.Rows[:1], Texts: f.Texts, Infos: f.Infos[:]}, Options{Live: seed%2 == 0})
		keys, rows := everyKey(m), 1
		var pressed []string
		for range 300 {
			switch r.Intn(12) {
			case 0:
				rows = min(rows+r.Intn(20), f.Len())
				m.Update(Grown{Timeline: f.Prefix(rows), Now: listtest.Epoch, Facts: Facts{Live: m.Options.Live}})
			case 1:
				m.Update(Resize{20 + r.Intn(200), 8 + r.Intn(60)})
			default:
				k := keys[r.Intn(len(keys))]
				pressed = append(pressed, k)
				m.Update(Key{k})
			}
			if problem := broken(m); problem != "" {
				t.Fatalf("seed %d: %s after %q", seed, problem, pressed[max(0, len(pressed)-8):])
			}
		}
		for range 12 {
			press(m, "Esc")
		}
		if m.Prompt != nil || m.Overlay != NoOverlay || m.Detail.Open || m.Page.IsOpen() || m.Zoom {
			t.Fatalf("seed %d: Esc leads to prompt %v, overlay %v, detail %v, page %v, zoom %v", seed, m.Prompt, m.Overlay, m.Detail.Open, m.Page.Kind, m.Zoom)
		}
	}
}

// broken says which promise a state breaks, or "".
func broken(m *Model) string {
	v := m.View()
	row := m.SelectedRow()
	switch {
	case v.Len() > 0 && (v.Sel < 0 || v.Sel >= v.Len()):
		return "a line is selected that does not exist"
	case v.Len() > 0 && m.timelineHeight() > 0 && (v.Sel < v.Top || v.Sel >= v.Top+m.timelineHeight()) && m.Focus == PaneTimeline && m.Overlay == NoOverlay:
		return "the selected line is out of sight"
	case row < 0 || row > m.Timeline().Len():
		return "a row is selected that does not exist"
	case m.Behind() < 0 || m.Behind() > 0 && !m.Paused:
		return "rows are held back, and nothing is paused"
	}
	return ""
}

// TestJumpsLandWhereTheySay jumps through random timelines in both directions:
// every kind of jump visits exactly the lines of its kind, each once, in order.
func TestJumpsLandWhereTheySay(t *testing.T) {
	for seed := range int64(20) {
		f := listtest.Random(rand.New(rand.NewSource(seed)), 200)
		for n := range f.Rows {
			if f.Rows[n].Type == 20 {
				f.Texts = withCommand(f.Texts, n+1)
			}
			if n%37 == 5 {
				f.Rows[n].Kind, f.Rows[n].Severity = session.Found, session.Severity(n%3+1)
			}
		}
		for _, kind := range []struct {
			next, previous string
			is             func(session.Row) bool
		}{
			{"}", "{", func(r session.Row) bool {
				return r.Kind == session.Gap || r.Kind == session.Found && r.Severity >= session.Warning
			}},
			{"]", "[", func(r session.Row) bool { return r.Type == 20 }},
			{")", "(", func(r session.Row) bool { return r.Kind == session.Found }},
		} {
			m := open(f, Options{})
			press(m, "g")
			var want []int
			for i := range m.View().Len() {
				if e := m.View().At(i); e.Kind == list.RowLine && !e.Child && kind.is(f.Row(e.Row)) {
					want = append(want, i)
				}
			}
			if len(want) < 2 {
				continue
			}
			if got := visits(m, kind.next, want); !slices.Equal(got, want) {
				t.Errorf("seed %d: %s visits %v, want %v", seed, kind.next, got, want)
			}
			slices.Reverse(want)
			press(m, "G")
			if got := visits(m, kind.previous, want); !slices.Equal(got, want) {
				t.Errorf("seed %d: %s visits %v, want %v", seed, kind.previous, got, want)
			}
		}
	}
}

// visits presses a key as often as there are lines to visit and says where it led. The line
// that is selected at first counts when it is one of them.
func visits(m *Model, key string, want []int) (got []int) {
	if m.View().Sel == want[0] {
		got = append(got, want[0])
	}
	for len(got) < len(want) {
		press(m, key)
		got = append(got, m.View().Sel)
	}
	return got
}

func withCommand(texts map[int]session.Text, row int) map[int]session.Text {
	if texts == nil {
		texts = map[int]session.Text{}
	}
	texts[row] = session.Text{Name: "command", Command: "command"}
	return texts
}

// TestMovesAreInverse: a way down and the same way up lead back, and the ends hold.
func TestMovesAreInverse(t *testing.T) {
	m := open(listtest.Random(rand.New(rand.NewSource(7)), 500), Options{})
	height := m.timelineHeight()
	press(m, "g")
	if m.View().Sel != 0 {
		t.Fatalf("g selects line %d", m.View().Sel)
	}
	press(m, "k", "PgUp", "Ctrl-U")
	if m.View().Sel != 0 {
		t.Errorf("above the first line is line %d", m.View().Sel)
	}
	for key, far := range map[string]int{"j": 1, "Down": 1, "Ctrl-D": height / 2, "PgDn": height, "Space": height} {
		press(m, "g", key)
		if m.View().Sel != far {
			t.Errorf("%s goes %d lines, want %d", key, m.View().Sel, far)
		}
	}
	press(m, "g", "PgDn", "j", "Ctrl-D", "Ctrl-U", "k", "PgUp")
	if m.View().Sel != 0 {
		t.Errorf("there and back leads to line %d", m.View().Sel)
	}
	press(m, "G")
	last := m.View().Len() - 1
	if m.View().Sel != last {
		t.Errorf("G selects line %d of %d", m.View().Sel, last)
	}
	if press(m, "j", "PgDn"); m.View().Sel != last {
		t.Errorf("below the last line is line %d", m.View().Sel)
	}
}
