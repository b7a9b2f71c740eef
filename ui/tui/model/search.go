package model

import "strings"

// Search is what a person looks for, and where it was found. The zero value looks for
// nothing.
type Search struct {
	Query   string // what was searched for last, in any case; "" for nothing
	line    int    // of what covers the screen that was found last, -1 for none
	history History
}

// searchable is a list of lines in which something can be found.
type searchable struct {
	lines int
	at    int // the line that is selected, -1 for none
	words func(i int) string
	pick  func(i int)
}

// find picks the first line that holds the query, from so many lines behind the
// selected one on: up or down as step is -1 or 1, and around the end. around says that
// it had to go there.
func (s *Search) find(in searchable, step, from int) (around, found bool) {
	query := strings.ToLower(s.Query)
	for i := from; i < in.lines+from; i++ {
		at := ((in.at+i*step)%in.lines + in.lines) % in.lines
		if strings.Contains(strings.ToLower(in.words(at)), query) {
			in.pick(at)
			return (at-in.at)*step < 0 || at == in.at && from > 0, true
		}
	}
	return false, false
}
