package model

import (
	"fmt"
	"slices"

	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// enter opens what is selected.
func (m *Model) enter() {
	switch m.Overlay {
	case NoOverlay:
	case SessionDiff:
		m.openDifference()
		return
	default:
		m.Overlay = NoOverlay
		return
	}
	switch m.Focus {
	case PaneSessions:
		m.focus(PaneTimeline)
	case PaneTimeline:
		m.openLine()
	case PaneTree:
		m.Detail.Fold()
	case PaneSteps:
		m.openStep()
	}
}

// openLine expands a run, or opens the detail of a row.
func (m *Model) openLine() {
	v := m.View()
	if v.Sel >= v.Len() {
		return
	}
	switch e := v.At(v.Sel); {
	case e.Kind == list.PhaseLine:
		return
	case e.Kind == list.RunLine && e.First != e.Last:
		v.Follow = false
		v.Sel = v.Toggle(v.Sel, m.shown)
		return
	}
	m.openDetail()
}

func (m *Model) openDetail() {
	m.View().Follow = false // otherwise the detail would change under the reader
	m.Page = Page{}
	m.Detail.Open = true
	m.Focus = PaneTree
}

// focus goes to a pane and opens it if need be.
func (m *Model) focus(p Pane) {
	switch {
	case p >= PaneSteps:
		m.openPage(p)
	case p >= PaneTree && !m.Detail.Open:
		if m.SelectedRow() == 0 {
			m.Message = "select a row first"
			return
		}
		m.openDetail()
	}
	m.Focus = p
}

// nextPane goes through the panes that are there.
func (m *Model) nextPane(step int) {
	if m.Overlay == SessionDiff {
		m.Versus.Right = !m.Versus.Right
		return
	}
	panes := []Pane{PaneSessions, PaneTimeline}
	switch {
	case m.Detail.Open:
		panes = append(panes, PaneTree, PaneHex)
	case m.Page.IsOpen():
		panes = append(panes, m.Page.Kind)
	}
	n := len(panes)
	m.Focus = panes[(slices.Index(panes, m.Focus)+step+n)%n]
}

func (m *Model) cover(o Overlay) {
	if m.Overlay == o {
		o = NoOverlay
	}
	m.Overlay, m.OverlayTop, m.Search.line = o, 0, -1
	if o == Log {
		m.OverlayTop = len(m.LogLines) // clamped by move: the newest
		m.move(0)
	}
}

// back undoes the last way in and reports whether there was one.
func (m *Model) back() bool {
	switch {
	case m.Overlay != NoOverlay:
		m.Overlay = NoOverlay
	case m.Zoom:
		m.Zoom = false
	case m.Detail.Open, m.Page.IsOpen():
		m.Detail, m.Page = detail.Detail{Wire: m.Detail.Wire}, Page{}
		if m.Focus >= PaneTree {
			m.Focus = PaneTimeline
		}
	case m.Search.Query != "":
		m.Message = "“" + m.Search.Query + "” is searched for no longer"
		m.Search.Query = ""
	case m.SessionFilter != "" && (m.Focus == PaneSessions || m.Filter == ""):
		m.widenSessions()
	case m.Filter != "":
		m.widenRows()
	default:
		return false
	}
	return true
}

// escape undoes one thing, and says so when there is none.
func (m *Model) escape() {
	if !m.back() {
		m.Message = "there is nothing to undo; " + m.KeyOf("quit") + " quits"
	}
}

func (m *Model) quit() Effect {
	if m.back() {
		return Effect{}
	}
	open := m.open()
	if !m.Facts.Live || m.Done || m.Options.Alone || open == 0 {
		return Effect{Quit: true}
	}
	words := "One session is still open and will be disconnected."
	if open > 1 {
		words = fmt.Sprintf("%d sessions are still open and will be disconnected.", open)
	}
	m.ask("Stop the proxy? "+words+" (y/n)", func() Effect { return Effect{Quit: true} })
	return Effect{}
}

// open counts the sessions that quitting would cut, the newest ones too.
func (m *Model) open() int {
	return len(m.latest.Open())
}

func (m *Model) toggleFollow() Effect {
	v := m.View()
	if m.Facts.Growth == Unfollowed {
		v.Follow = true
		v.Grow(m.shown, m.timelineHeight())
		m.Message = "following the file: rows come as they are recorded"
		return Effect{Grow: true}
	}
	v.Follow = !v.Follow
	m.Message = "follow off"
	if v.Follow {
		m.Message = "follow: staying at the newest line"
		v.Grow(m.shown, m.timelineHeight())
	}
	return Effect{}
}

func (m *Model) togglePause() {
	m.Paused = !m.Paused
	m.Message = "paused what is shown; the traffic goes on"
	if !m.Paused {
		m.Message = ""
		m.catchUp()
	}
}

func (m *Model) toggleReveal() {
	if m.Reveal || m.confirmed {
		m.Reveal = !m.Reveal
		return
	}
	m.ask("Show stream keys and passwords on this screen? (y/n)", func() Effect {
		m.Reveal, m.confirmed = true, true
		return Effect{}
	})
}

func (m *Model) nextTheme() {
	if n := len(m.Themes); n > 0 {
		m.Theme = (m.Theme + 1) % n
		m.Message = "theme: " + m.Themes[m.Theme]
	}
}
