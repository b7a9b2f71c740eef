package model

import (
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

func by(step int) func(*Model) Effect { return always(func(m *Model) { m.move(step) }) }

func pages(step, part int) func(*Model) Effect {
	return always(func(m *Model) { m.move(step * max(m.height()/part, 1)) })
}

// far is a step that reaches the end of anything.
const far = 1 << 30

func (m *Model) home() { m.move(-far) }

func (m *Model) end() {
	m.move(far)
	if m.Focus == PaneTimeline && m.Options.Live && m.Overlay == NoOverlay && !m.Detail.Open {
		m.View().Follow = true
	}
}

// height is how many lines of the focused pane are in sight.
func (m *Model) height() int {
	l := m.Layout()
	switch {
	case m.Overlay == SessionDiff:
		_, list, _ := m.VersusPlace()
		return list
	case m.Overlay == Help:
		return (l.Body.H - 1) * m.HelpColumns()
	case m.Overlay != NoOverlay:
		return l.Body.H - 1
	case m.Focus == PaneSessions:
		return m.sessionsHeight()
	case m.Focus == PaneTimeline:
		return m.timelineHeight()
	case m.Focus >= PaneSteps:
		return l.Page.H - 1
	}
	return l.Tree.H
}

// move moves the selection of the focused pane.
func (m *Model) move(step int) {
	switch v := m.View(); {
	case m.Overlay == SessionDiff:
		m.Versus.move(step, m.height())
	case m.Overlay != NoOverlay:
		m.OverlayTop = clamp(m.OverlayTop+step, 0, max(m.overlayLines()-m.height(), 0))
	case m.Focus == PaneSessions:
		m.selectLine(m.SelectedLine() + step)
	case m.Focus == PaneTimeline:
		v.Move(v.Sel+step, m.timelineHeight())
	case m.Focus == PaneTree:
		m.Detail.MoveCursor(m.Detail.Cursor+step, m.Layout().Room())
	case m.Focus == PaneHex:
		m.Detail.MoveByte(step, 0, m.Layout().Room())
	default:
		m.Page.move(step, m.pageHeight())
	}
}

func (m *Model) overlayLines() int {
	switch m.Overlay {
	case Log:
		return len(m.LogLines)
	case Diff:
		return len(m.Diff) + 1
	}
	return len(m.HelpLines())
}

// Click is a press of the left mouse button; Twice is the second of a double click.
type Click struct {
	X, Y  int
	Twice bool
	Mark  bool // on a fold mark
}

func (a Click) apply(m *Model) Effect {
	if m.Overlay != NoOverlay || m.Prompt != nil {
		return Effect{}
	}
	m.Message, m.touched = "", true
	l := m.Layout()
	m.dragging = m.splitAt(a.Y)
	switch {
	case l.Sessions.Has(a.X, a.Y):
		m.Focus = PaneSessions
		if a.Y == l.Sessions.Y+1 {
			m.clickHead(a.X)
		}
		if i := a.Y - l.Sessions.Y - PaneHead; i >= 0 && m.SessionTop+i < len(m.Listed) {
			m.selectLine(m.SessionTop + i)
		}
	case l.Timeline.Has(a.X, a.Y):
		m.clickTimeline(a, l.Timeline)
	case l.Tree.Has(a.X, a.Y):
		m.Focus = PaneTree
		if i := m.Detail.Top + a.Y - l.Tree.Y; i < len(m.Detail.Nodes) {
			m.Detail.MoveCursor(i, l.Room())
		}
	case l.Hex.Has(a.X, a.Y):
		m.Focus = PaneHex
		m.clickHex(a.X-l.Hex.X, m.Detail.HexTop+a.Y-l.Hex.Y)
	case l.Page.Has(a.X, a.Y):
		m.Focus = m.Page.Kind
		m.Page.click(a.Y - l.Page.Y - 1)
	}
	switch {
	case a.Mark:
		m.turnMark()
	case a.Twice:
		m.enter()
		m.reveal()
	}
	return Effect{}
}

// turnMark folds or unfolds what was clicked, and leaves everything else.
func (m *Model) turnMark() {
	switch v := m.View(); m.Focus {
	case PaneSessions:
		m.turnAttempts()
	case PaneTree:
		m.Detail.Fold()
	case PaneTimeline:
		if v.Sel < v.Len() && v.At(v.Sel).Kind == list.RunLine {
			m.openLine()
		}
	}
	m.reveal()
}

// clickHead sorts the sessions by the column whose heading is clicked, and turns the
// order around when they are sorted by it already.
func (m *Model) clickHead(x int) {
	at := 1
	for _, c := range m.SessionColumns(m.Width) {
		switch {
		case x < at || x >= at+c.Width:
		case c.sort == m.Sort:
			m.reverseSort()
		default:
			m.sortBy(c.sort)
		}
		at += c.Width + 1
	}
}

// clickHex selects the byte at a column of a line of the hex pane.
func (m *Model) clickHex(x, line int) {
	d, l := &m.Detail, m.Layout()
	if len(d.Nodes) == 0 || line >= d.Hex.Lines(l.BytesPerLine()) {
		return
	}
	for i := range l.BytesPerLine() {
		if digits, char := detail.HexColumns(i, l.BytesPerLine()); x == digits || x == digits+1 || x == char {
			d.PointAt(detail.HexPlace{Line: line, Column: i}, l.Room())
		}
	}
}

func (m *Model) clickTimeline(a Click, pane Rect) {
	m.Focus = PaneTimeline
	v := m.View()
	if i := a.Y - pane.Y - PaneHead; i >= 0 && v.Top+i < v.Len() {
		v.Move(v.Top+i, m.timelineHeight())
	}
}

// Wheel is a turn of the mouse wheel: By lines, down being positive.
type Wheel struct{ X, Y, By int }

func (a Wheel) apply(m *Model) Effect {
	l := m.Layout()
	d := &m.Detail
	switch {
	case m.Overlay != NoOverlay:
		m.move(a.By)
	case l.Sessions.Has(a.X, a.Y):
		m.SessionTop = clamp(m.SessionTop+a.By, 0, max(len(m.Listed)-m.sessionsHeight(), 0))
	case l.Timeline.Has(a.X, a.Y), l.Full.Has(a.X, a.Y):
		m.View().Scroll(a.By, m.timelineHeight())
	case l.Detail.Has(a.X, a.Y) && l.Hex.W > 0 && len(d.Nodes) > 0 && a.X >= l.Hex.X:
		d.ScrollHex(a.By, l.Room())
	case l.Detail.Has(a.X, a.Y):
		d.Scroll(a.By, l.Room())
	case l.Page.Has(a.X, a.Y):
		m.Page.scroll(a.By, m.pageHeight())
	}
	return Effect{}
}
