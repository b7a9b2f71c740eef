package list

import (
	"math/rand"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestFilteredLinesAreIncremental: however rows arrive, a filtered list is the
// one that a whole read makes, and holds exactly the rows that match.
func TestFilteredLinesAreIncremental(t *testing.T) {
	match := func(tl Timeline, n int) bool { return tl.Row(n).Type == 20 || tl.Row(n).Length%3 == 0 }
	for seed := range int64(20) {
		r := rand.New(rand.NewSource(seed))
		tl := listtest.Random(r, 300)
		step, whole := Lines{Match: match}, Lines{Match: match}
		for n := 0; n < tl.Len(); {
			n = min(n+1+r.Intn(40), tl.Len())
			step.Read(tl.Prefix(n))
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

// TestLinesAreReadAgain: reading anew from any row on gives the list that a
// whole read gives, whatever the filter says now.
func TestLinesAreReadAgain(t *testing.T) {
	for seed := range int64(40) {
		r := rand.New(rand.NewSource(seed))
		tl := listtest.Random(r, 300)
		out := 0
		match := func(tl Timeline, n int) bool { return n != out && tl.Row(n).Length%3 > 0 }
		l := Lines{Match: match}
		l.Read(tl)
		for range 10 {
			if n := r.Intn(max(l.Len(), 1)); l.At(n).Kind == RunLine {
				l.Toggle(n, tl)
			}
			l.Read(tl)
			row := r.Intn(tl.Len()) + 1
			if out > 0 {
				row = min(row, out)
			}
			out = row
			l.Again(row, tl)
			l.Read(tl)
			whole := Lines{Match: match}
			whole.Read(tl)
			for _, e := range l.expanded {
				whole.Toggle(whole.position(e.line), tl)
			}
			if whole.Len() != l.Len() {
				t.Fatalf("seed %d: %d lines after row %d, want %d", seed, l.Len(), row, whole.Len())
			}
			for i := range whole.Len() {
				if whole.At(i).String() != l.At(i).String() {
					t.Fatalf("seed %d, from row %d: line %d is %v, want %v", seed, row, i, l.At(i), whole.At(i))
				}
			}
		}
	}
}
