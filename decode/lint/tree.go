package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// LinkState is how far a NetConnection or a NetStream has come.
type LinkState uint8

// The states, in the order of a life.
const (
	Opened    LinkState = iota // TCP is connected, or the stream is named nowhere yet
	Requested                  // connect or createStream was sent
	Created                    // connect was accepted, createStream answered
	Starting                   // publish or play was sent
	Started                    // publish or play was accepted
	Flowing                    // audio or video has come
	Denied                     // connect, createStream, publish or play was refused
	Failed                     // an error came after it had been accepted
	Deleted                    // the client ended it
	Finished                   // the server ended it
	CutOff                     // it went on when the connection was closed
	ClosedOff                  // of a connection: it was closed
)

// linkWords are the token of each state, and how it is told.
var linkWords = [...]struct{ token, words string }{
	Opened: {"opened", "opened"}, Requested: {"requested", "requested"}, Created: {"created", "created"},
	Starting: {"starting", "not answered"}, Started: {"started", "accepted"}, Flowing: {"flowing", "media flows"},
	Denied: {"refused", "refused"}, Failed: {"failed", "failed"}, Deleted: {"deleted", "ended by the client"},
	Finished: {"finished", "ended by the server"}, CutOff: {"cut-off", "open when the connection ended"}, ClosedOff: {"closed", "closed"},
}

// String is the token of a state, which stays.
func (s LinkState) String() string { return linkWords[s].token }

// Words tells a state to a person.
func (s LinkState) Words() string { return linkWords[s].words }

// Connection is the NetConnection of a session.
type Connection struct {
	State LinkState
	App   text.Marked // "" before connect
	Row   uint32      // that brought it to the state, or 0
}

// NetStream is one NetStream of a connection: one use of a message stream, from
// createStream to deleteStream.
type NetStream struct {
	ID     uint32 // message stream; 0 while it is not known
	Use    int    // of this message stream, from 1; 0 while it is not known
	Role   session.Role
	Name   text.Marked
	State  LinkState
	Row    uint32 // that brought it to the state, or 0
	exists bool
}

// Known reports whether the server has given the stream its number, or the client
// has used it without.
func (n *NetStream) Known() bool { return n.exists }

// connection is the state of the NetConnection.
func (v *view) connection() Connection {
	c := &v.connect
	out := Connection{App: c.appMarked, Row: v.openedRow}
	switch end := v.closing[v.first]; {
	case c.answered.yes() && !c.accepted:
		out.State, out.Row = Denied, c.answered.row
	case end.yes():
		out.State, out.Row = ClosedOff, end.row
	case c.ended.yes():
		out.State, out.Row = Finished, c.ended.row
	case c.accepted:
		out.State, out.Row = Created, c.answered.row
	case c.asked.yes():
		out.State, out.Row = Requested, c.asked.row
	}
	return out
}

// streamStates are the NetStreams as they stand.
func (v *view) streamStates() (out []NetStream) {
	uses := map[uint32]int{}
	for _, s := range v.netStreams() {
		n := NetStream{ID: s.id, Role: s.role}
		if s.wanted() {
			n.Name = s.marked()
		}
		if n.exists = s.wanted() || s.created.yes(); n.exists {
			uses[s.id]++
			n.Use = uses[s.id]
		}
		n.State, n.Row = v.lives(s)
		out = append(out, n)
	}
	return out
}

// lives says how far a stream has come, and with which row.
func (v *view) lives(s *stream) (LinkState, uint32) {
	end := v.closing[v.first]
	switch {
	case s.refused:
		return Denied, s.answered.row
	case s.create != nil && s.create.refused:
		return Denied, s.create.answered.row
	case s.failed.yes():
		return Failed, s.failed.row
	case s.stopped.yes():
		return Deleted, s.stopped.row
	case s.over.yes():
		return Finished, s.over.row
	case end.yes():
		return CutOff, end.row
	}
	return s.goesOn()
}

// goesOn says how far a stream has come that nobody has ended.
func (s *stream) goesOn() (LinkState, uint32) {
	switch {
	case s.heard():
		return Flowing, max(s.firstAt.row, s.stray.row)
	case s.accepted():
		return Started, s.answered.row
	case s.wanted():
		return Starting, s.asked.row
	case s.created.yes():
		return Created, s.created.row
	case s.create != nil:
		return Requested, s.create.row
	}
	return Opened, 0
}
