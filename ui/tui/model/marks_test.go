package model

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// TestMarksAreASet marks and unmarks rows at random, by key and as read from a
// capture: each row is marked or not as it was told last, the pair is the two that were
// marked last, and going on from mark to mark visits each row with a mark or a note
// once, in order, before it goes around.
func TestMarksAreASet(t *testing.T) {
	for seed := range int64(30) {
		r := rand.New(rand.NewSource(seed))
		k, want := newMarks(), []int{} // in the order in which they were marked
		var told []session.Written
		for range 60 {
			row := r.Intn(12) + 1
			at := slices.Index(want, row)
			switch r.Intn(3) {
			case 0:
				if k.toggle(uint32(row)) != (at < 0) {
					t.Fatalf("seed %d: row %d turned to %v", seed, row, at >= 0)
				}
				if at < 0 {
					want = append(want, row)
				} else {
					want = slices.Delete(want, at, at+1)
				}
			case 1:
				if told = append(told, session.Written{Name: "mark", Row: uint32(row), Words: text.Plain("there")}); at < 0 {
					want = append(want, row)
				}
			case 2:
				if told = append(told, session.Written{Name: "mark" + session.TakenBack, Row: uint32(row)}); at >= 0 {
					want = slices.Delete(want, at, at+1)
				}
			}
			k.learn(told, false)
			checkMarks(t, &k, want)
		}
	}
}

func checkMarks(t *testing.T, k *Marks, want []int) {
	t.Helper()
	for row := 1; row <= 12; row++ {
		if k.Has(row) != slices.Contains(want, row) {
			t.Fatalf("row %d marked: %v, of %v", row, k.Has(row), want)
		}
		if k.Label(row) != "" && !k.Has(row) {
			t.Fatalf("row %d has no mark and the label %q", row, k.Label(row))
		}
	}
	pair, ok := k.pair()
	if n := len(want); ok != (n >= 2) || ok && (pair != [2]int{min(want[n-2], want[n-1]), max(want[n-2], want[n-1])}) {
		t.Fatalf("pair %v of %v", pair, want)
	}
	var visited []int
	for at := uint32(0); ; {
		row, around := k.next(at)
		if row == 0 || around {
			break
		}
		visited, at = append(visited, int(row)), row
	}
	if sorted := slices.Sorted(slices.Values(want)); !slices.Equal(visited, sorted) {
		t.Fatalf("visited %v of %v", visited, sorted)
	}
}

// TestMarksAndNotes: a note counts as a place to go to, and one that was taken back
// does not; what was read once is not read again.
func TestMarksAndNotes(t *testing.T) {
	k := newMarks()
	told := []session.Written{
		{Name: "note", Row: 5, Words: text.Plain("five")}, {Name: "note", Row: 3, Words: text.Plain("three")},
		{Name: "mark", Row: 4, Words: text.Plain(plainMark)}, {Name: "note", Words: text.Plain("on no row")},
	}
	k.learn(told, false)
	if k.Note(5) != "five" || k.Note(3) != "three" || k.Note(0) != "" || k.Label(4) != "" {
		t.Fatalf("notes %v, labels %v", k.notes, k.labels)
	}
	told = append(told, session.Written{Name: "note", Row: 3})
	if k.learn(told, false); k.Note(3) != "" {
		t.Errorf("a note that was taken back: %q", k.Note(3))
	}
	for at, want := range map[uint32]uint32{0: 4, 4: 5, 5: 4, 9: 4} {
		if row, around := k.next(at); row != want || around != (at >= 5) {
			t.Errorf("after row %d comes %d (around %v), want %d", at, row, around, want)
		}
	}
	k.notes[5] = "here"
	if k.learn(told, false); k.Note(5) != "here" {
		t.Errorf("the note was read twice: %q", k.Note(5))
	}
}

// TestSessionPair: two marked sessions, or a marked one and another that is selected.
func TestSessionPair(t *testing.T) {
	k := newMarks()
	if _, _, ok := k.sessionPair(1); ok {
		t.Error("a pair without a mark")
	}
	k.toggleSession(2)
	if _, _, ok := k.sessionPair(2); ok {
		t.Error("a session beside itself")
	}
	if a, b, ok := k.sessionPair(7); !ok || a != 2 || b != 7 {
		t.Errorf("%d and %d", a, b)
	}
	k.toggleSession(5)
	k.toggleSession(1)
	if a, b, ok := k.sessionPair(2); !ok || a != 5 || b != 1 {
		t.Errorf("%d and %d, want the two that were marked last", a, b)
	}
	if k.toggleSession(5); k.HasSession(5) || !k.HasSession(2) {
		t.Errorf("sessions %v", k.sessions)
	}
}
