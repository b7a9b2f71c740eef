package render

import (
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// promptLine draws a question and what is typed, scrolled so that the cursor is
// in sight.
func promptLine(a Area, p *model.Prompt) {
	x := a.clip(0, a.W, 0, role(Ask), p.Question)
	if !p.IsLine() {
		return
	}
	text, before := promptText(a.W-x-1, p)
	end := a.Put(x, 0, Style{}, text)
	a.fill(end, a.W, 0, Style{}, ' ')
	if c := x + before; c < a.W {
		a.g.At(a.X+c, a.Y).Style.Mark |= Selected
	}
}

// promptText is the part of what is typed that fits, and how many columns of it
// stand before the cursor.
func promptText(room int, p *model.Prompt) (text string, before int) {
	text, before = p.Text, Width(p.Text[:p.Cursor])
	for before > room && text != "" {
		r, n := utf8.DecodeRuneInString(text)
		text, before = text[n:], before-Width(string(r))
	}
	return text, before
}

// maxChoices is how many choices are listed at once.
const maxChoices = 10

// popup draws above the footer what is wrong with the text that is typed, with
// a caret under the place, and what could stand at the cursor.
func popup(a Area, m *model.Model) {
	p := m.Prompt
	if p == nil || !p.IsLine() && !p.Menu {
		return
	}
	y := a.H
	if p.Hint != "" {
		y--
		a.fill(0, a.W, y, role(Faint), ' ')
		a.clip(1, a.W-1, y, role(Faint), p.Hint)
	}
	if p.Problem != "" && p.Text != "" {
		y = problem(a, p)
	}
	choices(a, y, p)
}

// problem says what is wrong and returns its first line: with a caret in the last
// one, and the words behind it, before it or above it, where there is room.
func problem(a Area, p *model.Prompt) int {
	y := a.H - 1
	a.fill(0, a.W, y, Style{}, ' ')
	at := clampColumn(caret(a, p), a.W)
	a.Put(at, y, role(Trouble), "▲")
	switch n := Width(p.Problem); {
	case at+2+n <= a.W:
		a.Put(at+2, y, role(Trouble), p.Problem)
	case n+1 <= at:
		a.Put(at-1-n, y, role(Trouble), p.Problem)
	default:
		lines := n*9/8/max(a.W-2, 1) + 1 // words leave room at the ends of lines
		y -= lines
		for i := range lines {
			a.fill(0, a.W, y+i, Style{}, ' ')
		}
		a.wrapFrom(1, y, a.W-1, role(Trouble), p.Problem)
	}
	return y
}

// caret is the column under the place where a text is wrong, as promptLine shows
// it.
func caret(a Area, p *model.Prompt) int {
	x := min(Width(p.Question), a.W)
	text, _ := promptText(a.W-x-1, p)
	hidden := len(p.Text) - len(text)
	return x + Width(p.Text[min(hidden, len(p.Text)):max(min(p.At, len(p.Text)), min(hidden, len(p.Text)))])
}

func clampColumn(x, w int) int { return max(min(x, w-1), 0) }

// choices lists what could stand at the cursor, the chosen one in sight.
func choices(a Area, end int, p *model.Prompt) {
	n := min(len(p.Choices), maxChoices, end-2)
	if n < 1 {
		return
	}
	top := max(p.Chosen-n+1, 0)
	y := end - n - 1
	a.fill(0, a.W, y, role(RuleFocus), '─')
	words := " Tab chooses "
	if p.Menu {
		words = " Enter chooses "
	}
	a.Put(2, y, role(RuleFocus), words)
	if more := len(p.Choices) - n; more > 0 {
		a.right(a.W-2, y, role(RuleFocus), " "+count(len(p.Choices), "choice")+" ")
	}
	width := 0
	for _, c := range p.Choices {
		width = min(max(width, Width(c.Text)), a.W/2)
	}
	for i := range n {
		c := p.Choices[top+i]
		a.fill(0, a.W, y+1+i, Style{}, ' ')
		a.clip(2, 2+width, y+1+i, role(Value), c.Text)
		a.clip(4+width, a.W-1, y+1+i, role(Faint), c.Help)
		a.zone(0, a.W, y+1+i, Zone{Choice: top + i + 1})
		if top+i == p.Chosen {
			a.mark(y+1+i, Selected)
		}
	}
}
