package model

import (
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Page is the state of the pane that stands in place of the detail and shows how one
// session does: its procedure, its media or its flow. Its fields are for reading. The
// zero value is closed.
type Page struct {
	Kind     Pane           // PaneSteps, PaneMedia or PaneFlow, 0 while it is closed
	Top      int            // first line in sight
	Step     int            // selected in the procedure
	Judged   *lint.Report   // for the procedure and the flow; nil without rules
	Measured *stats.Session // for the media and the flow; nil before anything was measured
	outline  []lint.Line    // of Judged
	queues   bool           // the relay knows now what waits in it
}

// IsOpen reports whether there is a page.
func (p *Page) IsOpen() bool { return p.Kind != 0 }

// selectStuck selects the step at which the procedure does not go on.
func (p *Page) selectStuck() {
	for i, l := range p.outline {
		if s := l.Step; s != nil && (s.State == lint.Waiting || s.State == lint.Refused || s.State == lint.Missed) {
			p.Step = i
			return
		}
	}
}

// read takes what was measured of a session; meters may be nil.
func (p *Page) read(meters Meters, session uint32) {
	p.Measured, p.Judged, p.outline = nil, nil, nil
	if meters == nil {
		return
	}
	if p.Kind == PaneMedia || p.Kind == PaneFlow {
		p.Measured = meters.Session(session)
	}
	if p.Kind == PaneSteps || p.Kind == PaneFlow {
		if r, ok := meters.Report(session); ok {
			p.Judged, p.outline = &r, r.Outline()
		}
	}
}

// Steps is the procedure as a tree, nil when no rules are on or another page is open.
func (p *Page) Steps() []lint.Line { return p.outline }

// Selected is the selected line of the procedure, nil when there is none.
func (p *Page) Selected() *lint.Line {
	if p.Step >= len(p.outline) {
		return nil
	}
	return &p.outline[p.Step]
}

// Lines of the pages, which render keeps to: the heading and the lines of one
// track, of what waits in the relay, of one direction, and those below both.
const (
	TrackLines     = 10
	VideoLines     = 4 // more, of video
	MediaTailLines = 5
	QueueLines     = 4
	DirectionLines = 9
	FlowTailLines  = 2
)

// LinesOf is how many lines a track has.
func LinesOf(t *stats.Track) int {
	if t.Video {
		return TrackLines + VideoLines
	}
	return TrackLines
}

// Lines is how many lines the page has.
func (p *Page) Lines() int {
	switch {
	case p.Kind == PaneSteps:
		return max(len(p.outline), 1)
	case p.Measured == nil:
		return 1
	case p.Kind == PaneMedia:
		n := MediaTailLines
		for i := range p.Measured.Tracks {
			n += LinesOf(&p.Measured.Tracks[i])
		}
		return n
	}
	return p.FlowTop() + 2*DirectionLines + FlowTailLines
}

// FlowTop is how many lines of the flow come before the directions: what waits in
// the relay, when it knows that now or has told it.
func (p *Page) FlowTop() int {
	if p.queues || p.Judged != nil && (p.Judged.Holds != [2]session.Hold{} || p.Judged.Paces[0].Behind+p.Judged.Paces[1].Behind > 0) {
		return QueueLines
	}
	return 0
}

// move selects another step, or scrolls what has none.
func (p *Page) move(step, height int) {
	if p.Kind != PaneSteps {
		p.scroll(step, height)
		return
	}
	p.Step = clamp(p.Step+step, 0, max(len(p.outline)-1, 0))
	p.Top = list.ScrollTo(p.Top, p.Step, p.Lines(), p.room(height))
}

// scroll moves what is in sight and leaves the selected step alone.
func (p *Page) scroll(by, height int) {
	p.Top = clamp(p.Top+by, 0, max(p.Lines()-p.room(height), 0))
}

// room is how many of the lines below the heading show the page itself.
func (p *Page) room(height int) int {
	if p.Kind == PaneSteps {
		height-- // who is waited for
	}
	return height
}

// click selects the step in a line of the pane.
func (p *Page) click(line int) {
	if p.Kind == PaneSteps && line >= 0 && p.Top+line < len(p.outline) {
		p.Step = p.Top + line
	}
}

// openPage shows the procedure, the media or the flow in place of the detail.
func (m *Model) openPage(kind Pane) {
	if m.Page.Kind == kind && m.Focus == kind {
		return
	}
	m.Detail = detail.Detail{Wire: m.Detail.Wire}
	m.Page = Page{Kind: kind}
	m.read()
	m.Page.selectStuck()
}

// nextStats shows the media, or the flow when the media are shown.
func (m *Model) nextStats() {
	if m.Page.Kind == PaneMedia {
		m.focus(PaneFlow)
		return
	}
	m.focus(PaneMedia)
}

// read takes what was measured of the sessions in sight.
func (m *Model) read() {
	_, m.Page.queues = m.Relay()
	m.Page.read(m.meters, m.session)
	if m.meters != nil {
		first := min(m.SessionTop, len(m.Listed))
		m.glances.read(m.meters, m.Listed[first:min(first+max(m.sessionsHeight(), 0), len(m.Listed))])
	}
}

// pageHeight is how many lines of the page are in sight.
func (m *Model) pageHeight() int { return m.Layout().Page.H - 1 }

// openStep goes to the row that shows the selected step.
func (m *Model) openStep() {
	l := m.Page.Selected()
	switch {
	case l != nil && l.Row > 0:
		m.goTo(int(l.Row))
	case l != nil && l.Step != nil:
		m.Message = "this step has not happened"
	default:
		m.Message = "there is no row of this"
	}
}
