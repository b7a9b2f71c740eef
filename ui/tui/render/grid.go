// Package render draws a model: pure functions from the state of the screen to
// a grid of cells. Each pane has one file.
//
// [Frame] draws everything into a [Grid], which package view then paints on a
// terminal. A cell has a style role, not a colour; themes give roles their
// colours. Nothing here reads a clock or knows a terminal, and whatever text
// comes in, no control or format character reaches a cell (see [Area.Put]).
package render

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// Cell is one place on the screen. A wide character stands in its first cell;
// the cells behind it have rune 0.
type Cell struct {
	Rune  rune
	Comb  []rune // combining characters, usually none
	Style Style
}

// Grid is a screen full of cells, row by row. It is reused between frames.
type Grid struct {
	W, H  int
	Cells []Cell
	zones []Zone // in the order in which they were drawn
}

// Reset empties the grid and gives it a size.
func (g *Grid) Reset(w, h int) {
	g.W, g.H, g.zones = max(w, 0), max(h, 0), g.zones[:0]
	if n := g.W * g.H; cap(g.Cells) < n {
		g.Cells = make([]Cell, n)
	} else {
		g.Cells = g.Cells[:n]
	}
	for i := range g.Cells {
		g.Cells[i] = Cell{Rune: ' '}
	}
}

// At is the cell in column x of row y.
func (g *Grid) At(x, y int) *Cell { return &g.Cells[y*g.W+x] }

// Area is a rectangle of a grid with coordinates of its own; drawing outside of
// it has no effect.
type Area struct {
	g *Grid
	model.Rect
}

// Area cuts a rectangle out of the grid.
func (g *Grid) Area(r model.Rect) Area {
	r.W, r.H = min(r.W, g.W-r.X), min(r.H, g.H-r.Y)
	return Area{g, r}
}

// sub is a rectangle inside the area.
func (a Area) sub(x, y, w, h int) Area {
	return Area{a.g, model.Rect{X: a.X + x, Y: a.Y + y, W: min(w, a.W-x), H: min(h, a.H-y)}}
}

// Put writes text from column x on and returns the column behind it. What does
// not fit is cut, a wide character never in half. Control and format characters
// become U+FFFD: text should have been made safe long before, but a cell is the
// last place where it can be seen to.
func (a Area) Put(x, y int, style Style, s string) int {
	if y < 0 || y >= a.H {
		return x
	}
	state := -1
	for s != "" {
		var cluster string
		var width int
		cluster, s, width, state = uniseg.FirstGraphemeClusterInString(s, state)
		width = max(width, 1)
		if x < 0 || x+width > a.W {
			return x
		}
		a.set(x, y, style, cluster, width)
		x += width
	}
	return x
}

func (a Area) set(x, y int, style Style, cluster string, width int) {
	c := Cell{Style: style}
	for i, r := range cluster {
		switch {
		case !isDrawable(r):
			c.Rune, c.Comb = unicode.ReplacementChar, nil
		case i == 0 && unicode.Is(unicode.M, r):
			c.Rune, c.Comb = '◌', []rune{r} // a mark needs something to stand on
		case c.Rune == 0:
			c.Rune = r
		case c.Rune != unicode.ReplacementChar:
			c.Comb = append(c.Comb, r)
		}
	}
	*a.g.At(a.X+x, a.Y+y) = c
	for i := 1; i < width; i++ {
		*a.g.At(a.X+x+i, a.Y+y) = Cell{Style: style}
	}
	if c.Rune == unicode.ReplacementChar {
		for i := 1; i < width; i++ {
			a.g.At(a.X+x+i, a.Y+y).Rune = ' '
		}
	}
}

// isDrawable reports whether r puts ink, or nothing but a blank, on a screen.
func isDrawable(r rune) bool { return unicode.IsGraphic(r) && (r == ' ' || !unicode.Is(unicode.Z, r)) }

// fill repeats a character of width one from column x up to column end.
func (a Area) fill(x, end, y int, style Style, r rune) {
	if y < 0 || y >= a.H {
		return
	}
	for x = max(x, 0); x < min(end, a.W); x++ {
		*a.g.At(a.X+x, a.Y+y) = Cell{Rune: r, Style: style}
	}
}

// clip writes text into the columns [x, end), with an ellipsis when it is cut.
func (a Area) clip(x, end, y int, style Style, s string) int {
	end = min(end, a.W)
	if x >= end {
		return x
	}
	in := a.sub(x, 0, end-x, a.H)
	if Width(s) > in.W {
		cut := in.sub(0, 0, in.W-1, a.H).Put(0, y, style, s)
		return x + in.Put(cut, y, style, "…")
	}
	return x + in.Put(0, y, style, s)
}

// right writes text so that it ends before column end.
func (a Area) right(end, y int, style Style, s string) {
	a.Put(end-Width(s), y, style, s)
}

// wrap writes text from a row on, breaking it at blanks.
func (a Area) wrap(x, y int, style Style, s string) { a.wrapFrom(x, y, a.W-x, style, s) }

// wrapFrom writes text into the columns [x, end) from a row on, breaking it at
// blanks, and returns the row behind it.
func (a Area) wrapFrom(x, y, end int, style Style, s string) int {
	at := x
	for word := range strings.FieldsSeq(s) {
		if at > x && at+1+Width(word) > end {
			at, y = x, y+1
		}
		if at > x {
			at++
		}
		at = a.clip(at, end, y, style, word)
	}
	return y + 1
}

// mark adds marks to all cells of a row.
func (a Area) mark(y int, m Mark) {
	for x := range a.W {
		a.g.At(a.X+x, a.Y+y).Style.Mark |= m
	}
}

// Width is how many columns text takes.
func Width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return wide(s)
		}
	}
	return len(s)
}

func wide(s string) int {
	n, state := 0, -1
	for s != "" {
		var width int
		_, s, width, state = uniseg.FirstGraphemeClusterInString(s, state)
		n += max(width, 1)
	}
	return n
}
