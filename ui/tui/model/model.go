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

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Pane is a part of the screen that can have the focus.
type Pane uint8

// The panes, in the order of Tab.
const (
	PaneSessions Pane = iota
	PaneTimeline
	PaneTree
	PaneHex
	PaneSteps // the procedure
	PaneMedia
	PaneFlow
)

// Overlay is what covers the panes, if anything.
type Overlay uint8

// The overlays.
const (
	NoOverlay Overlay = iota
	Help
	Log
	Diff        // of two rows
	SessionDiff // of two sessions
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
	Trouble          string // why a file could not be read to its end, or ""
	Growth           Growth // of a file
}

// Growth says whether a file is being written by another program, and whether that
// is followed.
type Growth uint8

// The growths of a file.
const (
	Settled    Growth = iota // it is complete, or was read as it was
	Unfollowed               // more is recorded than is shown
	Followed                 // what comes is shown
)

// Options are fixed for the life of a model.
type Options struct {
	Live     bool
	Alone    bool                // nobody else is cut off by quitting
	Reveal   bool                // begin with credentials shown
	Greeting string              // said in the last line until the first key
	Hints    []string            // what to do while there is no session
	Themes   []string            // names of the themes of the view
	Theme    int                 // the one to begin with
	Keys     map[string][]string // keys of actions, instead of the usual ones; see Rebind
	Filter   string              // to begin with
	Saved    map[string]string   // filters by their names; the map becomes that of the model
	Filters  Filters             // without them there is no filter key
	// What the outside does when an Effect asks for it; a key for what it does not
	// do is not there.
	Can           desk.Abilities
	ExportFormats string // endings of file names, for people
	// Columns are the columns of the panes, by the names of their settings; none for
	// the usual ones. The map becomes that of the model.
	Columns map[string][]string
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
	SessionTop    int // first line in sight of the sessions pane
	Listed        []SessionLine
	Earlier       int    // sessions before those that are listed
	SessionFilter string // only these sessions are listed
	Sort          SortKey
	SortReverse   bool
	Filter        string // selects the rows that are listed; "" all
	Detail        detail.Detail
	Split         int // by how many percent the lower pane is larger than usual
	MoreSessions  int // by how many lines the sessions pane may be larger
	Marks         Marks
	Page          Page       // in place of the detail, or closed
	Diff          []DiffLine // of two rows, in the overlay of that name
	DiffRows      [2]int
	Versus        *Versus // two sessions compared, in the overlay SessionDiff; nil before that
	LogLines      []string
	Search        Search
	Prompt        *Prompt
	Message       string // one line for the footer, until the next key

	meters                   Meters
	names                    []lint.Programs // of the roster, while the list is sorted by them
	roster                   roster
	resort                   bool          // the list is to be made anew
	session                  uint32        // selected, 0 before there is one
	chosen                   bool          // by the user
	touched                  bool          // a key was pressed, so that nothing is chosen for the user any more
	confirmed                bool          // the user once agreed to reveal credentials
	selector                 Selector      // of Filter
	sifted                   *sifted       // rows that it selects, when they have to be opened for that
	awaited                  list.Timeline // of which it is known what waits for an answer
	settledAt                list.Timeline // at which the filter has seen the sessions, when it asks for them
	copying                  copying
	dragging                 split
	shown, latest            list.Timeline
	views                    map[uint32]*list.View
	lookedAt                 []uint32 // keys of views, the one looked at last behind
	rates                    map[uint32]*rate
	unfolded                 map[uint32]bool // groups of attempts, by their first session
	heaviest                 int             // index of the session that deserves to be looked at first, or -1
	newest                   int             // of the newest with trouble, or -1
	troubled                 int             // how many have trouble
	listedAt                 time.Time
	reading, working         Progress
	relay                    map[string]Relayed
	unlistedSince            time.Time // the list lacks rows; zero when it has all
	filters, commands, paths History
	narrowed                 narrowed
	keymap
	facts
	glances
}

// New returns a model without rows.
func New(o Options) *Model {
	empty := &session.Snapshot{}
	m := &Model{Options: o, Message: o.Greeting, Focus: PaneTimeline, shown: empty, latest: empty, Width: 80, Height: 24,
		Facts: Facts{Live: o.Live}, views: map[uint32]*list.View{}, rates: map[uint32]*rate{}, unfolded: map[uint32]bool{},
		heaviest: -1, newest: -1, Marks: newMarks(), glances: newGlances()}
	if m.bindings = o.table(m); m.Columns == nil {
		m.Columns = map[string][]string{}
	}
	if o.Filter != "" && m.canFilter() {
		m.setFilter(o.Filter)
	}
	return m
}

// Timeline is what is shown, which while the view is paused is not the newest.
func (m *Model) Timeline() list.Timeline { return m.shown }

// Behind is how many rows have arrived since the view was paused.
func (m *Model) Behind() int { return m.latest.Len() - m.shown.Len() }

// SelectedRow is the row under the selection: of a run its first, of a phase 0.
func (m *Model) SelectedRow() int {
	v := m.View()
	if v.Sel >= v.Len() {
		return 0
	}
	e := v.At(v.Sel)
	if e.Kind == list.PhaseLine {
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
	m.View().Show(m.timelineHeight())
	m.showSession()
	m.Detail.Show(m.Layout().Room())
	m.Page.move(0, m.pageHeight())
}
