package view

import (
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"github.com/rtmpscope/rtmpscope/ui/tui/render"
)

// screen is the one primitive: it draws the whole model.
type screen struct {
	*tview.Box
	a      *app
	grid   render.Grid
	canvas canvas
	// asked is the question that stands on the screen, and askedAt since when.
	asked   *model.Prompt
	askedAt time.Time
	clicks  [2]click // the last one last
}

// click is a press of the left button: what tview calls a double click may be two in
// different places, or one on a sign and one on what stood below it.
type click struct {
	x, y  int
	plain bool // it selected something, and was not answered by a zone
}

// tooEarly reports whether a key was pressed before the question that it would answer
// yes or no to stood on the screen: it was meant for something else.
func (s *screen) tooEarly(e *tcell.EventKey) bool {
	p := s.a.m.Prompt
	return p != nil && p.YesNo && e.Key() != tcell.KeyCtrlC && (s.asked != p || e.When().Before(s.askedAt))
}

func newScreen(a *app) *screen { return &screen{Box: tview.NewBox(), a: a} }

// Draw paints the model on the terminal.
func (s *screen) Draw(t tcell.Screen) {
	_, _, w, h := s.GetRect()
	m := s.a.m
	if w != m.Width || h != m.Height {
		s.a.update(model.Resize{Width: w, Height: h})
	}
	render.Frame(&s.grid, m)
	if m.Prompt != s.asked {
		s.asked, s.askedAt = m.Prompt, time.Now()
	}
	if s.a.o.ASCII || t.CharacterSet() != "UTF-8" {
		render.ASCII(&s.grid)
	}
	s.canvas.paint(t, &s.grid, m.Theme%len(themes))
	if s.a.screen == nil {
		s.a.screen = t
		close(s.a.pump.drawn)
	}
}

// MouseHandler turns clicks, the wheel and dragging into actions.
func (s *screen) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return s.WrapMouseHandler(func(action tview.MouseAction, e *tcell.EventMouse, _ func(tview.Primitive)) (bool, tview.Primitive) {
		x, y := e.Position()
		z := s.grid.ZoneAt(x, y)
		switch action {
		case tview.MouseLeftDown:
			s.leftDown(x, y, z)
		case tview.MouseRightDown:
			s.a.update(model.Menu{X: x, Y: y, Column: z.Column})
		case tview.MouseMove:
			if e.Buttons()&tcell.Button1 == 0 {
				return false, nil
			}
			s.a.update(model.Drag{X: x, Y: y})
		case tview.MouseLeftUp:
			s.a.update(model.Release{})
		case tview.MouseLeftDoubleClick:
			if s.clicks[0] == s.clicks[1] && s.clicks[1].plain {
				s.a.update(model.Click{X: x, Y: y, Twice: true})
			}
		case tview.MouseScrollUp:
			s.a.update(model.Wheel{X: x, Y: y, By: -wheelLines})
		case tview.MouseScrollDown:
			s.a.update(model.Wheel{X: x, Y: y, By: wheelLines})
		default:
			return false, nil
		}
		return true, nil
	})
}

func (s *screen) leftDown(x, y int, z render.Zone) {
	s.clicks = [2]click{s.clicks[1], {x, y, z.Key == "" && z.Choice == 0 && !z.Mark}}
	switch {
	case z.Key != "":
		s.a.update(model.Key{Name: z.Key})
	case z.Choice > 0:
		s.a.update(model.Choose{Choice: z.Choice - 1})
	default:
		s.a.update(model.Click{X: x, Y: y, Mark: z.Mark})
	}
}

const wheelLines = 3

// pasteMax is how many characters of a paste are typed: a question is looked at
// anew after each, and nobody asks for a megabyte.
const pasteMax = 1000

// PasteHandler types pasted text into a question. Elsewhere a paste does
// nothing: its letters would be commands.
func (s *screen) PasteHandler() func(string, func(tview.Primitive)) {
	return s.WrapPasteHandler(func(text string, _ func(tview.Primitive)) {
		for i, r := range text {
			if i >= pasteMax {
				return
			}
			if p := s.a.m.Prompt; p != nil && p.IsLine() && r >= ' ' {
				s.a.update(model.Key{Name: string(r)})
			}
		}
	})
}

var keyNames = map[tcell.Key]string{
	tcell.KeyUp: "Up", tcell.KeyDown: "Down", tcell.KeyLeft: "Left", tcell.KeyRight: "Right",
	tcell.KeyPgUp: "PgUp", tcell.KeyPgDn: "PgDn", tcell.KeyHome: "Home", tcell.KeyEnd: "End",
	tcell.KeyEnter: "Enter", tcell.KeyEscape: "Esc", tcell.KeyTab: "Tab", tcell.KeyBacktab: "Shift-Tab",
	tcell.KeyBackspace: "Backspace", tcell.KeyBackspace2: "Backspace",
	tcell.KeyDelete: "Delete", tcell.KeyCtrlC: "Ctrl-C", tcell.KeyCtrlB: "Ctrl-B", tcell.KeyCtrlF: "Ctrl-F", tcell.KeyCtrlD: "Ctrl-D", tcell.KeyCtrlU: "Ctrl-U",
	tcell.KeyCtrlP: "Ctrl-P", tcell.KeyCtrlN: "Ctrl-N",
	tcell.KeyF1: "F1", tcell.KeyF2: "F2", tcell.KeyF3: "F3", tcell.KeyF4: "F4", tcell.KeyF5: "F5", tcell.KeyF6: "F6",
	tcell.KeyF7: "F7", tcell.KeyF8: "F8", tcell.KeyF9: "F9", tcell.KeyF10: "F10", tcell.KeyF11: "F11", tcell.KeyF12: "F12",
}

// key turns a key press into an action. tview itself sees none of them: its
// Ctrl-C would end the loop behind the pump's back.
func (a *app) key(e *tcell.EventKey) *tcell.EventKey {
	if a.root.tooEarly(e) {
		return nil
	}
	switch name := keyNames[e.Key()]; {
	case e.Key() == tcell.KeyCtrlL && a.screen != nil:
		a.screen.Sync()
	case e.Key() == tcell.KeyCtrlZ:
		a.pump.askToStop()
	case e.Key() == tcell.KeyRune && e.Rune() == ' ':
		a.update(model.Key{Name: "Space"})
	case e.Key() == tcell.KeyRune:
		a.update(model.Key{Name: string(e.Rune())})
	case name != "":
		a.update(model.Key{Name: name})
	}
	return nil
}
