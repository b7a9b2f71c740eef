package model

import (
	"strings"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// The lines below the timeline that say in full what the selected row has no
// room for: how many there may be, and what of a line is left for words beside
// number, time, arrow and answer.
const (
	mostFull   = 5
	leastAbove = 5 // lines of the timeline that stay
	besides    = 30
)

// Full is what stands below the timeline when the line of the selected row has
// no room for all of it: the sentence of a finding, a refusal, a reset, a note.
// It is "" for rows that say the same in their fields, and while the detail is
// open, which says it too.
func (m *Model) Full() string {
	n := m.SelectedRow()
	if n == 0 || n > m.shown.Len() || m.Detail.Open || !m.hasWords(n) {
		return ""
	}
	name, words := m.Text(n)
	if utf8.RuneCountInString(words) <= m.Width*68/100-besides {
		return ""
	}
	if m.shown.Row(n).Kind == session.Found {
		words = name + ": " + words
	}
	return words
}

// layoutFull gives the lowest lines of the timeline pane to what Full says.
func (m *Model) layoutFull(l *Layout) {
	if l.Timeline.H <= PaneHead+leastAbove {
		return
	}
	words := m.Full()
	if words == "" {
		return
	}
	h := min(linesOf(words, m.Width-4), mostFull, l.Timeline.H-PaneHead-leastAbove)
	l.Timeline.H -= h
	l.Full = Rect{l.Timeline.X, l.Timeline.Y + l.Timeline.H, l.Timeline.W, h}
}

// linesOf is how many lines words take that are broken at blanks.
func linesOf(words string, width int) int {
	lines, at := 1, 0
	for word := range strings.FieldsSeq(words) {
		n := utf8.RuneCountInString(word)
		if at > 0 && at+1+n > width {
			lines, at = lines+1, 0
		}
		if at > 0 {
			at++
		}
		at = min(at+n, width)
	}
	return lines
}

// keepInSight brings the selection of the timeline into sight again when the
// lines below it have become more or fewer.
func (m *Model) keepInSight(before int) {
	if height := m.timelineHeight(); height != before {
		m.View().Show(height)
	}
}
