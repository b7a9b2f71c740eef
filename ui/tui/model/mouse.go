package model

// split is the line between two panes that is dragged.
type split uint8

const (
	noSplit split = iota
	sessionsSplit
	lowerSplit
)

// splitAt is the split whose line, the heading of the pane below it, is at y.
func (m *Model) splitAt(y int) split {
	l := m.Layout()
	switch {
	case l.Sessions.H == 0 || l.Timeline.H == 0:
		return noSplit
	case y == l.Timeline.Y:
		return sessionsSplit
	case l.Detail.H+l.Page.H > 0 && y == l.Detail.Y+l.Page.Y:
		return lowerSplit
	}
	return noSplit
}

// Drag moves the mouse with its left button down, after a [Click].
type Drag struct{ X, Y int }

func (a Drag) apply(m *Model) Effect {
	l := m.Layout()
	switch lower := l.Detail.H + l.Page.H; m.dragging {
	case sessionsSplit:
		m.MoreSessions = clamp(m.MoreSessions+a.Y-l.Timeline.Y, -m.Height, m.Height)
	case lowerSplit:
		both := l.Timeline.H + lower
		want := l.Timeline.Y + both - a.Y
		m.Split = clamp((want*100+both-1)/both-usualLower, 10-usualLower, 90-usualLower)
	default:
		return Effect{}
	}
	m.reveal()
	return Effect{}
}

// Release lets the left button go.
type Release struct{}

func (Release) apply(m *Model) Effect {
	m.dragging = noSplit
	return Effect{}
}
