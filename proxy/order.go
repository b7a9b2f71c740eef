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

// Announce implements [Announcer].
func (q *Queue) Announce(id ConnID, dir Direction, at time.Time) {
	if c := q.known(id); c != nil {
		c.announced[dir].Store(stamp(at))
	}
}

// wait is how long the item must still wait for something earlier from the other
// side of its connection. The caller holds the lock of the line.
//
// What was read in the other direction before the item was announced before it was
// written, and so before the item could be an answer to it. If by now it is not
// announced any more, or something later is, it is in the line.
func (q *Queue) wait(c *line, it *Item) time.Duration {
	if it.opens() || q.closed.Load() {
		return 0
	}
	earlier := c.announced[it.Dir.Opposite()].Load()
	if earlier == 0 || earlier >= stamp(it.At) {
		return 0
	}
	return max(OrderGrace-time.Duration(stamp(time.Now())-earlier), 0)
}
