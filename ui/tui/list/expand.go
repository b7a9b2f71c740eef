package list

import (
	"slices"
	"sort"
)

// expansion is a run whose rows are listed. It holds none of them: a run that
// was opened may have millions.
type expansion struct {
	line int // index into lines
	at   int // position of the run's own line
}

// mark says which row a row of a run is. Runs note one now and then as their rows
// arrive, so that any of them is found by looking at few rows of the timeline,
// however long the run is and whatever stands between its rows.
type mark struct {
	at  int // so many rows of the run come before
	row uint32
}

// A run notes a mark after so many rows of its own, or of the timeline.
const (
	markOwn = 256
	markAll = 2048
)

// stretch is the part of a run from one mark to the next.
type stretch struct {
	line        int
	at, end     int // which rows of the run
	first, last uint32
	rows        []uint32 // nil before they were looked up
}

// dense reports whether nothing stands between the rows of the stretch.
func (s *stretch) dense() bool { return s.end-s.at == int(s.last-s.first)+1 }

// stretchOf is stretch k of a run.
func (l *Lines) stretchOf(line, k int) stretch {
	u := l.runOf(line)
	s := stretch{line: line, end: u.rows(), first: l.lines[line].First, last: l.lines[line].Last}
	if k > 0 {
		s.at, s.first = u.marks[k-1].at, u.marks[k-1].row
	}
	if k < len(u.marks) {
		s.end, s.last = u.marks[k].at, u.marks[k].row-1
	}
	return s
}

// look finds the rows of a stretch, and keeps them for the next line that is drawn.
func (l *Lines) look(s stretch) []uint32 {
	if p := &l.lately; p.rows != nil && p.line == s.line && p.at == s.at && p.end == s.end && p.first == s.first {
		return p.rows
	}
	s.rows = make([]uint32, 0, s.end-s.at)
	number := l.runOf(s.line).Session
	for n := s.first; n <= s.last && len(s.rows) < s.end-s.at; n++ {
		if r := l.tl.Row(int(n)); r.Session == number && l.lists(l.tl, int(n), &r) {
			s.rows = append(s.rows, n)
		}
	}
	l.lately = s
	return s.rows
}

// childRow is row i, from 0, of a run that is expanded.
func (l *Lines) childRow(line, i int) uint32 {
	marks := l.runOf(line).marks
	s := l.stretchOf(line, sort.Search(len(marks), func(k int) bool { return marks[k].at > i }))
	if s.dense() {
		return s.first + uint32(i-s.at)
	}
	if rows := l.look(s); i-s.at < len(rows) {
		return rows[i-s.at]
	}
	return s.last // a filter has just changed its mind; its rows are taken in anew
}

// childrenUpTo is how many rows of a run that is expanded come up to a row.
func (l *Lines) childrenUpTo(line, row int) int {
	marks := l.runOf(line).marks
	s := l.stretchOf(line, sort.Search(len(marks), func(k int) bool { return int(marks[k].row) > row }))
	if s.dense() {
		return s.at + clamp(row-int(s.first)+1, 0, s.end-s.at)
	}
	rows := l.look(s)
	return s.at + sort.Search(len(rows), func(i int) bool { return int(rows[i]) > row })
}

// Len is the number of positions.
func (l *Lines) Len() int {
	n := len(l.lines)
	for _, e := range l.expanded {
		n += l.runOf(e.line).rows()
	}
	return n
}

// locate finds the line at a position and, inside an expanded run, which of its
// rows, otherwise -1.
func (l *Lines) locate(pos int) (line, child int) {
	k := sort.Search(len(l.expanded), func(i int) bool { return l.expanded[i].at >= pos }) - 1
	if k < 0 {
		return pos, -1
	}
	e := l.expanded[k]
	rows := l.runOf(e.line).rows()
	if in := pos - e.at - 1; in < rows {
		return e.line, in
	}
	return e.line + pos - e.at - rows, -1
}

func (l *Lines) expansionOf(line int) (int, bool) {
	return slices.BinarySearchFunc(l.expanded, line, func(e expansion, line int) int { return e.line - line })
}

// position is the inverse of locate for a line.
func (l *Lines) position(line int) int {
	k := sort.Search(len(l.expanded), func(i int) bool { return l.expanded[i].line >= line }) - 1
	if k < 0 {
		return line
	}
	e := l.expanded[k]
	return e.at + l.runOf(e.line).rows() + line - e.line
}

// Toggle expands or collapses the run at a position and returns the position of
// its line. Elsewhere it changes nothing.
func (l *Lines) Toggle(pos int, tl Timeline) int {
	line, _ := l.locate(pos)
	if l.lines[line].Kind != RunLine {
		return pos
	}
	k, open := l.expansionOf(line)
	if open {
		l.expanded = slices.Delete(l.expanded, k, k+1)
	} else {
		l.expanded = slices.Insert(l.expanded, k, expansion{line: line})
	}
	if l.tl = nil; len(l.expanded) > 0 {
		l.tl = tl
	}
	for i := k; i < len(l.expanded); i++ {
		l.expanded[i].at = l.position(l.expanded[i].line)
	}
	return l.position(line)
}

// FirstIn is the first row of the run at a position that is wanted, or with step -1
// the last; 0 when none is. They are all of this list's rows of its session between
// its ends.
func (l *Lines) FirstIn(pos, step int, tl Timeline, wanted func(row int) bool) int {
	line, _ := l.locate(pos)
	first, last := int(l.lines[line].First), int(l.lines[line].Last)
	n, number := first, l.runOf(line).Session
	if step < 0 {
		n = last
	}
	for ; first <= n && n <= last; n += step {
		if r := tl.Row(n); r.Session == number && wanted(n) && l.lists(tl, n, &r) {
			return n
		}
	}
	return 0
}
