package model

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// TestSearchVisitsEachMatchOnce looks through random lists from random places, up and
// down: each line that holds the query, in any case, is picked once before the first one
// comes again, and going around the end is said exactly then.
func TestSearchVisitsEachMatchOnce(t *testing.T) {
	for seed := range int64(200) {
		r := rand.New(rand.NewSource(seed))
		lines, matches := make([]string, r.Intn(12)+1), 0
		for i := range lines {
			if lines[i] = "nothing"; r.Intn(3) == 0 {
				lines[i], matches = fmt.Sprintf("%d onStatus %d", i, i), matches+1
			}
		}
		step := 1 - 2*r.Intn(2)
		in := searchable{lines: len(lines), at: r.Intn(len(lines)+1) - 1, words: func(i int) string { return lines[i] }}
		in.pick = func(i int) { in.at = i }
		s := Search{Query: "ONSTATUS"}
		var visited []int
		for range matches {
			before := in.at
			around, found := s.find(in, step, 1)
			if !found || !strings.Contains(lines[in.at], "onStatus") {
				t.Fatalf("seed %d: line %d of %q", seed, in.at, lines)
			}
			if crossed := (in.at-before)*step <= 0; around != crossed && before >= 0 {
				t.Fatalf("seed %d: from %d by %d to %d, around %v", seed, before, step, in.at, around)
			}
			visited = append(visited, in.at)
		}
		if slices.Sort(visited); len(slices.Compact(visited)) != matches {
			t.Fatalf("seed %d: %d of %d matches in %q", seed, len(visited), matches, lines)
		}
		if s.Query = "absent"; matches == 0 {
			if _, found := s.find(in, step, 0); found {
				t.Fatalf("seed %d: something was found in %q", seed, lines)
			}
		}
	}
}

// TestSearchWhileTypingStays: what is typed is looked for from the selected line itself
// on, so that a line that still holds it stays.
func TestSearchWhileTypingStays(t *testing.T) {
	lines := []string{"play", "publish", "play"}
	in := searchable{lines: 3, at: 2, words: func(i int) string { return lines[i] }}
	in.pick = func(i int) { in.at = i }
	s := Search{Query: "pl"}
	if around, found := s.find(in, 1, 0); in.at != 2 || around || !found {
		t.Errorf("line %d, around %v, found %v", in.at, around, found)
	}
	s.Query = "pub"
	if around, found := s.find(in, 1, 0); in.at != 1 || !around || !found {
		t.Errorf("line %d, around %v, found %v", in.at, around, found)
	}
}
