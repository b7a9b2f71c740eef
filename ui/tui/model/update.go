package model

import (
	"time"

	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Action is one thing that happened: [Key], [Click], [Wheel], [Resize],
// [Drag], [Release], [Grown], [DetailRead], [Sifted], [Compared],
// [SessionsCompared], [Performed].
type Action interface {
	apply(*Model) Effect
}

// Effect is what the outside must do after an action. The zero value is nothing.
type Effect struct {
	Quit  bool
	Fetch int    // a row whose detail is wanted, or 0; it supersedes earlier ones
	Copy  string // text for the clipboard, or ""
	Grow  bool   // follow the file, which another program is recording
	Again bool   // there is more to take in: bring a Grown soon

	// These are answered by an action: Sifted, Compared, SessionsCompared, and
	// Performed for the others.
	Sift            *Sift
	Configure       *Setting  // to be kept for the next time
	Compare         [2]int    // rows to compare, or zeros
	CompareSessions [2]uint32 // sessions to compare, or zeros
	Note            *Note
	Save            string   // path for the capture, or ""
	Export          string   // path for an export, or ""
	Sessions        []uint32 // that are saved or exported; nil is all
}

// Setting is one setting of the configuration file.
type Setting = desk.Setting

// Update changes the model by one action.
func (m *Model) Update(a Action) Effect {
	height := m.timelineHeight()
	e := a.apply(m)
	m.keepInSight(height)
	if row := m.SelectedRow(); m.Detail.Open && row != 0 && row != m.Detail.Row {
		m.Detail.Await(row)
		e.Fetch = row
	}
	m.watchList()
	e.Sift = m.sift()
	e.Again = m.View().Ready(m.shown) || m.facts.unread(m.shown) > 0
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
	Timeline list.Timeline
	Now      time.Time
	Facts    Facts
	Log      []string
	Done     bool
	Meters   Meters             // may be nil
	Reading  Progress           // of the capture, while it is read
	Working  Progress           // of what an effect asked for
	Relay    map[string]Relayed // of the connections that are open, by the client's address
}

func (a Grown) apply(m *Model) Effect {
	m.latest, m.Now, m.Facts, m.LogLines = a.Timeline, a.Now, a.Facts, a.Log
	m.Done, m.meters = a.Done, a.Meters
	m.reading, m.working, m.relay = a.Reading, a.Working, a.Relay
	m.measure()
	_, m.Page.queues = m.Relay()
	if !m.Paused {
		m.catchUp()
	}
	return Effect{}
}

func (m *Model) catchUp() {
	m.shown = m.latest
	m.learn(m.shown, m.meters)
	m.Marks.learn(m.shown.Notes(), m.Reveal)
	m.relist()
	m.chooseSession()
	m.answered()
	m.settled()
	m.View().Grow(m.shown, m.timelineHeight())
	m.read()
}
