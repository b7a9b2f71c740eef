package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// codeKind says what a status code means for the stream or connection that it
// is about.
type codeKind uint8

const (
	codeOther  codeKind = iota
	codeStart           // what was asked for begins
	codeOver            // the stream is over, in order
	codeHangUp          // the NetConnection ends
	codeReset           // a playlist was cleared, before it begins
	codeApart           // something beside the stream failed or is told; it goes on
)

// codeKinds holds the codes that have a meaning here. Of those that are not
// listed only the level counts.
var codeKinds = map[string]codeKind{
	"NetStream.Publish.Start": codeStart, "NetStream.Play.Start": codeStart, "NetStream.Record.Start": codeApart,
	"NetStream.Play.Stop": codeOver, "NetStream.Play.Complete": codeOver, "NetStream.Play.UnpublishNotify": codeOver,
	"NetStream.Unpublish.Success": codeOver, "NetStream.Play.Reset": codeReset,

	"NetConnection.Connect.Closed": codeHangUp, "NetConnection.Connect.Rejected": codeHangUp, "NetConnection.Connect.Failed": codeHangUp,
	"NetConnection.Connect.InvalidApp": codeHangUp, "NetConnection.Connect.AppShutdown": codeHangUp,
	"NetConnection.Connect.IdleTimeout": codeHangUp,

	"NetStream.Seek.Failed": codeApart, "NetStream.Seek.InvalidTime": codeApart, "NetStream.Record.Failed": codeApart,
	"NetStream.Record.NoAccess": codeApart, "NetConnection.Call.Failed": codeApart, "NetConnection.Call.Prohibited": codeApart,
	"NetConnection.Call.BadVersion": codeApart, "NetStream.Clear.Failed": codeApart, "NetStream.Play.InsufficientBW": codeApart,
}

// codeRole is what a client asked for when it gets this status code, or
// RoleUnknown.
func codeRole(code string) session.Role {
	for _, p := range codeRoles {
		if len(code) > len(p.prefix) && code[:len(p.prefix)] == p.prefix {
			return p.role
		}
	}
	return session.RoleUnknown
}

// codeRoles are the families of status codes about one stream.
var codeRoles = []struct {
	prefix string
	role   session.Role
}{{"NetStream.Publish.", session.Publish}, {"NetStream.Play.", session.Play}}

// complaint is the last error that the server reported, about whatever.
type complaint struct {
	rowAt
	code text.Marked
}

// status follows an onStatus or _error of a server: which stream it is about, and
// what becomes of that.
func (v *view) status(e *session.Entry) {
	at, code := rowAt{e.Number, e.Time}, e.Message.Code
	kind, failed := codeKinds[code], e.Flags&session.Refused != 0
	if failed {
		v.complaint = complaint{at, text.Plain(orCommand(&e.Message))}
	}
	if kind == codeHangUp && v.connect.accepted {
		v.hungUp(at, code)
		return
	}
	s := v.statusStream(e)
	if s == nil || v.aboutAnother() {
		return
	}
	v.stream = s
	if kind == codeReset && !s.reset.yes() {
		s.reset = at
	}
	switch {
	case failed && s.accepted() && kind != codeApart:
		s.failed, s.code = at, code
	case failed && !s.accepted() && kind != codeApart:
		s.answered, s.code, s.refused = at, code, true
	case kind == codeOver:
		s.over = at
	case kind == codeStart:
		if s.answered, s.code = at, code; !s.started.yes() {
			s.started = at
		}
	case v.reply != nil:
		s.answered, s.code = at, code
	}
}

// aboutAnother reports whether the row answers a request that is not publish or
// play: what it says is not about a stream.
func (v *view) aboutAnother() bool {
	if v.reply == nil {
		return false
	}
	switch v.reply.name {
	case "publish", "play", "play2":
		return false
	}
	return true
}

// statusStream is the stream that a status is about: that of the request which it
// answers, else that of its message stream, else the latest of its kind, one that
// waits for an answer first. Some servers send every status on message stream 0.
func (v *view) statusStream(e *session.Entry) *stream {
	role := codeRole(e.Message.Code)
	fits := func(s *stream) bool { return s.wanted() && (role == session.RoleUnknown || s.role == role) }
	if q := v.answeredBy(e); q != nil {
		if s := v.newest(func(s *stream) bool { return s.asked.row == q.row }); s != nil {
			return s
		}
	}
	if s := v.streamOf(e.StreamID); s != nil && fits(s) {
		return s
	}
	if e.Message.Command == "_error" || role == session.RoleUnknown {
		return nil
	}
	if s := v.newest(func(s *stream) bool { return fits(s) && !s.answered.yes() && !s.stopped.yes() }); s != nil {
		return s
	}
	return v.newest(fits)
}

// answeredBy is the request that a status or _error answers: also one that was
// answered before, when the transaction of an _error says so.
func (v *view) answeredBy(e *session.Entry) *request {
	m := &e.Message
	if v.reply != nil || m.Command != "_error" || !m.HasTransaction || m.Transaction <= 0 {
		return v.reply
	}
	return v.requests.find(func(q *request) bool { return q.from != e.From && q.hasTxn && q.txn == m.Transaction })
}

// hungUp notes that the server has said that the connection ends, and every
// stream with it.
func (v *view) hungUp(at rowAt, code string) {
	if !v.connect.ended.yes() {
		v.connect.ended, v.connect.endCode = at, code
	}
	for _, s := range v.streams {
		if !s.over.yes() {
			s.over = at
		}
	}
}
