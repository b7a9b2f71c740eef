package proxy

import (
	"cmp"
	"slices"
	"time"
)

// gatherMost is how many items are handed out at once, besides the bytes: who takes
// them keeps others waiting while they are written.
const gatherMost = 1024

// consumer is what the one goroutine keeps that takes items out of a Queue.
type consumer struct {
	ready   []*node // taken out of their lines, by time
	given   int     // how many of ready were handed out
	lines   []*line // to which something has come
	waiting []*line // that have an item which waits for an earlier one
	last    time.Time
}

// Gather appends the items that have come to batch, by the time at which they were
// read. It waits for one if there is none. It returns no earlier than pace after it
// returned last, unless a mebibyte has come, the memory is spent or the queue is
// closed: so who calls it is woken once for many items, and the first one after a
// silence is had at once. It returns false once the queue is closed and empty.
//
// The caller owns the items and must give them to [Queue.Release]. The items of a
// connection come in the order in which their bytes were read, also those of
// different directions; so do those of several connections, as far as they have come.
func (q *Queue) Gather(batch []Item, pace time.Duration) ([]Item, bool) {
	c := &q.consumer
	if rest := pace - time.Since(c.last); c.empty() && rest > 0 {
		q.bell.sleep(gathers, rest)
	}
	ok := q.await(true)
	for taken := int64(0); !c.empty() && len(batch) < gatherMost && taken < gatherBytes; {
		it := q.shift()
		taken += it.cost()
		batch = append(batch, it)
	}
	c.last = time.Now()
	return batch, ok
}

// Next returns the next item and waits for one if there is none. It returns false
// once the queue is closed and empty. The caller owns the item and must Release it.
func (q *Queue) Next() (Item, bool) {
	if !q.await(true) {
		return Item{}, false
	}
	return q.shift(), true
}

// TryNext is Next, but returns false instead of waiting.
func (q *Queue) TryNext() (Item, bool) {
	if !q.await(false) {
		return Item{}, false
	}
	return q.shift(), true
}

// await makes an item ready. It returns false when there is none, and will be none
// or it must not wait.
func (q *Queue) await(mayWait bool) bool {
	c := &q.consumer
	for c.empty() {
		ended := q.ended.Load()
		wait := q.collect()
		if !c.empty() {
			break
		}
		if ended || !mayWait {
			return false
		}
		q.bell.sleep(waits, wait)
	}
	return true
}

// shift takes the first item that is ready.
func (q *Queue) shift() Item {
	c := &q.consumer
	n := c.ready[c.given]
	c.given++
	it := n.item
	*n = node{}
	q.nodePool.Put(n)
	q.items.Add(-1)
	return it
}

// collect takes all out of the lines that need not wait. It returns for how long the
// others must, 0 when there are none.
func (q *Queue) collect() (wait time.Duration) {
	c := &q.consumer
	q.bell.looks()
	c.reset()
	q.takeDue()
	for _, l := range c.lines {
		left := q.takeOut(l)
		if left == 0 {
			continue
		}
		c.waiting = append(c.waiting, l)
		if wait == 0 || left < wait {
			wait = left
		}
	}
	byTime := func(a, b *node) int { return cmp.Compare(a.key, b.key) }
	if !slices.IsSortedFunc(c.ready, byTime) {
		slices.SortStableFunc(c.ready, byTime)
	}
	return wait
}

// empty says that nothing is ready.
func (c *consumer) empty() bool { return c.given == len(c.ready) }

// reset forgets what was handed out. After a long queue its list is not kept.
func (c *consumer) reset() {
	c.given, c.ready = 0, c.ready[:0]
	if cap(c.ready) > 4*gatherMost {
		c.ready = nil
	}
	c.lines = append(c.lines[:0], c.waiting...)
	c.waiting = c.waiting[:0]
}

// takeDue adds the lines to which something has come, in the order in which it did.
func (q *Queue) takeDue() {
	c := &q.consumer
	old := len(c.lines)
	for l := q.due.Swap(nil); l != nil; l = l.next {
		c.lines = append(c.lines, l)
	}
	slices.Reverse(c.lines[old:])
}

// takeOut takes items out of a line until one must wait, and returns for how long
// that must. A line that is empty tells when something comes.
func (q *Queue) takeOut(l *line) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := int64(-1 << 63)
	for n := l.head; n != nil; n = l.head {
		if wait = q.wait(l, &n.item); wait > 0 {
			return wait
		}
		if l.head = n.next; l.head == nil {
			l.tail = nil
		} else {
			l.head.prev = nil
		}
		key = max(key, n.key)
		n.key, n.next = key, nil
		q.consumer.ready = append(q.consumer.ready, n)
	}
	l.due = false
	return 0
}
