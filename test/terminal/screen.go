// Package terminal is a terminal for programs under test: it runs one on a
// pseudo-terminal, presses keys, and knows what stands on the screen.
//
// [Screen] understands exactly the sequences that a full-screen program has
// reason to write, draws the text and remembers the modes. What it does not
// understand is kept as [Screen.Strange], so that a test can hold a program to
// writing nothing else. [Start] runs a program (Linux and macOS).
//
// It keeps no lines that have left the screen.
package terminal

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Screen is what a terminal shows after what was written to it. Its fields are
// for reading. It is not safe for concurrent use.
type Screen struct {
	W, H int
	X, Y int // of the cursor, from 0
	// Modes are the private modes that are on, such as 1049 for the alternate
	// screen (xterm's ctlseqs, "DEC Private Mode Set").
	Modes map[string]bool
	// Sequences counts the escape sequences that were written, but for those that
	// move the cursor.
	Sequences map[string]int
	// Strange are control characters and sequences that are not understood.
	Strange []string
	// Copied are the texts that were put on the clipboard with OSC 52.
	Copied []string

	cells, main []string // a cell holds a character; behind a wide one is ""
	pens        []string // parameters of SGR with which the cells were written, "" plain
	pen         string   // with which the next is
	rest        []byte   // the beginning of a sequence or character
}

// NewScreen is an empty screen.
func NewScreen(w, h int) *Screen {
	s := &Screen{Modes: map[string]bool{"7": true, "25": true}, Sequences: map[string]int{}}
	s.Resize(w, h)
	return s
}

// Resize changes the size; the text that fits stays where it is.
func (s *Screen) Resize(w, h int) {
	s.cells, s.pens = resized(s.cells, s.W, s.H, w, h), make([]string, w*h)
	if s.main != nil {
		s.main = resized(s.main, s.W, s.H, w, h)
	}
	s.W, s.H = w, h
	s.X, s.Y = min(s.X, w-1), min(s.Y, h-1)
}

func resized(old []string, oldW, oldH, w, h int) []string {
	cells := blank(w * h)
	for y := range min(oldH, h) {
		copy(cells[y*w:y*w+min(w, oldW)], old[y*oldW:y*oldW+oldW])
	}
	return cells
}

func blank(n int) []string {
	cells := make([]string, n)
	for i := range cells {
		cells[i] = " "
	}
	return cells
}

// String is the text of the screen, a line each, without blanks at the ends.
func (s *Screen) String() string {
	var b strings.Builder
	for y := range s.H {
		b.WriteString(s.Line(y) + "\n")
	}
	return b.String()
}

// Line is the text of one line, without blanks at its end.
func (s *Screen) Line(y int) string {
	return strings.TrimRight(strings.Join(s.cells[y*s.W:(y+1)*s.W], ""), " ")
}

// Styled is one line with the sequences that give it its colours, as tmux captures it
// with capture-pane -e. Each style begins anew.
func (s *Screen) Styled(y int) string {
	var b strings.Builder
	pen := ""
	for i := y * s.W; i < (y+1)*s.W; i++ {
		if s.cells[i] != "" && s.pens[i] != pen {
			pen = s.pens[i]
			b.WriteString("\x1b[" + strings.TrimSuffix("0;"+pen, ";") + "m")
		}
		b.WriteString(s.cells[i])
	}
	return strings.TrimRight(b.String(), " ")
}

// paint changes the pen by the parameters of SGR.
func (s *Screen) paint(params string) {
	for {
		first, rest, more := strings.Cut(params, ";")
		if first != "" && first != "0" {
			break
		}
		if s.pen, params = "", rest; !more {
			return
		}
	}
	if s.pen == "" {
		s.pen = params
		return
	}
	s.pen += ";" + params
}

// put draws one character at the cursor.
func (s *Screen) put(r rune) {
	if before := s.before(); before != nil && joins(*before, r) {
		*before += string(r)
		return
	}
	width := max(uniseg.StringWidth(string(r)), 1)
	if s.X+width > s.W {
		if !s.Modes["7"] { // no automatic margin: the last cell is written over
			s.X = max(s.W-width, 0)
		} else {
			s.X = 0
			s.feed()
		}
	}
	at := s.Y*s.W + s.X
	s.cells[at], s.pens[at] = string(r), s.pen
	if width == 2 && s.X+1 < s.W {
		s.cells[at+1] = ""
	}
	s.X += width
}

// before is the cell that was written last, if the cursor stands behind it.
func (s *Screen) before() *string {
	for x := s.X - 1; x >= 0; x-- {
		if c := &s.cells[s.Y*s.W+x]; *c != "" {
			return c
		}
	}
	return nil
}

// joins reports whether a character belongs to the one before it, as an accent does.
func joins(before string, r rune) bool {
	return before != " " && uniseg.GraphemeClusterCount(before+string(r)) == 1
}

// feed goes to the next line and scrolls at the last one.
func (s *Screen) feed() {
	if s.Y < s.H-1 {
		s.Y++
		return
	}
	copy(s.cells, s.cells[s.W:])
	copy(s.pens, s.pens[s.W:])
	s.erase((s.H-1)*s.W, len(s.cells))
}

// Clear wipes the screen, as something else that writes on it does.
func (s *Screen) Clear() { s.erase(0, len(s.cells)) }

// erase blanks cells from one to before another.
func (s *Screen) erase(from, to int) {
	copy(s.cells[from:to], blank(to-from))
	clear(s.pens[from:to])
}
