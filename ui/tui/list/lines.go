// Package list is the list of lines in the timeline pane: rows of one session or of
// all, headings of phases, and runs of media that stand for many rows and can be
// opened. [Lines] takes rows in as they arrive and never reads one twice; [View]
// adds what is selected and what is in sight.
//
// It knows nothing of panes, keys or drawing, and is not safe for concurrent use.
// What a line costs does not depend on the length of the timeline.
package list

import (
	"sort"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Timeline is what the screen reads: a *[session.Snapshot], or a stand-in in
// tests. A later Timeline holds the rows of an earlier one and more.
type Timeline interface {
	Len() int
	Row(n int) session.Row
	Text(n int) session.Text
	Sessions() []session.Info // costs what there is; the others do not
	SessionCount() int
	Session(number uint32) session.Info
	Open() []uint32 // numbers of sessions that have not ended
	Notes() []session.Written
}

// LineKind says what one line of the timeline pane stands for.
type LineKind uint8

// The kinds of line.
const (
	RowLine   LineKind = iota // one row
	RunLine                   // audio and video rows without anything else between them
	PhaseLine                 // the heading of a phase of a session
)

// Line is one line of the timeline pane before runs are expanded. First and
// Last are row numbers; a phase has the first row that is listed under it.
type Line struct {
	First, Last uint32
	run         uint32 // index into runs, of a RunLine
	Kind        LineKind
}

// Entry is what stands at one position of the pane.
type Entry struct {
	Line
	Row      int  // the row shown, or the first of a run or phase
	Run      *Run // of a RunLine
	Expanded bool // the run's rows follow as entries of their own
	Child    bool // the row is part of an expanded run
}

// Lines is the list of lines of one session, or of all of them (session 0). It
// only grows: what stands at a position changes by [Lines.Toggle] alone, so
// that a selection stays where it is while rows arrive. The zero value is empty
// and lists all sessions.
type Lines struct {
	Session  uint32
	Match    Match      // nil lists every row; set before the first Read
	Known    func() int // rows up to here can be matched; nil for all
	next     int        // first row that was not read yet
	lines    []Line
	runs     []Run
	ends     []end // by session number; of a list of one session the only one
	group    int   // lines from here on are runs of different sessions
	expanded []expansion
	tl       Timeline // where the rows of expanded runs are looked up; nil while none is
	lately   stretch  // whose rows were looked up last
}

// end is where a session stands after the rows read so far.
type end struct {
	known bool
	phase session.Phase
	run   int // line of its last run
}

// Match reports whether a list shows row n of a timeline.
type Match func(t Timeline, n int) bool

// ReadAtOnce is how many rows a list takes in before the screen is drawn again:
// a filter over a night must not stop the keys.
const ReadAtOnce = 100_000

// Read takes in rows that tl has and the list has not, at most so many that a
// person does not notice; see Unread.
func (l *Lines) Read(tl Timeline) {
	n := max(l.next, 1)
	last := min(l.readable(tl), n+ReadAtOnce-1)
	for ; n <= last; n++ {
		if r := tl.Row(n); l.lists(tl, n, &r) {
			l.add(uint32(n), r)
		}
	}
	l.next = n
	if len(l.expanded) > 0 {
		l.tl = tl
	}
}

// endOf is where a session stands.
func (l *Lines) endOf(number uint32) *end {
	if l.Session != 0 {
		number = 0
	}
	for uint32(len(l.ends)) <= number {
		l.ends = append(l.ends, end{})
	}
	return &l.ends[number]
}

// Begin passes over the rows before one: there are none of the session. It is called
// before the first Read.
func (l *Lines) Begin(row int) { l.next = row }

// Unread is how many rows of tl the list has not taken in yet.
func (l *Lines) Unread(tl Timeline) int { return max(tl.Len()+1-max(l.next, 1), 0) }

// readable is the last row that can be taken in.
func (l *Lines) readable(tl Timeline) int {
	if l.Known == nil {
		return tl.Len()
	}
	return min(tl.Len(), l.Known())
}

// Ready reports whether there is a row to take in.
func (l *Lines) Ready(tl Timeline) bool { return l.readable(tl) >= max(l.next, 1) }

// lists reports whether the list is about row n, which is r.
func (l *Lines) lists(tl Timeline, n int, r *session.Row) bool {
	if l.Session != 0 && r.Session != l.Session {
		return false
	}
	return l.Match == nil || l.Match(tl, n)
}

func (l *Lines) add(n uint32, r session.Row) {
	l.enterPhase(n, r)
	run, open := l.running(r.Session)
	switch {
	case open && (collapses(r) || isAcknowledgement(r)):
		l.extend(run, n, r)
	case collapses(r):
		l.endOf(r.Session).run = len(l.lines)
		l.runs = append(l.runs, newRun(r))
		l.lines = append(l.lines, Line{First: n, Last: n, run: uint32(len(l.runs) - 1), Kind: RunLine})
	default:
		l.lines = append(l.lines, Line{First: n, Last: n})
		l.group = len(l.lines)
	}
}

// running is the line of a session's run that may still grow: one after which
// nothing but runs of other sessions has come. A run that is expanded grows only
// at the end of the list, because lines after it would move.
func (l *Lines) running(number uint32) (line int, open bool) {
	line = l.endOf(number).run
	if line < l.group || line >= len(l.lines) || l.lines[line].Kind != RunLine || l.runOf(line).Session != number {
		return 0, false
	}
	_, expanded := l.expansionOf(line)
	return line, !expanded || line == len(l.lines)-1
}

func (l *Lines) runOf(line int) *Run { return &l.runs[l.lines[line].run] }

// enterPhase adds a heading when r is the first row of a phase of its session.
func (l *Lines) enterPhase(n uint32, r session.Row) {
	e := l.endOf(r.Session)
	if e.known && e.phase == r.Phase {
		return
	}
	*e = end{known: true, phase: r.Phase}
	l.lines = append(l.lines, Line{First: n, Last: n, Kind: PhaseLine})
	l.group = len(l.lines)
}

func (l *Lines) extend(line int, n uint32, r session.Row) {
	l.runOf(line).extend(l.lines[line].First, n, r)
	l.lines[line].Last = n
}

// collapses reports whether a row may disappear in a run: media with nothing
// that a person would look for by itself.
func collapses(r session.Row) bool {
	const worthALine = session.SequenceHeader | session.EndOfSequence | session.Short
	return r.IsMedia() && r.Flags&worthALine == 0
}

// isAcknowledgement reports whether r only says how many bytes arrived. Such
// rows come every few seconds and would otherwise cut a night into thousands of runs.
func isAcknowledgement(r session.Row) bool {
	return r.Kind == session.Message && r.Type == chunk.TypeAcknowledgement
}

// At returns what stands at a position in [0, Len).
func (l *Lines) At(pos int) Entry {
	line, child := l.locate(pos)
	if child >= 0 {
		row := l.childRow(line, child)
		return Entry{Line: Line{First: row, Last: row}, Row: int(row), Child: true}
	}
	e := Entry{Line: l.lines[line], Row: int(l.lines[line].First)}
	if e.Kind == RunLine && e.First == e.Last {
		e.Kind = RowLine // a run of one is a row like any other
	}
	if e.Kind == RunLine {
		e.Run = l.runOf(line)
		_, e.Expanded = l.expansionOf(line)
	}
	return e
}

// Find returns the position that shows a row of tl: its own, that of the
// collapsed run that holds it, or the nearest one before. An empty list gives 0.
func (l *Lines) Find(row int, tl Timeline) int {
	line := sort.Search(len(l.lines), func(i int) bool { return int(l.lines[i].First) > row }) - 1
	if line < 0 {
		return 0
	}
	line = l.holder(line, row, tl)
	pos := l.position(line)
	if _, ok := l.expansionOf(line); ok {
		pos += l.childrenUpTo(line, row)
	}
	return pos
}

// holder is the run that holds a row, among those before it that go on at the
// same time, or else the line itself.
func (l *Lines) holder(line, row int, tl Timeline) int {
	if row < 1 || row > tl.Len() {
		return line
	}
	number := tl.Row(row).Session
	for i := line; i >= 0 && l.lines[i].Kind == RunLine; i-- {
		if l.runOf(i).Session == number && int(l.lines[i].Last) >= row {
			return i
		}
	}
	return line
}

// End is the last row that an entry stands for by itself.
func (e Entry) End() int {
	if e.Kind == PhaseLine || e.Expanded {
		return e.Row
	}
	return int(e.Last)
}
