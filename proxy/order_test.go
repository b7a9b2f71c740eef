package proxy

import (
	"testing"
	"testing/synctest"
	"time"
)

// takes returns the texts of the items that can be taken now.
func takes(q *Queue) (got []string) {
	for it, ok := q.TryNext(); ok; it, ok = q.TryNext() {
		if it.Kind == ItemData {
			got = append(got, string(it.Bytes()))
		}
		it.Release()
	}
	return got
}

func sameTexts(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestQueueOrder: what was announced first comes first, even when it is offered
// last; but nobody waits for a write that is blocked.
func TestQueueOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(1<<20, false)
		q.Opened(1, ConnInfo{})
		q.Opened(2, ConnInfo{})
		t0 := time.Now()
		expect := func(want ...string) {
			t.Helper()
			if got := takes(q); !sameTexts(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		q.Announce(1, FromClient, t0)
		q.Announce(1, FromServer, t0.Add(1))
		q.Data(1, FromServer, t0.Add(1), NewBuffer([]byte("answer")))
		q.Data(1, FromServer, t0.Add(2), NewBuffer([]byte("more")))
		expect()
		q.Data(1, FromClient, t0, NewBuffer([]byte("question")))
		expect("question", "answer", "more")

		// Another connection does not wait.
		q.Announce(1, FromClient, t0.Add(3))
		q.Data(2, FromServer, t0.Add(4), NewBuffer([]byte("other")))
		expect("other")

		// A blocked write is waited for only so long.
		q.Data(1, FromServer, t0.Add(5), NewBuffer([]byte("unrelated")))
		expect()
		it, ok := q.Next()
		if waited := time.Since(t0); !ok || string(it.Bytes()) != "unrelated" || waited < OrderGrace || waited > 2*OrderGrace {
			t.Errorf("%q, %v after %v", it.Bytes(), ok, waited)
		}
		it.Release()

		// What was dropped for want of room is not waited for either.
		q.Data(1, FromClient, t0.Add(3), NewBuffer(make([]byte, 100)))
		q.Close()
		for it, ok := q.Next(); ok; it, ok = q.Next() {
			it.Release()
		}
	})
}

func TestQueueForgetsOrders(t *testing.T) {
	q := NewQueue(1<<20, false)
	for id := ConnID(1); id <= 50; id++ {
		q.Opened(id, ConnInfo{})
		q.Closed(id, FromClient, time.Now(), End{})
		q.Closed(id, FromServer, time.Now(), End{})
	}
	if len(q.table.conns) != 0 {
		t.Errorf("%d connections that have ended are remembered", len(q.table.conns))
	}
}
