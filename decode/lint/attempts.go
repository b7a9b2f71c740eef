package lint

import (
	"maps"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxAttempts bounds how many sessions about one stream are remembered.
const maxAttempts = 64

// maxStreamsKnown bounds how many streams the attempts are kept for.
const maxStreamsKnown = 4096

// attempts remembers, across sessions, who asked for which stream at which
// server: what tells a reconnect loop, and a second publisher from the first.
type attempts map[string][]*attempt

// attempt is one publish or play in one session.
type attempt struct {
	number uint32 // of the session
	role   session.Role
	row    uint32  // that asked
	view   *view   // nil when it is over
	stream *stream // likewise
	from   int64   // when the session was opened
	ended  int64   // when it was over; 0 while it goes on
	served bool    // the client got what it wanted
	left   bool    // it closed by itself, while media flowed
}

// join adds a publish or play.
func (a attempts) join(v *view, s *stream) {
	key := v.key(s)
	list := a[key]
	if list == nil && len(a) >= maxStreamsKnown {
		maps.DeleteFunc(a, func(_ string, old []*attempt) bool { return old[len(old)-1].ended != 0 })
	}
	if list == nil && len(a) >= maxStreamsKnown {
		return
	}
	if len(list) == maxAttempts {
		list = slices.Delete(list, 0, 1)
	}
	a[key] = append(list, &attempt{number: v.number, view: v, stream: s, from: v.openedAt})
}

// leave notes that a session is over.
func (a attempts) leave(v *view) {
	for _, s := range v.streams {
		a.end(v, s)
	}
	if v.knock != nil {
		a.end(v, v.knock)
	}
}

func (a attempts) end(v *view, s *stream) {
	for _, t := range a[v.key(s)] {
		if t.view == v && t.ended == 0 {
			t.ended, t.role, t.row, t.served, t.left = v.clock, t.stream.role, t.stream.asked.row, v.served(s), v.left(s)
			t.view, t.stream = nil, nil
		}
	}
}

// other returns the session that publishes the same stream now, or nil.
func (a attempts) other(v *view, s *stream) *attempt {
	for _, t := range slices.Backward(a[v.key(s)]) {
		if t.ended == 0 && t.view != v && t.stream.role == session.Publish && t.stream.running() && t.view.isOpen() {
			return t
		}
	}
	return nil
}

// served reports whether the client had its stream until it wanted no more: media
// came, and then it said that it stops, a player left, or what was played was over.
func (v *view) served(s *stream) bool {
	if !s.accepted() || s.failed.yes() || s.media == 0 {
		return false
	}
	return s.stopped.yes() || s.role == session.Play && (v.left(s) || s.over.yes())
}

// left reports whether the client closed first, though it had its stream.
func (v *view) left(s *stream) bool {
	c := &v.closing[client]
	return s.accepted() && !s.failed.yes() && s.media > 0 && v.first == client && c.yes() && (s.role == session.Play || c.how == session.Fin)
}

// before returns how many sessions about the same stream ended after less than
// short each, without having served the client, one after the other, up to this one,
// and when the first began. own says that the client left each of them by itself.
func (a attempts) before(v *view, s *stream, short time.Duration) (n int, since int64, rows []uint32, own bool) {
	var counted uint32
	own = true
	for _, t := range slices.Backward(a[v.key(s)]) {
		if t.number == counted {
			continue // it asked twice
		}
		end, role, row, served, left := t.ended, t.role, t.row, t.served, t.left
		if end == 0 {
			role, row, served, left = t.stream.role, t.stream.asked.row, t.view.served(t.stream), t.view.left(t.stream)
		}
		if t.number == v.number {
			end = v.clock
		}
		if role != s.role || end == 0 || served || end-t.from >= int64(short) {
			break
		}
		counted, own = t.number, own && left
		n, since, rows = n+1, t.from, append(rows, row)
	}
	return n, since, rows, own
}
