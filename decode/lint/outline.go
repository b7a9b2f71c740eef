package lint

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// LineKind says what a line of the outline is.
type LineKind uint8

// The kinds of lines.
const (
	StepLine LineKind = iota
	HandshakeLine
	ConnectionLine
	StreamLine
)

// Line is one line of the procedure drawn as the tree that it is: the handshake, the
// NetConnection, and on it its NetStreams, each with its steps.
type Line struct {
	Kind LineKind
	// Branch is what stands before the line to draw the tree: "", "├ ", "│   ".
	Branch string
	Row    uint32      // to look at, or 0
	Step   *Step       // of StepLine; belongs to the report
	State  LinkState   // of ConnectionLine and StreamLine
	conn   *Connection // of ConnectionLine
	strm   *NetStream  // of StreamLine; nil for one that nobody has asked for
}

// Outline draws the steps of the report as a tree. It is made anew with each call and
// belongs to the caller; what it points to belongs to the report.
func (r *Report) Outline() (out []Line) {
	phase, stream, branch, last := "", -1, "", r.lastStream()
	for i := range r.Steps {
		s := &r.Steps[i]
		switch {
		case s.isOfStream() && s.Stream != stream:
			stream, branch = s.Stream, "│   "
			head := r.streamLine(stream)
			if head.Branch = "├ "; stream == last {
				head.Branch, branch = "└ ", "    "
			}
			out = append(out, head)
		case !s.isOfStream() && s.Phase != phase:
			phase, branch = s.Phase, "│ "
			if phase == phaseHandshake {
				branch = "  "
			}
			out = append(out, r.phaseLine(phase))
		}
		out = append(out, Line{Kind: StepLine, Branch: branch, Row: s.Row, Step: s})
	}
	return out
}

// lastStream is the number of the last NetStream that has steps.
func (r *Report) lastStream() (n int) {
	for i := range r.Steps {
		n = max(n, r.Steps[i].Stream)
	}
	return n
}

func (r *Report) phaseLine(phase string) Line {
	if phase == phaseHandshake {
		return Line{Kind: HandshakeLine}
	}
	return Line{Kind: ConnectionLine, State: r.Connection.State, Row: r.Connection.Row, conn: &r.Connection}
}

// streamLine heads the steps of NetStream number n, from 1.
func (r *Report) streamLine(n int) Line {
	if n < 1 || n > len(r.NetStreams) {
		return Line{Kind: StreamLine}
	}
	s := &r.NetStreams[n-1]
	return Line{Kind: StreamLine, State: s.State, Row: s.Row, strm: s}
}

// Title is what a heading is about, or the name of a step.
func (l *Line) Title(reveal bool) string {
	switch l.Kind {
	case StepLine:
		return l.Step.Name
	case HandshakeLine:
		return phaseHandshake
	case ConnectionLine:
		return l.connectionTitle(reveal)
	}
	return l.streamTitle(reveal)
}

func (l *Line) connectionTitle(reveal bool) string {
	words := phaseConnection
	if app := l.conn.App.Show(reveal); app != "" {
		words += " to " + app
	}
	return words + ", " + connectionWords(l.State)
}

// connectionWords tells the state of a NetConnection.
func connectionWords(s LinkState) string {
	switch s {
	case Opened:
		return "before connect"
	case Created:
		return "connected"
	}
	return s.Words()
}

func (l *Line) streamTitle(reveal bool) string {
	n := l.strm
	if n == nil {
		return phaseStream + ", not asked for"
	}
	words := phaseStream
	if n.exists {
		words += " " + count(n.ID)
	}
	if n.Use > 1 {
		words += fmt.Sprintf(" (use %d)", n.Use)
	}
	if n.Role != session.RoleUnknown {
		words += ": " + n.Role.String() + " " + n.Name.Show(reveal)
	}
	return words + ", " + l.State.Words()
}

// Words is the whole line as one text, for a search.
func (l *Line) Words(reveal bool) string {
	if l.Step == nil {
		return l.Title(reveal)
	}
	return l.Step.Phase + " " + l.Step.Name + " " + l.Step.Who.String() + " " + l.Step.State.String() + " " + l.Step.Said(reveal)
}
