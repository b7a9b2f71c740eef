// Package model is the state of the terminal UI and everything that changes
// it, without a screen.
//
// A [Model] is created with [New] and changed by [Model.Update] alone, one
// [Action] at a time: a key, a click, a new snapshot, a decoded detail. Update
// returns an [Effect], the few things that only the outside can do (quit, fetch
// a detail, copy to the clipboard). Package render draws a Model; package view
// turns terminal events into actions and performs the effects.
//
// The model reads no clock, opens nothing and starts nothing: time comes in with
// the actions. It is not safe for concurrent use; all of it belongs to the UI
// goroutine. What it costs does not depend on the length of the timeline, except
// once for each row as it arrives.
package model

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Pane is a part of the screen that can have the focus.
type Pane uint8

// The panes, in the order of Tab.
const (
	PaneSessions Pane = iota
	PaneTimeline
	PaneTree
	PaneHex
)

// Overlay is what covers the panes, if anything.
type Overlay uint8

// The overlays.
const (
	NoOverlay Overlay = iota
	Help
	Log
)

// TimeMode is what the time column shows.
type TimeMode uint8

// The time modes, in the order of the key that switches them.
const (
	SinceStart TimeMode = iota
	SincePrevious
	Absolute
)

// Facts are what the header line says; they come with each snapshot.
type Facts struct {
	Listen, Upstream string // "" when a file is shown
	Capture          string // path of the capture
	Size             string // of the capture, for people
	Live             bool   // still growing
}

// Options are fixed for the life of a model.
type Options struct {
	Live   bool
	Reveal bool     // begin with credentials shown
	Hints  []string // what to do while there is no session
	Themes int      // how many themes the view has
	Theme  int      // the one to begin with
}

// Model is the state of the screen. Its fields are for reading.
type Model struct {
	Options
	Facts
	Width, Height int
	Now           time.Time
	Focus         Pane
	Zoom          bool
	All           bool // the timeline pane lists all sessions
	Paused        bool
	Done          bool // no more rows will come
	Overlay       Overlay
	OverlayTop    int
	TimeMode      TimeMode
	SessionTop    int // first session in sight
	Detail        Detail
	LogLines      []string
	Query         string // what was searched for last
	Prompt        *Prompt
	Message       string // one line for the footer, until the next key
	session       uint32 // selected, 0 before there is one
	chosen        bool   // by the user
	confirmed     bool   // the user once agreed to reveal credentials
	shown, latest Timeline
	views         map[uint32]*View
	rates         map[uint32]*rate
}

// New returns a model without rows.
func New(o Options) *Model {
	empty := &session.Snapshot{}
	return &Model{Options: o, Focus: PaneTimeline, shown: empty, latest: empty, Width: 80, Height: 24,
		Facts: Facts{Live: o.Live}, views: map[uint32]*View{}, rates: map[uint32]*rate{}}
}

// Action is one thing that happened: [Key], [Click], [Wheel], [Resize],
// [Grown], [DetailRead].
type Action interface {
	apply(*Model) Effect
}

// Effect is what the outside must do after an action. The zero value is nothing.
type Effect struct {
	Quit  bool
	Fetch int    // a row whose detail is wanted, or 0; it supersedes earlier ones
	Copy  string // text for the clipboard, or ""
}

// Update changes the model by one action.
func (m *Model) Update(a Action) Effect {
	e := a.apply(m)
	if row := m.SelectedRow(); m.Detail.Open && row != 0 && row != m.Detail.Row {
		m.Detail.await(row)
		e.Fetch = row
	}
	return e
}

// Resize says how large the screen is, in cells.
type Resize struct{ Width, Height int }

func (a Resize) apply(m *Model) Effect {
	m.Width, m.Height = a.Width, a.Height
	m.reveal()
	return Effect{}
}

// Grown brings a newer timeline and the facts for the header.
type Grown struct {
	Timeline Timeline
	Now      time.Time
	Facts    Facts
	Log      []string
	Done     bool
}

func (a Grown) apply(m *Model) Effect {
	m.latest, m.Now, m.Facts, m.LogLines = a.Timeline, a.Now, a.Facts, a.Log
	m.Done = a.Done
	m.measure()
	if !m.Paused {
		m.catchUp()
	}
	return Effect{}
}

func (m *Model) catchUp() {
	m.shown = m.latest
	m.chooseSession()
	m.View().grow(m.shown, m.timelineHeight())
}

// Timeline is what is shown, which while the view is paused is not the newest.
func (m *Model) Timeline() Timeline { return m.shown }

// Behind is how many rows have arrived since the view was paused.
func (m *Model) Behind() int { return m.latest.Len() - m.shown.Len() }

// View is the list in the timeline pane.
func (m *Model) View() *View {
	key := m.session
	if m.All {
		key = 0
	}
	v := m.views[key]
	if v == nil {
		v = &View{Lines: Lines{Session: key}, Follow: m.Options.Live}
		m.views[key] = v
	}
	return v
}

// SelectedRow is the row under the selection: of a run its first, of a phase 0.
func (m *Model) SelectedRow() int {
	v := m.View()
	if v.Sel >= v.Len() {
		return 0
	}
	e := v.At(v.Sel)
	if e.Kind == PhaseLine {
		return 0
	}
	return e.Row
}

// Text is the name and summary of a row as they may be shown.
func (m *Model) Text(row int) (name, summary string) {
	t := m.shown.Text(row)
	return t.Name, t.Summary.Show(m.Reveal)
}

// timelineHeight is how many lines are in sight, below 1 when the pane is not shown.
func (m *Model) timelineHeight() int { return m.Layout().Timeline.H - PaneHead }

// reveal brings all selections back into sight after the panes changed size.
func (m *Model) reveal() {
	m.View().show(m.timelineHeight())
	m.showSession()
	m.Detail.show(m.Layout())
}
