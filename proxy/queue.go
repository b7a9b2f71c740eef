package proxy

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// minBudget lets the largest item in, with its gap.
const minBudget = int64(readSize + 2*itemCost)

// Queue is a [Tap] that keeps what it is given, in order, for one consumer.
//
// It never blocks the relay. What its memory budget has no room for is dropped,
// and the exact number of bytes missing stands as an ItemGap at their place:
// before the next item of that connection and direction. Who sends much at a time is
// dropped first, and for a while. Items that are not data are always taken, and count. A lossless Queue blocks the relay until there is
// room instead; then a consumer that stops without Close stops the relay too.
//
// Each connection has a list of its own, and a lock that is held while an item is
// put in or the list is taken out, never while anything is copied or written. A
// consumer that gathers is woken once, not for every item: see [Queue.Gather]. One
// goroutine consumes; the other methods may be called from any.
type Queue struct {
	budget   int64
	spared   int64 // of the budget, for data of at most dearSize
	lossless bool

	table struct {
		sync.RWMutex // written to when a connection begins or ends
		conns        map[ConnID]*line
	}
	due     atomic.Pointer[line] // lines that the consumer has not seen since something came, the latest first
	items   atomic.Int64
	held    atomic.Int64
	peak    atomic.Int64
	dropped atomic.Int64
	flooded atomic.Bool // see refuses
	closed  atomic.Bool // nothing more is taken
	ended   atomic.Bool // and nothing more will come

	room struct {
		sync.Mutex
		freed   sync.Cond    // memory was given back, or the queue was closed
		waiting atomic.Int32 // for that
	}

	bell     bell
	consumer consumer
	nodePool sync.Pool
}

type flowKey struct {
	id  ConnID
	dir Direction
}

type gap struct {
	at   time.Time
	lost int64
}

// NewQueue returns a Queue that holds at most budget bytes of memory in data,
// counted from Data until Release, what the consumer has taken included. A budget
// too small for one full read is raised to that.
func NewQueue(budget int64, lossless bool) *Queue {
	q := &Queue{budget: max(budget, minBudget), lossless: lossless}
	if q.budget >= 8*readSize {
		q.spared = q.budget / 8
	}
	q.table.conns = map[ConnID]*line{}
	q.room.freed.L = &q.room
	q.bell.init(min(q.budget/4, gatherBytes))
	return q
}

// Opened implements [Tap].
func (q *Queue) Opened(id ConnID, info ConnInfo) {
	q.put(Item{Kind: ItemOpened, ID: id, Info: &info})
}

// Data implements [Tap].
func (q *Queue) Data(id ConnID, dir Direction, at time.Time, b *Buffer) {
	cost := int64(itemCost + b.keepSize())
	c := q.line(id)
	if c == nil || !q.lossless && q.refuses(cost) {
		q.drop(c, dir, at, b) // it is not even copied
		return
	}
	b = b.compact() // outside the lock: it copies
	if !q.keep(c, dir, at, b, cost) {
		q.drop(c, dir, at, b)
	}
}

// keep puts data into the queue, behind the gap that is before it. It returns
// false when there is no room.
func (q *Queue) keep(c *line, dir Direction, at time.Time, b *Buffer, cost int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.over {
		need := cost
		if c.flows[dir].lost > 0 {
			need += int64(itemCost)
		}
		if q.reserve(need) {
			q.hold(cost - need) // pushGap counts its item itself
			q.pushGap(c, dir)
			q.push(c, Item{Kind: ItemData, ID: c.id, Dir: dir, At: at, data: b})
			c.told(dir)
			return true
		}
		if !q.lossless {
			return false
		}
		c.mu.Unlock()
		q.awaitRoom(need)
		c.mu.Lock()
	}
	return false
}

// drop counts what is not kept. Of a queue that is closed there is no gap to tell of.
func (q *Queue) drop(c *line, dir Direction, at time.Time, b *Buffer) {
	n := int64(b.n)
	b.Release()
	q.dropped.Add(n)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told(dir)
	if !c.over {
		g := &c.flows[dir].gap
		if g.lost == 0 {
			g.at = at
		}
		g.lost += n
	}
	q.bell.hurry()
}

// Closed implements [Tap].
func (q *Queue) Closed(id ConnID, dir Direction, at time.Time, end End) {
	q.put(Item{Kind: ItemClosed, ID: id, Dir: dir, At: at, End: end})
}

// Edited implements [Auditor].
func (q *Queue) Edited(id ConnID, dir Direction, at time.Time, e Edited) {
	q.put(Item{Kind: ItemEdited, ID: id, Dir: dir, At: at, Edited: &e})
}

// notice takes what the relay noticed of a connection that goes on.
func (q *Queue) notice(it Item) {
	c := q.known(it.ID)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over && !c.flows[it.Dir].closed {
		q.add(c, it)
	}
}

// put takes an item that is no data, behind the gap that is before it.
func (q *Queue) put(it Item) {
	c := q.line(it.ID)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	if !it.opens() {
		q.pushGap(c, it.Dir)
	}
	q.add(c, it)
	if it.Kind == ItemClosed {
		c.told(it.Dir)
		q.end(c, it.Dir)
	}
}

// Close ends the queue: nothing more is taken, and a blocked Data returns. Gaps
// that are pending become items. The consumer gets what is left.
func (q *Queue) Close() {
	if q.closed.Swap(true) {
		return
	}
	q.freed()
	for _, c := range q.lines() {
		c.mu.Lock()
		q.pushGap(c, FromClient)
		q.pushGap(c, FromServer)
		c.over = true
		c.mu.Unlock()
	}
	q.ended.Store(true)
	q.bell.hurry()
}

// QueueStats is the state of a [Queue].
type QueueStats struct {
	Items   int   // waiting for the consumer
	Held    int64 // bytes of memory counted against the budget
	Peak    int64 // the most that Held has been
	Dropped int64 // bytes that were not kept, all of them also in gaps unless they came after Close
}

// Stats returns the state of the queue.
func (q *Queue) Stats() QueueStats {
	return QueueStats{Items: int(q.items.Load()), Held: q.held.Load(), Peak: q.peak.Load(), Dropped: q.dropped.Load()}
}

// line returns the line of a connection, which begins when the queue hears of it
// first. It is nil when the queue is closed.
func (q *Queue) line(id ConnID) *line {
	if q.closed.Load() {
		return nil
	}
	if c := q.known(id); c != nil {
		return c
	}
	q.table.Lock()
	defer q.table.Unlock()
	c := q.table.conns[id]
	if c == nil && !q.closed.Load() {
		c = &line{id: id}
		q.table.conns[id] = c
	}
	return c
}

// known returns the line of a connection that has begun and not ended, or nil.
func (q *Queue) known(id ConnID) *line {
	q.table.RLock()
	defer q.table.RUnlock()
	return q.table.conns[id]
}

// lines returns the lines of all connections that are open, by their numbers.
func (q *Queue) lines() []*line {
	q.table.RLock()
	defer q.table.RUnlock()
	all := make([]*line, 0, len(q.table.conns))
	for _, c := range q.table.conns {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *line) int { return cmp.Compare(a.id, b.id) })
	return all
}

// end notes that a direction has ended, and forgets a connection that has. The
// caller holds c.mu.
func (q *Queue) end(c *line, dir Direction) {
	if c.flows[dir].closed = true; !c.flows[dir.Opposite()].closed {
		return
	}
	q.table.Lock()
	defer q.table.Unlock()
	delete(q.table.conns, c.id)
}
