package proxy

import (
	"fmt"
	"runtime/debug"
	"time"
)

// Editor changes what one direction of one connection passes on. It is called from
// one goroutine, for every read, and proposes edits; the relay makes them, and tells
// an [Auditor] what it made. So an Editor cannot change a byte that is not told.
//
// An Editor never waits: it asks the relay to. It must not keep p. One that panics is
// not asked again, and the bytes pass unchanged from there on.
type Editor interface {
	// Edit is given the next bytes of the sender and returns what to change, in the
	// order of At, without overlaps. What it returns is the relay's and is not changed any more.
	Edit(p []byte) []Edit
}

// Edit is one change to bytes at hand.
type Edit struct {
	At      int           // where: an index of p, or its length
	Remove  int64         // how many bytes from there are left out, also of what has not been read yet
	Insert  []byte        // what is sent in their place
	Waiting time.Duration // how long to wait before that; bytes before At are sent first
}

// Edited is one change as it was made. With the bytes of the sender it says what the
// receiver was sent: that is what came in, with the edits applied in their order.
type Edited struct {
	Offset   int64         // in what the sender sent, from the first byte of its direction
	Removed  int64         // how many bytes from there were left out
	Inserted []byte        // what was sent in their place
	Wait     time.Duration // how long was waited before that
}

// Auditor is a [Tap] that is told of edits. Edited comes after Data with the bytes
// that it is about, or would come after had they not been dropped, in the order of
// Offset. A Server with Edit does not serve without.
type Auditor interface {
	Tap
	Edited(id ConnID, dir Direction, at time.Time, e Edited)
}

// edited is the editing of one direction.
type edited struct {
	c      *session
	dir    Direction
	editor Editor
	offset int64    // of the next byte of the sender
	remove int64    // how many bytes from there are to be left out still
	made   []Edited // in the bytes at hand
}

// editing returns the editing of a direction, or nil if nobody edits it.
func (c *session) editing(dir Direction) *edited {
	if c.server.Edit == nil {
		return nil
	}
	editor := c.server.Edit(c.id, dir, *c.info.Load())
	if editor == nil {
		return nil
	}
	return &edited{c: c, dir: dir, editor: editor}
}

// write writes p with its edits.
func (e *edited) write(dst *leg, p []byte) error {
	e.made = e.made[:0]
	edits := e.ask(p)
	next := 0 // in p, of what is not passed on yet
	for _, edit := range edits {
		at := min(max(edit.At, next), len(p))
		if err := e.pass(dst, p[next:at]); err != nil {
			return err
		}
		next = at
		if err := e.perform(dst, edit); err != nil {
			return err
		}
		next += e.leaveOut(len(p) - next)
	}
	return e.pass(dst, p[next:])
}

// ask has the editor propose edits. A panic ends the editing, and so does that of a
// tap: what nobody is told of is not made.
func (e *edited) ask(p []byte) (edits []Edit) {
	if e.editor == nil || !e.c.server.tap.attached() {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			edits, e.editor = nil, nil
			e.c.server.log.WithField("stack", string(debug.Stack())).
				Errorf("the editor of connection %d failed and is detached; relaying goes on: %q", e.c.id, fmt.Sprint(r))
		}
	}()
	return e.editor.Edit(p)
}

// pass writes bytes that are not changed, after those that are left out.
func (e *edited) pass(dst *leg, p []byte) error {
	p = p[e.leaveOut(len(p)):]
	e.offset += int64(len(p))
	if len(p) == 0 {
		return nil
	}
	return e.c.write(dst, p)
}

// leaveOut leaves out what is to be of the next n bytes, and returns how many.
func (e *edited) leaveOut(n int) int {
	out := min(e.remove, int64(n))
	if out == 0 {
		return 0
	}
	if last := len(e.made) - 1; last >= 0 && e.made[last].Offset+e.made[last].Removed == e.offset {
		e.made[last].Removed += out
	} else {
		e.made = append(e.made, Edited{Offset: e.offset, Removed: out})
	}
	e.remove -= out
	e.offset += out
	return int(out)
}

// perform waits and inserts, and notes what is to be left out.
func (e *edited) perform(dst *leg, edit Edit) error {
	done := Edited{Offset: e.offset, Inserted: edit.Insert, Wait: e.c.wait(e.dir, edit.Waiting)}
	if done.Wait > 0 || len(done.Inserted) > 0 {
		e.made = append(e.made, done)
	}
	e.remove = max(e.remove, edit.Remove, 0)
	if len(edit.Insert) == 0 {
		return nil
	}
	return e.c.write(dst, edit.Insert)
}

// wait waits before an edit, not longer than the connection is wanted, and returns
// for how long it did. The receiver is not what holds the bytes up meanwhile.
func (c *session) wait(dir Direction, d time.Duration) time.Duration {
	if d <= 0 || c.ctx.Err() != nil {
		return 0
	}
	flow, began := &c.flows[dir], time.Now()
	pending := flow.pending.Load()
	flow.end()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ctx.Done():
	}
	flow.writes(pending, time.Now())
	return time.Since(began)
}

// tell tells the tap what was made.
func (e *edited) tell(at time.Time) {
	for _, made := range e.made {
		e.c.server.tap.edited(e.c.id, e.dir, at, made)
	}
}
