package proxy

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestGatherIsPaced: the first item after a silence is had at once; the ones after it
// together, a pace later; much comes at once again, and so does the end.
func TestGatherIsPaced(t *testing.T) {
	const pace = 10 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(64<<20, false)
		began := time.Now()
		took := make(chan struct{})
		var at []time.Duration
		var many []int
		go func() {
			defer close(took)
			for batch, ok := q.Gather(nil, pace); ok; batch, ok = q.Gather(batch[:0], pace) {
				at, many = append(at, time.Since(began)), append(many, len(batch))
				q.Release(batch)
			}
		}()
		synctest.Wait()
		time.Sleep(time.Second)
		q.Data(1, FromClient, time.Now(), NewBuffer([]byte("x")))
		time.Sleep(time.Millisecond / 2)
		for range 29 {
			q.Data(1, FromClient, time.Now(), NewBuffer([]byte("x")))
			time.Sleep(time.Millisecond)
		}
		for range gatherBytes / readSize { // as much as wakes it; the time is not over
			q.Data(1, FromServer, time.Now(), NewBuffer(make([]byte, readSize)))
		}
		synctest.Wait()
		q.Data(1, FromServer, time.Now(), NewBuffer([]byte("x")))
		q.Close()
		<-took
		wantAt := []time.Duration{10000, 10100, 10200, 10295, 10295}
		wantMany := []int{1, 10, 10, 9 + gatherBytes/readSize, 1}
		if len(at) != len(wantAt) {
			t.Fatalf("woken at %v for %v items", at, many)
		}
		for i, w := range wantAt {
			if at[i] != w*time.Millisecond/10 || many[i] != wantMany[i] {
				t.Errorf("woken at %v for %v items, want %v tenths of a ms for %v", at, many, wantAt, wantMany)
				break
			}
		}
	})
}

// TestGatherSortsByTime: what several connections said comes in the order in which it
// was read, whoever offered it first, and what one connection said never turns round.
func TestGatherSortsByTime(t *testing.T) {
	q := NewQueue(1<<20, false)
	t0 := time.Now()
	for _, said := range []struct {
		id ConnID
		at time.Duration
		p  string
	}{{1, 1, "a"}, {1, 5, "e"}, {2, 3, "c"}, {3, 2, "b"}, {2, 4, "d"}, {1, 6, "f"}, {1, 2, "g"}} { // the last one is late: its clock was
		q.Data(said.id, FromClient, t0.Add(said.at), NewBuffer([]byte(said.p)))
	}
	q.Announce(4, FromClient, t0) // unknown: nobody waits
	q.Close()
	got := ""
	for batch, ok := q.Gather(nil, 0); ok; batch, ok = q.Gather(batch[:0], 0) {
		for i := range batch {
			got += string(batch[i].Bytes())
		}
		q.Release(batch)
	}
	if got != "abcdefg" && got != "agbcdef" {
		t.Errorf("got %q", got)
	}
	if s := q.Stats(); s.Held != 0 || s.Items != 0 {
		t.Errorf("an empty queue holds %+v", s)
	}
}

// TestWhoWaitsHoldsUpNobody: an item that waits for an earlier one of its connection
// does not keep those of others back, and comes when that is there.
func TestWhoWaitsHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(1<<20, false)
		q.Opened(1, ConnInfo{})
		q.Opened(2, ConnInfo{})
		t0 := time.Now()
		q.Announce(1, FromClient, t0)
		q.Data(1, FromServer, t0.Add(1), NewBuffer([]byte("answer")))
		q.Data(2, FromServer, t0.Add(2), NewBuffer([]byte("other")))
		if got := takes(q); !sameTexts(got, []string{"other"}) {
			t.Errorf("got %q", got)
		}
		go func() {
			time.Sleep(time.Millisecond)
			q.Data(1, FromClient, t0, NewBuffer([]byte("question")))
		}()
		batch, _ := q.Gather(nil, 0)
		if waited := time.Since(t0); len(batch) != 2 || string(batch[0].Bytes()) != "question" || waited != time.Millisecond {
			t.Errorf("%d items after %v", len(batch), waited)
		}
	})
}
