package list

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// together is media of three sessions at the same time: dense stretches, mixed
// ones, and one in which session 1 is silent for long.
func together() *listtest.Timeline {
	f, r := &listtest.Timeline{}, rand.New(rand.NewSource(1))
	for i := range 20_000 {
		number := uint32(1)
		switch {
		case i > 8000 && i < 14_000:
			number = uint32(2 + r.Intn(2))
		case i > 4000:
			number = uint32(1 + r.Intn(3))
		}
		n := f.Media(number, uint8(8+r.Intn(2)), 0)
		f.Rows[n-1].Length = uint32(r.Intn(100))
	}
	return f
}

// looked counts how often a row of a timeline is looked at.
type looked struct {
	*listtest.Timeline
	rows int
}

func (l *looked) Row(n int) session.Row {
	l.rows++
	return l.Timeline.Row(n)
}

// TestLongRunsFindTheirRows: every row of a long run stands at its place when the
// run is open, whatever else came between, with and without a filter, from the
// end, and while it grows.
func TestLongRunsFindTheirRows(t *testing.T) {
	tl := together()
	short := func(tl Timeline, n int) bool { return tl.Row(n).Length%10 < 3 }
	for number := range uint32(4) {
		for name, match := range map[string]Match{"all": nil, "short": short} {
			l := Lines{Session: number, Match: match}
			l.Read(tl.Prefix(15_000))
			for pos := l.Len() - 1; pos >= 0; pos-- {
				if l.At(pos).Kind == RunLine {
					l.Toggle(pos, tl.Prefix(15_000))
				}
			}
			l.Read(tl)
			for pos := l.Len() - 1; pos >= 0; pos-- { // what came as new runs
				if e := l.At(pos); e.Kind == RunLine && !e.Expanded {
					l.Toggle(pos, tl)
				}
			}
			var got, want []int
			for pos := l.Len() - 1; pos >= 0; pos-- {
				e := l.At(pos)
				if e.Kind != RowLine {
					continue
				}
				got = append(got, e.Row)
				if at := l.Find(e.Row, tl); at != pos {
					t.Fatalf("session %d, %s: row %d is found at %d, want %d", number, name, e.Row, at, pos)
				}
			}
			slices.Sort(got)
			for n := 1; n <= tl.Len(); n++ {
				if (number == 0 || tl.Row(n).Session == number) && (match == nil || match(tl, n)) {
					want = append(want, n)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("session %d, %s: %d rows are listed, want %d", number, name, len(got), len(want))
			}
		}
	}
}

// TestOpeningARunLooksAtFewRows: a key must not wait for a run to be gone
// through, however long it is.
func TestOpeningARunLooksAtFewRows(t *testing.T) {
	tl := &looked{Timeline: together()}
	for number, most := range map[uint32]int{1: 2 * markAll, 2: 2 * markAll} {
		l := Lines{Session: number}
		l.Read(tl)
		for _, at := range []int{0, 3000, 5500} { // rows of the run
			tl.rows = 0
			pos := l.Toggle(1, tl)
			for i := range 50 {
				l.At(min(pos+1+at+i, l.Len()-1))
			}
			l.Find(16_000, tl)
			if l.Toggle(1, tl); tl.rows > 2*most {
				t.Errorf("session %d from row %d: %d rows are looked at, want at most %d", number, at, tl.rows, 2*most)
			}
		}
	}
}
