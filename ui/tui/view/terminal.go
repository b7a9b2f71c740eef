package view

import (
	"fmt"
	"os"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/ui/tui/render"
)

// steady is a terminal that is not cleared before each frame. tview does so, and
// tcell then takes every character for new and sends the whole screen again:
// 20 times a second, over whatever line the person sits behind. What is painted
// here covers every cell anyway.
type steady struct{ tcell.Screen }

// Clear does nothing.
func (steady) Clear() {}

// Init does nothing: tview would drop its error.
func (steady) Init() error { return nil }

// newTerminal finds out how the terminal is drawn on, without touching it.
func newTerminal() (tcell.Screen, error) {
	s, err := tcell.NewScreen()
	if err != nil {
		return nil, fmt.Errorf("TERM is %q, and nothing is known of such a terminal: %w", os.Getenv("TERM"), err)
	}
	return s, nil
}

// CheckTerminal says why the terminal cannot be drawn on, nil when it can.
func CheckTerminal() error {
	_, err := newTerminal()
	return err
}

// openTerminal takes the terminal over, or the screen of a test.
func openTerminal(given tcell.Screen) (s tcell.Screen, err error) {
	if s = given; s == nil {
		if s, err = newTerminal(); err != nil {
			return nil, err
		}
	}
	if err := s.Init(); err != nil {
		return nil, fmt.Errorf("cannot take over the terminal: %w", err)
	}
	return steady{s}, nil
}

// canvas paints grids on a terminal, each cell only when it is not there yet.
type canvas struct {
	cells []render.Cell
	w, h  int
	theme int
}

// forget makes the next frame a whole one.
func (c *canvas) forget() { c.w = 0 }

func (c *canvas) paint(t tcell.Screen, g *render.Grid, theme int) {
	whole := c.w != g.W || c.h != g.H || c.theme != theme
	if whole {
		c.w, c.h, c.theme, c.cells = g.W, g.H, theme, make([]render.Cell, len(g.Cells))
	}
	look := &themes[theme]
	for i := range g.Cells {
		cell := &g.Cells[i]
		if whole || !sameCell(cell, &c.cells[i]) {
			c.cells[i] = *cell
			if cell.Rune != 0 {
				t.SetContent(i%g.W, i/g.W, cell.Rune, cell.Comb, look.style(cell.Style))
			}
		}
	}
}

func sameCell(a, b *render.Cell) bool {
	if a.Rune != b.Rune || a.Style != b.Style || len(a.Comb) != len(b.Comb) {
		return false
	}
	for i, r := range a.Comb {
		if r != b.Comb[i] {
			return false
		}
	}
	return true
}
