package proxy

import "time"

// Announcer is a [Tap] that wants to know of bytes before they are written to
// their receiver, which is before they are offered to it.
//
// Writing comes first, so an answer can be read, written and offered while the
// question, written long ago, has not been: its goroutine was not let run. A tap
// that knows what is on its way can put both into the order in which they were
// read.
type Announcer interface {
	Tap
	// Announce says that something of that direction was read, or ended, at that
	// time, and that Data or Closed with the same time will follow.
	Announce(id ConnID, dir Direction, at time.Time)
}

// OrderGrace bounds how long an item waits for what the other side of its
// connection said before. A write that takes longer is blocked, and nobody can
// wait for that.
const OrderGrace = 200 * time.Millisecond

// order is what a Queue knows of the order of one connection.
type order struct {
	untold [2]time.Time // what was announced and has not come; zero when nothing
	newest [2]time.Time // the latest item
	closed [2]bool
}

// Announce implements [Announcer].
func (q *Queue) Announce(id ConnID, dir Direction, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if o := q.orders[id]; o != nil {
		o.untold[dir] = at
	}
}

// The functions below are called with q.mu held.

// told says that what was announced has come, or will not.
func (q *Queue) told(key flowKey) {
	o := q.orders[key.id]
	if o == nil || o.untold[key.dir].IsZero() {
		return
	}
	o.untold[key.dir] = time.Time{}
	q.filled.Broadcast()
}

// wait is how long the item must still wait for something earlier from the other
// side of its connection.
func (q *Queue) wait(it *Item) time.Duration {
	o := q.orders[it.ID]
	if it.Kind == ItemOpened || o == nil || q.closed {
		return 0
	}
	earlier := o.untold[it.Dir.Opposite()]
	if earlier.IsZero() || !earlier.Before(it.At) {
		return 0
	}
	return OrderGrace - time.Since(earlier)
}

// place returns the node after which an item belongs: nil for the front. Nearly
// always that is the tail.
func (q *Queue) place(it *Item) *node {
	o := q.orders[it.ID]
	if it.Kind == ItemOpened || o == nil || !o.newest[it.Dir.Opposite()].After(it.At) {
		return q.tail
	}
	var before *node
	for n := q.head; n != nil; n = n.next {
		if n.item.ID == it.ID && n.item.Kind != ItemOpened && n.item.At.After(it.At) {
			return before
		}
		before = n
	}
	return q.tail
}

// note keeps what the order of later items depends on, and forgets a connection
// that has ended.
func (q *Queue) note(it *Item) {
	if it.Kind == ItemOpened {
		q.orders[it.ID] = &order{}
		return
	}
	o := q.orders[it.ID]
	if o == nil || it.Kind == ItemHeld || it.Kind == ItemPaced {
		return // what was read is ordered, not what the relay noticed
	}
	o.newest[it.Dir] = it.At
	if it.Kind != ItemClosed {
		return
	}
	if o.closed[it.Dir] = true; o.closed[it.Dir.Opposite()] {
		delete(q.orders, it.ID)
	}
}
