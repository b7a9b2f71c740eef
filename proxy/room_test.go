package proxy

import (
	"testing"
	"time"
)

// TestAFloodLeavesRoom: who fills the queue is dropped until half of it is free, in
// one gap; who says little beside that loses nothing.
func TestAFloodLeavesRoom(t *testing.T) {
	const budget = 16 << 20
	q := NewQueue(budget, false)
	flood := func() (taken bool) {
		before := q.Stats().Dropped
		q.Data(1, FromClient, time.Unix(1, 0), NewBuffer(make([]byte, readSize)))
		return q.Stats().Dropped == before
	}
	for flood() {
	}
	if held := q.Stats().Held; held > budget*7/8 || held < budget*7/8-2*readSize {
		t.Errorf("a flood was let hold %d of %d bytes", held, budget)
	}
	for range 100 {
		q.Data(2, FromClient, time.Unix(2, 0), NewBuffer(make([]byte, 1500)))
	}
	if s := q.Stats(); s.Dropped != readSize {
		t.Errorf("%d bytes were dropped, want those of one read", s.Dropped)
	}
	for q.Stats().Held > budget/2 {
		if flood() {
			t.Fatalf("a flood is let in again with %d of %d bytes held", q.Stats().Held, budget)
		}
		it, ok := q.TryNext()
		if !ok {
			t.Fatal("nothing to take")
		}
		it.Release()
	}
	if !flood() {
		t.Error("a flood is not let in again when half of the memory is free")
	}
	dropped := q.Stats().Dropped
	q.Close()
	var gaps []int64
	for it, ok := q.Next(); ok; it, ok = q.Next() {
		if it.Kind == ItemGap {
			gaps = append(gaps, it.Lost)
		}
		it.Release()
	}
	if len(gaps) != 1 || gaps[0] != dropped {
		t.Errorf("gaps of %d bytes, want one of %d", gaps, dropped)
	}
}

// TestAbandonedBytesStay: memory that is given back without its bytes is used by
// nobody else.
func TestAbandonedBytesStay(t *testing.T) {
	q := NewQueue(0, false)
	q.Data(1, FromClient, time.Unix(1, 0), NewBuffer([]byte("in use")))
	batch, _ := q.Gather(nil, 0)
	p := batch[0].Bytes()
	q.Abandon(batch)
	for range 100 {
		NewBuffer([]byte("others"))
	}
	if string(p) != "in use" || q.Stats().Held != 0 {
		t.Errorf("the bytes are %q now, %d are held", p, q.Stats().Held)
	}
}
