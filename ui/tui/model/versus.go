package model

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Versus is the comparison of two sessions as it is shown: a list of what differs
// under headings, and the side to which Enter leads.
type Versus struct {
	Result *diff.Result
	Lines  []VersusLine
	Cursor int  // index into Lines; never a heading
	Top    int  // first line in sight
	Right  bool // Enter goes to B
	rows   int  // of the timeline that was compared
}

// VersusLine is a heading or a difference.
type VersusLine struct {
	Heading    string
	Difference *diff.Difference
}

// SessionsCompared answers Effect.CompareSessions.
type SessionsCompared struct {
	Result *diff.Result
	Err    error
}

func (a SessionsCompared) apply(m *Model) Effect {
	if a.Err != nil {
		m.Message = "they cannot be compared: " + a.Err.Error()
		return Effect{}
	}
	v := &Versus{Result: a.Result, rows: m.shown.Len()}
	for _, p := range a.Result.Parts() {
		v.Lines = append(v.Lines, VersusLine{Heading: p.Title})
		for i := range p.List {
			v.Lines = append(v.Lines, VersusLine{Difference: &p.List[i]})
		}
	}
	v.Cursor = min(1, max(len(v.Lines)-1, 0))
	m.Versus, m.Overlay, m.Message = v, SessionDiff, ""
	return Effect{}
}

// Selected is the difference under the cursor, nil when nothing differs.
func (v *Versus) Selected() *diff.Difference {
	if v.Cursor >= len(v.Lines) {
		return nil
	}
	return v.Lines[v.Cursor].Difference
}

// move selects another difference; headings are stepped over.
func (v *Versus) move(step, height int) {
	if len(v.Lines) == 0 {
		return
	}
	v.Cursor = clamp(v.Cursor+step, 1, len(v.Lines)-1)
	if v.Lines[v.Cursor].Difference == nil {
		v.Cursor += map[bool]int{true: 1, false: -1}[step > 0]
	}
	top := v.Cursor
	if v.Lines[top-1].Difference == nil {
		top-- // with its heading
	}
	v.Top = list.ScrollTo(list.ScrollTo(v.Top, v.Cursor, len(v.Lines), height), top, len(v.Lines), height)
}

// VersusPlace says how many lines of the comparison its head, its list and the
// words about the selected difference take, below the heading of the pane.
func (m *Model) VersusPlace() (head, list, words int) {
	h := m.Layout().Body.H - 1
	head, words = 2, 4
	if h >= 16 {
		head, words = 5, clamp(h*35/100, 6, 12)
	}
	return head, max(h-head-words, 1), words
}

// comparePair compares the sessions that were marked last, or the marked one with
// the selected.
func (m *Model) comparePair() Effect {
	a, b, marked := m.Marks.sessionPair(m.session)
	switch {
	case marked:
		return m.compareSessions(a, b)
	case m.Versus != nil:
		m.Overlay = SessionDiff
	case m.shown.SessionCount() == 2:
		return m.compareSessions(1, 2)
	default:
		m.Message = "mark two sessions with " + m.KeyOf("mark") + " first, or type :diff and two numbers"
	}
	return Effect{}
}

// compareSessions asks for the comparison of two sessions, or shows it again
// when nothing has come since.
func (m *Model) compareSessions(a, b uint32) Effect {
	n := uint32(m.shown.SessionCount())
	switch v := m.Versus; {
	case !m.Can.Has(desk.CanCompare):
		m.Message = "sessions cannot be compared here"
	case a == 0 || b == 0 || a > n || b > n:
		m.Message = fmt.Sprintf("the sessions run from 1 to %d", n)
	case a == b:
		m.Message = "these are the same session"
	case v != nil && v.Result.A.Session == a && v.Result.B.Session == b && v.rows == m.shown.Len():
		m.Overlay = SessionDiff
	default:
		m.Message = fmt.Sprintf("comparing session %d with session %d …", a, b)
		return Effect{CompareSessions: [2]uint32{a, b}}
	}
	return Effect{}
}

// diffCommand is what :diff does with two numbers.
func (m *Model) diffCommand(words string) Effect {
	var pair [2]uint64
	list := strings.Fields(words)
	ok := len(list) == 2
	for i := range pair {
		var err error
		if ok {
			pair[i], err = strconv.ParseUint(list[i], 10, 32)
			ok = err == nil
		}
	}
	if !ok {
		m.Message = "diff takes the numbers of two sessions, as in :diff 1 2"
		return Effect{}
	}
	return m.compareSessions(uint32(pair[0]), uint32(pair[1]))
}

// openDifference goes to the row that shows the selected difference, on the side
// that is selected or else the other.
func (m *Model) openDifference() {
	d := m.Versus.Selected()
	if d == nil {
		return
	}
	side, row := "A", d.A.Row
	if m.Versus.Right && d.B.Row > 0 || row == 0 {
		side, row = "B", d.B.Row
	}
	if row == 0 {
		m.Message = "no row shows this"
		return
	}
	m.Overlay, m.Focus = NoOverlay, PaneTimeline
	m.goTo(int(row))
	if m.Message == "" {
		m.Message = fmt.Sprintf("row %d of %s; :diff shows the comparison again", row, side)
	}
}
