package lint

import "container/heap"

// deadline is a moment at which a rule wants to look whether something has
// happened.
type deadline struct {
	at   int64 // Unix nanoseconds
	seq  int   // order of setting, for equal times
	view *view
	do   func() // nil when cancelled
}

// cancel makes the deadline do nothing.
func (d *deadline) cancel() {
	if d != nil {
		d.do = nil
	}
}

// deadlines is a queue by time, then by order of setting, so that a live
// session and its file fire them in the same order.
type deadlines struct {
	queue deadlineHeap
	seq   int
}

// add sets a deadline.
func (q *deadlines) add(d *deadline) *deadline {
	q.seq++
	d.seq = q.seq
	heap.Push(&q.queue, d)
	return d
}

// due takes the first deadline that lies before now, or returns nil.
func (q *deadlines) due(now int64) *deadline {
	for len(q.queue) > 0 && (q.queue[0].at < now || q.queue[0].do == nil) {
		d := heap.Pop(&q.queue).(*deadline)
		if d.do != nil {
			return d
		}
	}
	return nil
}

type deadlineHeap []*deadline

func (h deadlineHeap) Len() int { return len(h) }
func (h deadlineHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq
}
func (h deadlineHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is for container/heap.
func (h *deadlineHeap) Push(x any) { *h = append(*h, x.(*deadline)) }

// Pop is for container/heap.
func (h *deadlineHeap) Pop() any {
	old := *h
	n := len(old) - 1
	d := old[n]
	old[n] = nil
	*h = old[:n]
	return d
}
