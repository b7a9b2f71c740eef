package model

import (
	"cmp"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

// Meters knows more of the sessions than a timeline holds: what was measured,
// and what the rules make of it, at the moment of the timeline that comes with it.
// It never changes.
type Meters interface {
	// Session is what was measured of one session, nil when nothing was.
	Session(number uint32) *stats.Session
	// Rate is the bytes of a session over its life, both directions together.
	Rate(number uint32) stats.Series
	// Report is how far a session has come; ok is false without rules.
	Report(number uint32) (r lint.Report, ok bool)
	// Programs names the programs of all sessions, session n at index n-1; nil
	// without rules.
	Programs() []lint.Programs
	// Proof lists the rows that prove the finding in a row.
	Proof(row int) []uint32
}

// Relayed is how the relay passes on the bytes of one session, by
// decode.Direction.
type Relayed [2]struct {
	Bytes   int64         // that the receiver has not got, in the relay and in the system's send queue
	Held    time.Duration // how long the receiver has taken none of them, 0 when it takes what comes
	Waiting time.Duration // age of the write that has not ended, so that the sender waits too; 0 if none
	Waited  time.Duration // how long writing to it has taken before that
	Pace    session.Pace  // what it took in the latest whole span; Behind is 0 when it keeps up
}

// Relay is how the relay passes on the bytes of the selected session; ok is false
// for a session that is over, and in a file.
func (m *Model) Relay() (r Relayed, ok bool) {
	if s, known := m.Session(); known && s.Open {
		r, ok = m.relay[s.Client]
	}
	return r, ok
}

// openPage shows the procedure, the media or the flow in place of the detail.
func (m *Model) openPage(p Pane) {
	if m.Page == p && m.Focus == p {
		return
	}
	m.Detail = detail.Detail{Wire: m.Detail.Wire}
	m.Page, m.PageTop, m.Step = p, 0, 0
	m.read()
	for i, l := range m.Steps() { // where it does not go on
		if s := l.Step; s != nil && (s.State == lint.Waiting || s.State == lint.Refused || s.State == lint.Missed) {
			m.Step = i
			return
		}
	}
}

// nextStats shows the media, or the flow when the media are shown.
func (m *Model) nextStats() {
	if m.Page == PaneMedia {
		m.focus(PaneFlow)
		return
	}
	m.focus(PaneMedia)
}

// read takes what was measured of the sessions in sight.
func (m *Model) read() {
	m.Measured, m.Judged, m.outline = nil, nil, nil
	if m.meters == nil {
		return
	}
	if m.Page == PaneMedia || m.Page == PaneFlow {
		m.Measured = m.meters.Session(m.session)
	}
	if m.Page == PaneSteps || m.Page == PaneFlow {
		if r, ok := m.meters.Report(m.session); ok {
			m.Judged, m.outline = &r, r.Outline()
		}
	}
	clear(m.sparks)
	clear(m.stalls)
	clear(m.programs)
	for i := m.SessionTop; i < len(m.Listed) && i < m.SessionTop+max(m.sessionsHeight(), 0); i++ {
		n := uint32(m.Listed[i].Index + 1)
		m.sparks[n] = m.meters.Rate(n)
		if r, ok := m.meters.Report(n); ok {
			m.stalls[n] = r.Stall.Brief
			m.programs[n] = lint.Programs{Client: r.Client.Name, Server: r.Server.Name}
		}
	}
}

// Stall says in a few words what keeps a session in sight from going on, "" when
// nothing does.
func (m *Model) Stall(s *session.Info) string { return m.stalls[s.Number] }

// Programs names the programs of a session in sight: by their fingerprints, or else
// as they name themselves; "" is one of which nothing is known.
func (m *Model) Programs(s *session.Info) lint.Programs {
	return m.named(m.programs[s.Number], s)
}

// named fills in what the programs of a session without a fingerprint call
// themselves.
func (m *Model) named(p lint.Programs, s *session.Info) lint.Programs {
	return lint.Programs{Client: cmp.Or(p.Client, ownName(s.Agent.Show(m.Reveal))), Server: cmp.Or(p.Server, ownName(s.Engine.Show(m.Reveal)))}
}

// ownName is what a program calls itself, "" for the names of Adobe's programs,
// which all sorts of others give as their own.
func ownName(words string) string {
	for _, copied := range []string{"FMS/", "FMLE/", "LNX "} {
		if strings.HasPrefix(words, copied) {
			return ""
		}
	}
	return words
}

// Spark is the bytes of a session over its life, empty when it was not measured.
func (m *Model) Spark(s *session.Info) stats.Series { return m.sparks[s.Number] }

// Lines of the pages, which render keeps to: the heading and the lines of one
// track, of what waits in the relay, of one direction, and those below both.
const (
	TrackLines     = 9
	VideoLines     = 3 // more, of video
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

// PageLines is how many lines the page has.
func (m *Model) PageLines() int {
	switch {
	case m.Page == PaneSteps:
		return max(len(m.Steps()), 1)
	case m.Measured == nil:
		return 1
	case m.Page == PaneMedia:
		n := MediaTailLines
		for i := range m.Measured.Tracks {
			n += LinesOf(&m.Measured.Tracks[i])
		}
		return n
	}
	return m.FlowTop() + 2*DirectionLines + FlowTailLines
}

// FlowTop is how many lines of the flow come before the directions: what waits in
// the relay, when it knows that now or has told it.
func (m *Model) FlowTop() int {
	if _, live := m.Relay(); live || m.Judged != nil && (m.Judged.Holds != [2]lint.Hold{} || m.Judged.Paces[0].Behind+m.Judged.Paces[1].Behind > 0) {
		return QueueLines
	}
	return 0
}

// movePage selects another step, or scrolls.
func (m *Model) movePage(step int) {
	if m.Page == PaneSteps {
		m.Step = clamp(m.Step+step, 0, max(len(m.Steps())-1, 0))
		m.PageTop = list.ScrollTo(m.PageTop, m.Step, m.PageLines(), m.pageHeight())
		return
	}
	m.scrollPage(step)
}

// showPage brings the selected step into sight.
func (m *Model) showPage() {
	if m.Page != 0 {
		m.movePage(0)
	}
}

func (m *Model) scrollPage(by int) {
	m.PageTop = clamp(m.PageTop+by, 0, max(m.PageLines()-m.pageHeight(), 0))
}

func (m *Model) clickPage(line int) {
	m.Focus = m.Page
	if m.Page == PaneSteps && line >= 0 && m.PageTop+line < len(m.Steps()) {
		m.Step = m.PageTop + line
	}
}

// Steps is the procedure of the selected session as a tree, nil when no rules are on.
func (m *Model) Steps() []lint.Line { return m.outline }

// pageHeight is how many lines of the page are in sight.
func (m *Model) pageHeight() int {
	h := m.Layout().Page.H - 1
	if m.Page == PaneSteps {
		h-- // who is waited for
	}
	return h
}

// openStep goes to the row that shows the selected step.
func (m *Model) openStep() {
	list := m.Steps()
	if m.Step >= len(list) || list[m.Step].Row == 0 {
		m.Message = "there is no row of this"
		if m.Step < len(list) && list[m.Step].Step != nil {
			m.Message = "this step has not happened"
		}
		return
	}
	m.goTo(int(list[m.Step].Row))
}
