package model

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
)

// Rect is a part of the screen in cells.
type Rect struct{ X, Y, W, H int }

// Has reports whether a cell lies inside.
func (r Rect) Has(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// Layout says where each pane stands. A pane that is not shown has height 0. The
// first line of a pane is its heading.
type Layout struct {
	TooSmall bool
	Header   Rect
	Sessions Rect
	Timeline Rect
	Full     Rect // what the selected row of the timeline has no room for
	Detail   Rect // heading, Words, Tree and Hex side by side, Caption
	Words    Rect // the whole summary, of rows that need words
	Tree     Rect // no heading of its own
	Hex      Rect // no heading of its own
	Caption  Rect // what the field under the cursor is, in words
	Page     Rect // procedure, media or flow, in place of the detail
	Footer   Rect
	Prose    int  // lines of the explanation of an opened finding, in and out of sight
	Body     Rect // everything between header and footer: help, log
}

// The smallest screen that is drawn, and the one below which only the focused
// pane is shown.
const (
	MinWidth, MinHeight       = 40, 10
	singleWidth, singleHeight = 70, 20
	// PaneHead is the heading of the sessions and timeline panes: title and columns.
	PaneHead = 2
	// leastBelow is what a person who drags leaves to the timeline and the pane
	// below it; usualLower the part in percent of the lower one.
	leastBelow = 14
	usualLower = 55
)

// Layout computes the places of the panes from the size and the state.
func (m *Model) Layout() Layout {
	w, h := m.Width, m.Height
	l := Layout{Header: Rect{0, 0, w, 1}, Footer: Rect{0, h - 1, w, 1}, Body: Rect{0, 1, w, h - 2}}
	if w < MinWidth || h < MinHeight {
		return Layout{TooSmall: true}
	}
	if m.Zoom || w < singleWidth || h < singleHeight {
		m.layoutSingle(&l)
	} else {
		m.layoutShared(&l)
	}
	m.layoutFull(&l)
	l.splitDetail(m.needsWords(), !m.opensFinding())
	if m.opensFinding() && l.Detail.H > 0 {
		l.Prose = m.proseLines(l.Detail.W)
	}
	return l
}

// opensFinding reports whether the opened row is a finding, which has no fields
// to spell out.
func (m *Model) opensFinding() bool {
	n := m.Detail.Row
	return n > 0 && n <= m.shown.Len() && m.shown.Row(n).Kind == session.Found
}

func (m *Model) layoutSingle(l *Layout) {
	switch m.Focus {
	case PaneSessions:
		l.Sessions = l.Body
	case PaneTimeline:
		l.Timeline = l.Body
	case PaneTree, PaneHex:
		l.Detail = l.Body
	default:
		l.Page = l.Body
	}
}

func (m *Model) layoutShared(l *Layout) {
	rows := clamp(len(m.Listed), 1, max(min(m.sessionRows(), l.Body.H-PaneHead-leastBelow), 1))
	l.Sessions = Rect{0, 1, m.Width, rows + PaneHead}
	rest := Rect{0, 1 + l.Sessions.H, m.Width, l.Body.H - l.Sessions.H}
	if m.Detail.Open || m.Page.IsOpen() {
		h := clamp(rest.H*(usualLower+m.Split)/100, 9, max(rest.H-5, 9))
		lower := Rect{0, rest.Y + rest.H - h, m.Width, h}
		rest.H -= h
		if m.Detail.Open {
			l.Detail = lower
		} else {
			l.Page = lower
		}
	}
	l.Timeline = rest
}

// sessionRows is how many sessions may be in sight at once.
func (m *Model) sessionRows() int {
	switch {
	case m.Height < 30 && (m.Detail.Open || m.Page.IsOpen()):
		return 2 + m.MoreSessions
	case m.Height < 30:
		return 4 + m.MoreSessions
	case m.Detail.Open || m.Page.IsOpen():
		return m.Height/6 + m.MoreSessions
	}
	return m.Height/3 + m.MoreSessions
}

// needsWords reports whether the opened row is one whose summary says what the
// fields do not.
func (m *Model) needsWords() bool {
	n := m.Detail.Row
	return n >= 1 && n <= m.shown.Len() && m.hasWords(n)
}

// hasWords reports whether the summary of a row says what its fields do not.
func (m *Model) hasWords(n int) bool {
	r := m.shown.Row(n)
	return IsTrouble(r) || r.Kind != session.Message && r.Kind != session.Handshake
}

// hexWidth is what 8 and 16 bytes a line take: offset, digits, characters.
const hexWidth8, hexWidth16 = 43, 77

func (l *Layout) splitDetail(words, fields bool) {
	d := l.Detail
	if d.H == 0 {
		return
	}
	caption := 1
	switch {
	case !fields:
		caption = 0
	case d.H >= 12:
		caption = 2
	}
	l.Caption = Rect{d.X, d.Y + d.H - caption, d.W, caption}
	inner := Rect{d.X, d.Y + 1, d.W, max(d.H-1-caption, 0)}
	if words {
		lines := 3
		if d.H < 14 {
			lines = 2
		}
		l.Words = Rect{inner.X, inner.Y, inner.W, lines}
		inner.Y, inner.H = inner.Y+lines, max(inner.H-lines, 0)
	}
	hex := hexWidth8
	if d.W >= hexWidth16+50 {
		hex = hexWidth16
	}
	if d.W < singleWidth {
		hex = 0
	}
	l.Tree = Rect{inner.X, inner.Y, inner.W - hex, inner.H}
	l.Hex = Rect{inner.X + inner.W - hex, inner.Y, hex, inner.H}
}

// BytesPerLine is how many bytes the hex pane shows on a line.
func (l Layout) BytesPerLine() int {
	if l.Hex.W >= hexWidth16 {
		return 16
	}
	return 8
}

// Room is how much of the detail is in sight.
func (l Layout) Room() detail.Room {
	return detail.Room{Fields: l.Tree.H, Hex: l.Hex.H, BytesPerLine: l.BytesPerLine(), Prose: l.Prose}
}

func clamp(v, low, high int) int { return max(min(v, high), low) }
