package proxy

import (
	"sync"
	"sync/atomic"
	"time"
)

// line is what a Queue keeps of one connection: its items in the order in which
// their bytes were read.
type line struct {
	id ConnID
	// announced is when what is on its way was read, in nanoseconds since epoch; 0
	// when nothing is. It is set without the lock, and cleared with it, when what was
	// announced is in the line: who holds the lock and finds it clear finds the item.
	announced [2]atomic.Int64

	mu    sync.Mutex // held while an item is put in, and while items are taken out
	head  *node
	tail  *node
	flows [2]lineFlow
	over  bool // the queue is closed
	due   bool // the consumer knows that there is something
	next  *line
}

// lineFlow is one direction of a line.
type lineFlow struct {
	gap    // lost is 0 when there is none
	closed bool
}

// node links the items of a line.
type node struct {
	item       Item
	key        int64 // when it was read, and not before an item before it
	prev, next *node
}

// stamp is a time in nanoseconds since epoch, never 0, which stands for none.
func stamp(at time.Time) int64 {
	if ns := int64(at.Sub(epoch)); ns != 0 {
		return ns
	}
	return 1
}

// told says that what was announced has come, or will not. The caller holds c.mu.
func (c *line) told(dir Direction) { c.announced[dir].Store(0) }

// The methods below are called with the lock of the line held.

func (q *Queue) pushGap(c *line, dir Direction) {
	if f := &c.flows[dir]; f.lost > 0 {
		g := f.gap
		f.gap = gap{}
		q.add(c, Item{Kind: ItemGap, ID: c.id, Dir: dir, At: g.at, Lost: g.lost})
	}
}

// add counts an item that needs no room, and pushes it.
func (q *Queue) add(c *line, it Item) {
	q.hold(it.cost())
	q.push(c, it)
}

// push puts an item where it belongs, and tells the consumer unless it knows.
func (q *Queue) push(c *line, it Item) {
	n, ok := q.nodePool.Get().(*node)
	if !ok {
		n = new(node)
	}
	it.queue = q
	n.item, n.key = it, keyOf(&it)
	c.insert(n)
	q.items.Add(1)
	if !c.due {
		c.due = true
		q.pushDue(c)
	}
	q.bell.ring(it.cost())
}

// keyOf is when an item was read, of the opening of a connection when it was accepted.
func keyOf(it *Item) int64 {
	if it.opens() {
		return stamp(it.Info.Accepted)
	}
	return stamp(it.At)
}

// insert puts an item behind all that were read before it or in its own direction.
// Nearly always that is the end.
func (c *line) insert(n *node) {
	before := c.tail
	for before != nil && !before.item.opens() && !n.item.opens() && before.item.At.After(n.item.At) {
		before = before.prev
	}
	if n.prev = before; before == nil {
		n.next, c.head = c.head, n
	} else {
		n.next, before.next = before.next, n
	}
	if n.next == nil {
		c.tail = n
	} else {
		n.next.prev = n
	}
}

// pushDue adds a line to those that the consumer looks at next.
func (q *Queue) pushDue(c *line) {
	for {
		c.next = q.due.Load()
		if q.due.CompareAndSwap(c.next, c) {
			return
		}
	}
}
