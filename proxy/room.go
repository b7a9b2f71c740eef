package proxy

// The memory that a Queue holds. It is counted without a lock; only a lossless
// Queue that is full waits for some to be given back.

// hold counts memory whether there is room or not; less than none is given back.
func (q *Queue) hold(cost int64) {
	if held := q.held.Add(cost); cost > 0 {
		q.peaked(held)
	}
}

// refuses reports whether data of that cost is not worth trying: there is no room for
// it, or it is much and the queue was full of such not long ago. Then it waits until
// half of the memory is free, so that what is missing is a few long gaps instead of
// many short ones, each of which costs a reader the place; and an eighth is left to
// those who say little, whoever floods the queue.
func (q *Queue) refuses(cost int64) bool {
	held := q.held.Load()
	if cost <= dearSize+int64(itemCost) {
		return held+cost > q.budget
	}
	if q.flooded.Load() {
		if held > q.budget/2 {
			return true
		}
		q.flooded.Store(false)
	}
	if held+cost > q.budget-q.spared {
		q.flooded.Store(true)
		return true
	}
	return false
}

// reserve counts memory if there is room for it.
func (q *Queue) reserve(cost int64) bool {
	for {
		held := q.held.Load()
		if held+cost > q.budget {
			return false
		}
		if q.held.CompareAndSwap(held, held+cost) {
			q.peaked(held + cost)
			return true
		}
	}
}

func (q *Queue) peaked(held int64) {
	for {
		peak := q.peak.Load()
		if held <= peak || q.peak.CompareAndSwap(peak, held) {
			return
		}
	}
}

// awaitRoom waits until there is room, for a moment at least, or the queue is closed.
func (q *Queue) awaitRoom(cost int64) {
	q.room.Lock()
	defer q.room.Unlock()
	q.room.waiting.Add(1)
	defer q.room.waiting.Add(-1)
	for !q.closed.Load() && q.held.Load()+cost > q.budget {
		q.bell.hurry()
		q.room.freed.Wait()
	}
}

// release gives memory back.
func (q *Queue) release(cost int64) {
	if q.held.Add(-cost); q.room.waiting.Load() > 0 {
		q.freed()
	}
}

// freed wakes who waits for room.
func (q *Queue) freed() {
	q.room.Lock()
	defer q.room.Unlock()
	q.room.freed.Broadcast()
}

// Release gives the memory of items back, all at once. Whoever took them calls it,
// or [Item.Release] for each, exactly once.
func (q *Queue) Release(batch []Item) { q.giveBack(batch, true) }

// Abandon is Release for items whose bytes somebody may still read: they are left to
// the garbage collector.
func (q *Queue) Abandon(batch []Item) { q.giveBack(batch, false) }

func (q *Queue) giveBack(batch []Item, again bool) {
	var cost int64
	for i := range batch {
		it := &batch[i]
		cost += it.cost()
		if it.data != nil && again {
			it.data.Release()
		}
		*it = Item{}
	}
	q.release(cost)
}
