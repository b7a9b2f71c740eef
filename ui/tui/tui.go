// Package tui is the terminal UI: it shows a capture that grows, or one that is
// finished, as a ladder of what client and server said.
//
// [Run] takes a source (an *analyst.Analyst) and the facts for the header, and
// returns when the person quits. The state lives in package model, the drawing
// in package render, the terminal in package view. Nothing here opens a file or
// a connection; quitting is all it can do to the proxy.
package tui

import (
	"context"
	"slices"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"github.com/rtmpscope/rtmpscope/ui/tui/view"
)

// Source is what is shown. *analyst.Analyst is one. All methods are called from
// several goroutines.
type Source interface {
	State() analyst.State
	Changed() <-chan struct{}
	Done() <-chan struct{}
	Detail(row int) (*analyst.Detail, error)
	Message(row int) (message.Parsed, error)
}

// Options say what the header tells and how the screen looks. The functions are
// called on the UI goroutine, several times a second, and must not block.
type Options struct {
	Listen, Upstream string        // addresses, for a live session
	CapturePath      string        // where the bytes are kept
	CaptureSize      func() string // how large that is, for people; may be nil
	Trouble          func() string // why it could not be read to its end, short, or ""; may be nil
	Live             bool          // the source grows, and quitting ends it
	Alone            bool          // nobody else is cut off by quitting: do not ask
	Logs             func() []string
	Greeting         string              // said in the last line until the first key
	Hints            []string            // what to do, one line each, while there is no session
	Reveal           bool                // show credentials from the start
	Lab              bool                // the same on the screen alone: what is written stays masked
	NoColor          bool                // begin without colours
	ASCII            bool                // draw with ASCII only
	Theme            string              // one of Themes; "" is the terminal's colours
	Filter           string              // rows to list at first, in the language of decode/filter
	Keys             map[string][]string // keys of actions, see model.Rebind
	Mouse            bool
	// Desk does what the keys for notes, saving and exporting ask for, on a
	// goroutine of its own; there is no key for what it cannot do. It may be nil.
	Desk desk.Desk
	// Relay is how the relay passes bytes on, by the client's address; may be nil.
	Relay func() map[string]model.Relayed
	// Saved are filters by their names.
	Saved map[string]string
	// Columns are the columns of the panes, by the names of their settings.
	Columns map[string][]string
	// Reading says how far reading the capture has come, in any unit; total is 0
	// when that is not known. It may be nil.
	Reading func() (done, total int64)
	// Growth says whether the capture is a file that another program is recording, and
	// Follow reads on in one that is Unfollowed. They may be nil.
	Growth func() model.Growth
	Follow func()
	Screen tcell.Screen // for tests: not the terminal
}

// Errors that Run returns.
var (
	ErrFailed = view.ErrFailed // the UI has failed; nothing else has stopped
	ErrLost   = view.ErrLost   // the terminal is gone, as when its window was closed
)

// Run shows src until the person quits (nil), ctx ends (nil), the UI fails
// (ErrFailed), the terminal goes away (ErrLost), or cannot be drawn on (another
// error, at once). The terminal is restored before it returns.
func Run(ctx context.Context, src Source, o Options) error {
	s := source{src}
	vo := view.Options{
		Model: model.Options{Live: o.Live, Alone: o.Alone, Reveal: o.Reveal || o.Lab, Hints: o.Hints, Greeting: o.Greeting, Keys: o.Keys, Filter: o.Filter, Filters: s.language()},
		Facts: o.facts, Log: o.Logs, ASCII: o.ASCII, Mouse: o.Mouse, Screen: o.Screen,
	}
	vo.Sift = s.sift
	vo.Relay, vo.Grow = o.Relay, o.Follow
	vo.Model.Columns, vo.Model.Saved = o.Columns, o.Saved
	vo.Desk, vo.Reading = o.Desk, o.Reading
	vo.Model.Theme = max(slices.Index(view.ThemeNames(), o.Theme), 0)
	if o.NoColor {
		vo.Model.Theme = view.MonoTheme
	}
	return view.Run(ctx, s, vo)
}

// CheckTerminal says why Run could not draw on the terminal, nil when it could.
func CheckTerminal() error { return view.CheckTerminal() }

// Themes lists the names for Options.Theme. The slice belongs to the caller.
func Themes() []string { return view.ThemeNames() }

func (o *Options) facts() model.Facts {
	f := model.Facts{Listen: o.Listen, Upstream: o.Upstream, Capture: o.CapturePath, Live: o.Live}
	if o.CaptureSize != nil {
		f.Size = o.CaptureSize()
	}
	if o.Growth != nil {
		f.Growth = o.Growth()
	}
	if o.Trouble != nil {
		f.Trouble = o.Trouble()
	}
	return f
}

// source lets the model see a snapshot as a timeline.
type source struct {
	Source
}

// Latest is the newest state.
func (s source) Latest() (list.Timeline, model.Meters) {
	state := s.State()
	return state.Timeline, state.Board
}
