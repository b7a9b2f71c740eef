package lint

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// stepMarks are the signs of the states; never alone, words follow where it is not
// "done".
var stepMarks = [...]string{
	Ahead: "·", Waiting: "…", Done: "✓", OutOfOrder: "↕", Skipped: "–", Refused: "✗",
	Missed: "✗", Unreached: "–", Unseen: "?", TooLate: "✗",
}

// Mark is the sign of a step; it is never shown without Said.
func (s *Step) Mark() string {
	if s.Order.Waits {
		return "!"
	}
	return stepMarks[s.State]
}

// Table writes the procedure as lines of text, a line a step below the tree's headings:
// sign, step, who sent it, when (since opened), how long after what it needs, row,
// value or what became of it.
func (r *Report) Table(opened time.Time, reveal bool) (out []string) {
	if len(r.Steps) == 0 {
		return nil
	}
	out = append(out, fmt.Sprintf("%-32s%-8s%9s %9s  %-8s%s", "procedure", "from", "at", "after", "row", "what it says"))
	for _, l := range shortened(r.Outline()) {
		out = append(out, strings.TrimRight(l.text(opened, reveal), " "))
	}
	return out
}

// shortened leaves out the last steps when none of them could be seen, but the first
// of them.
func shortened(lines []Line) []Line {
	n := len(lines)
	for n > 0 && (lines[n-1].Step == nil || lines[n-1].Step.State == Unseen) {
		n--
	}
	for n < len(lines) && lines[n].Step == nil {
		n++
	}
	return lines[:min(n+1, len(lines))]
}

func (l *Line) text(opened time.Time, reveal bool) string {
	if l.Step == nil {
		row := ""
		if l.Row > 0 {
			row = fmt.Sprintf(" (row %d)", l.Row)
		}
		return l.Branch + l.Title(reveal) + row
	}
	s := l.Step
	at, took, row := "", "", ""
	if s.Row > 0 {
		at, row = text.Lapse(s.At.Sub(opened)), fmt.Sprint(s.Row)
	}
	if s.Latency > 0 && s.Row > 0 {
		took = text.Lapse(s.Latency)
	}
	return fmt.Sprintf("%s %-*s%-8s%9s %9s  %-8s%s", l.Branch+s.Mark(), 30-utf8.RuneCountInString(l.Branch), s.Name, s.Who, at, took, row, s.Said(reveal))
}
