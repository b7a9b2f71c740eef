package proxy

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// node links the items of a queue.
type node struct {
	item Item
	next *node
}

// minBudget lets the largest item in, with its gap.
const minBudget = int64(readSize + 2*itemCost)

// Queue is a [Tap] that keeps what it is given, in order, for one consumer.
//
// It never blocks the relay. What its memory budget has no room for is dropped,
// and the exact number of bytes missing stands as an ItemGap at their place:
// before the next item of that connection and direction. Items that are not data
// are always taken, and count. A lossless Queue blocks the relay until there is
// room instead; then a consumer that stops without Close stops the relay too.
type Queue struct {
	budget   int64
	lossless bool

	mu       sync.Mutex
	filled   sync.Cond // an item came, or the queue was closed
	freed    sync.Cond // memory was given back, or the queue was closed
	head     *node
	tail     *node
	length   int
	gaps     map[flowKey]gap
	orders   map[ConnID]*order
	held     int64
	peak     int64
	dropped  int64
	closed   bool
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
	q := &Queue{budget: max(budget, minBudget), lossless: lossless, gaps: make(map[flowKey]gap), orders: make(map[ConnID]*order)}
	q.filled.L, q.freed.L = &q.mu, &q.mu
	return q
}

// Opened implements [Tap].
func (q *Queue) Opened(id ConnID, info ConnInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.add(Item{Kind: ItemOpened, ID: id, Info: &info})
	}
}

// Data implements [Tap].
func (q *Queue) Data(id ConnID, dir Direction, at time.Time, b *Buffer) {
	key, n := flowKey{id, dir}, b.n
	cost := int64(itemCost + blockSize(n))
	if !q.reserve(key, at, n, cost) {
		b.Release()
		return
	}
	b = b.compact() // outside the lock: it copies
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		q.held -= cost
		q.dropped += int64(n)
		b.Release()
		return
	}
	q.push(Item{Kind: ItemData, ID: id, Dir: dir, At: at, data: b})
	q.told(key)
}

// reserve takes cost from the budget and puts the gap before the data into the
// queue. If there is no room it notes n lost bytes.
func (q *Queue) reserve(key flowKey, at time.Time, n int, cost int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.lossless && !q.closed && !q.fits(key, cost) {
		q.freed.Wait()
	}
	if !q.closed && q.fits(key, cost) {
		q.pushGap(key)
		q.hold(cost)
		return true
	}
	q.dropped += int64(n)
	q.told(key)
	if !q.closed {
		g, known := q.gaps[key]
		if !known {
			g.at = at
		}
		g.lost += int64(n)
		q.gaps[key] = g
	}
	return false
}

// fits reports whether data of that cost, and the gap before it, are within the budget.
func (q *Queue) fits(key flowKey, cost int64) bool {
	if _, gap := q.gaps[key]; gap {
		cost += int64(itemCost)
	}
	return q.held+cost <= q.budget
}

// Closed implements [Tap].
func (q *Queue) Closed(id ConnID, dir Direction, at time.Time, end End) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.pushGap(flowKey{id, dir})
	q.add(Item{Kind: ItemClosed, ID: id, Dir: dir, At: at, End: end})
	q.told(flowKey{id, dir})
}

// Edited implements [Auditor].
func (q *Queue) Edited(id ConnID, dir Direction, at time.Time, e Edited) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.pushGap(flowKey{id, dir})
	q.add(Item{Kind: ItemEdited, ID: id, Dir: dir, At: at, Edited: &e})
}

// Close ends the queue: nothing more is taken, and a blocked Data returns. Gaps
// that are pending become items. The consumer gets what is left.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	pending := make([]flowKey, 0, len(q.gaps))
	for key := range q.gaps {
		pending = append(pending, key)
	}
	slices.SortFunc(pending, func(a, b flowKey) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.dir, b.dir))
	})
	for _, key := range pending {
		q.pushGap(key)
	}
	q.closed = true
	q.filled.Broadcast()
	q.freed.Broadcast()
}

// Next returns the next item and waits for one if there is none. It returns false
// once the queue is closed and empty. The caller owns the item and must Release it.
//
// The items of a connection come in the order in which their bytes were read,
// also those of different directions.
func (q *Queue) Next() (Item, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		it, ok, wait := q.pop()
		if ok || wait == 0 && q.closed {
			return it, ok
		}
		if wait > 0 {
			wake := time.AfterFunc(wait, q.filled.Broadcast)
			q.filled.Wait()
			wake.Stop()
			continue
		}
		q.filled.Wait()
	}
}

// TryNext is Next, but returns false instead of waiting: time to flush.
func (q *Queue) TryNext() (Item, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it, ok, _ := q.pop()
	return it, ok
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
	q.mu.Lock()
	defer q.mu.Unlock()
	return QueueStats{Items: q.length, Held: q.held, Peak: q.peak, Dropped: q.dropped}
}

func (q *Queue) release(cost int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held -= cost
	q.freed.Broadcast()
}

// The methods below are called with q.mu held.

func (q *Queue) hold(cost int64) {
	q.held += cost
	q.peak = max(q.peak, q.held)
}

func (q *Queue) pushGap(key flowKey) {
	if g, ok := q.gaps[key]; ok {
		delete(q.gaps, key)
		q.add(Item{Kind: ItemGap, ID: key.id, Dir: key.dir, At: g.at, Lost: g.lost})
	}
}

// add counts an item that needs no room, and pushes it.
func (q *Queue) add(it Item) {
	q.hold(it.cost())
	q.push(it)
}

// push puts an item where it belongs.
func (q *Queue) push(it Item) {
	n, ok := q.nodePool.Get().(*node)
	if !ok {
		n = new(node)
	}
	it.queue = q
	n.item = it
	if before := q.place(&it); before != nil {
		n.next, before.next = before.next, n
	} else {
		n.next, q.head = q.head, n
	}
	if n.next == nil {
		q.tail = n
	}
	q.note(&it)
	q.length++
	q.filled.Signal()
}

// pop takes the first item. When that must wait it returns for how long.
func (q *Queue) pop() (it Item, ok bool, wait time.Duration) {
	n := q.head
	if n == nil {
		return Item{}, false, 0
	}
	if wait := q.wait(&n.item); wait > 0 {
		return Item{}, false, wait
	}
	it = n.item
	if q.head = n.next; q.head == nil {
		q.tail = nil
	}
	q.length--
	*n = node{}
	q.nodePool.Put(n)
	return it, true, 0
}
