package proxy

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// period is the length after which the pattern of a flow repeats.
const period = 1 << 17

var patterns = func() []byte {
	p := make([]byte, period+readSize)
	_, _ = rand.NewChaCha8([32]byte{4}).Read(p[:period]) // never fails
	for n := period; n < len(p); n *= 2 {
		copy(p[n:], p[:n])
	}
	return p
}()

// pattern returns n bytes at an offset of a flow, which tell whose they are and
// where they stand.
func pattern(key flowKey, from, n int64) []byte {
	at := (from + int64(key.id)*7919 + int64(key.dir)*104729) % period
	return patterns[at : at+n]
}

// checker reads a queue and verifies that data and gaps tile each flow.
type checker struct {
	t      *testing.T
	cursor map[flowKey]int64
	lost   map[flowKey][]int64
	closed map[flowKey]int64
	opened map[ConnID]bool
}

func newChecker(t *testing.T) *checker {
	return &checker{t, map[flowKey]int64{}, map[flowKey][]int64{}, map[flowKey]int64{}, map[ConnID]bool{}}
}

func (c *checker) take(it Item) {
	key := flowKey{it.ID, it.Dir}
	if _, over := c.closed[key]; over && it.Kind != ItemOpened {
		c.t.Errorf("%v: an item of kind %d after its close", key, it.Kind)
	}
	switch it.Kind {
	case ItemOpened:
		c.opened[it.ID] = true
	case ItemData:
		if want := pattern(key, c.cursor[key], int64(len(it.Bytes()))); !bytes.Equal(it.Bytes(), want) {
			c.t.Errorf("%v: wrong bytes at %d", key, c.cursor[key])
		}
		c.cursor[key] += int64(len(it.Bytes()))
	case ItemGap:
		c.cursor[key] += it.Lost
		c.lost[key] = append(c.lost[key], it.Lost)
	case ItemClosed:
		c.closed[key] = c.cursor[key]
	}
	it.Release()
}

// TestQueueGapsAreExact runs random schedules of one producer and one consumer
// against a model that knows from Stats alone what was dropped.
func TestQueueGapsAreExact(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 2))
		q, c := NewQueue(minBudget+rng.Int64N(300_000), false), newChecker(t)
		sent, pending, want := map[flowKey]int64{}, map[flowKey]int64{}, map[flowKey][]int64{}
		for range 1500 {
			key := flowKey{ConnID(rng.IntN(3)), Direction(rng.IntN(2))}
			if rng.IntN(3) == 0 {
				if it, ok := q.TryNext(); ok {
					c.take(it)
				}
				continue
			}
			n := 1 + rng.Int64N(1<<(1+rng.IntN(maxBlockBits)))
			before := q.Stats().Dropped
			q.Data(key.id, key.dir, time.Time{}, NewBuffer(pattern(key, sent[key], n)))
			sent[key] += n
			if dropped := q.Stats().Dropped - before; dropped != 0 && dropped != n {
				t.Fatalf("%d of %d bytes were dropped", dropped, n)
			} else if dropped != 0 {
				pending[key] += n
			} else if pending[key] != 0 {
				want[key] = append(want[key], pending[key])
				pending[key] = 0
			}
		}
		if s := q.Stats(); s.Peak > q.budget {
			t.Errorf("seed %d: held %d bytes, the budget is %d", seed, s.Peak, q.budget)
		}
		for key, lost := range pending {
			if lost != 0 {
				want[key] = append(want[key], lost)
			}
			q.Closed(key.id, key.dir, time.Time{}, End{})
		}
		for it, ok := q.TryNext(); ok; it, ok = q.TryNext() {
			c.take(it)
		}
		for key, n := range sent {
			if c.cursor[key] != n {
				t.Errorf("seed %d, %v: data and gaps make %d bytes, sent were %d", seed, key, c.cursor[key], n)
			}
			if !equal(c.lost[key], want[key]) {
				t.Errorf("seed %d, %v: gaps %v, want %v", seed, key, c.lost[key], want[key])
			}
		}
		if s := q.Stats(); s.Held != 0 || s.Items != 0 {
			t.Errorf("seed %d: an empty queue holds %+v", seed, s)
		}
	}
}

func equal(a, b []int64) bool {
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

// TestQueueConcurrent: many producers, one consumer, lossy and lossless.
func TestQueueConcurrent(t *testing.T) {
	const flows, pieces = 8, 300
	for _, lossless := range []bool{false, true} {
		q, c := NewQueue(200_000, lossless), newChecker(t)
		var sent [flows]int64
		var producing sync.WaitGroup
		for i := range flows {
			producing.Go(func() {
				key, rng := flowKey{ConnID(i / 2), Direction(i % 2)}, rand.New(rand.NewPCG(uint64(i), 3))
				if key.dir == FromClient {
					q.Opened(key.id, ConnInfo{})
				}
				for range pieces {
					n := 1 + rng.Int64N(1<<(1+rng.IntN(maxBlockBits)))
					q.Data(key.id, key.dir, time.Time{}, NewBuffer(pattern(key, sent[i], n)))
					sent[i] += n
				}
				q.Closed(key.id, key.dir, time.Time{}, End{})
			})
		}
		go func() { producing.Wait(); q.Close() }()
		for it, ok := q.Next(); ok; it, ok = q.Next() {
			c.take(it)
		}
		for i, n := range sent {
			if got := c.closed[flowKey{ConnID(i / 2), Direction(i % 2)}]; got != n {
				t.Errorf("flow %d: data and gaps make %d bytes at its close, sent were %d", i, got, n)
			}
		}
		s := q.Stats()
		if len(c.opened) != flows/2 || lossless && s.Dropped != 0 || s.Held != 0 {
			t.Errorf("lossless %v: opened %v, stats %+v", lossless, c.opened, s)
		}
		// Opened, Closed and gaps before Closed are always taken, and come on top.
		if limit := q.budget + flows*3*(1000); s.Peak > limit {
			t.Errorf("lossless %v: held %d bytes, the budget is %d", lossless, s.Peak, q.budget)
		}
	}
}

// TestQueueMemory: the budget is about memory really held. Reads of one byte, each
// from a 64 KiB buffer, cost what they need and no more.
func TestQueueMemory(t *testing.T) {
	const budget = 16 << 20
	for _, size := range []int{1, 100, 1500, 30_000, 40_000, readSize} {
		q := NewQueue(budget, false)
		before := heap()
		for q.Stats().Dropped == 0 {
			b := newBuffer(readSize)
			b.n = size
			q.Data(1, FromClient, time.Time{}, b)
		}
		used, s := heap()-before, q.Stats()
		if s.Peak > budget {
			t.Errorf("size %d: counted %d bytes, the budget is %d", size, s.Peak, budget)
		}
		if used > budget+budget/8 {
			t.Errorf("size %d: %d bytes of heap for a budget of %d", size, used, budget)
		}
		if least := budget / (2*max(size, 1<<minBlockBits/2) + itemCost) * 9 / 10; s.Items < least {
			t.Errorf("size %d: only %d items fit, want %d", size, s.Items, least)
		}
		runtime.KeepAlive(q)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // the second one empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestQueueControlIsNeverLost: a full queue still takes what is not data, and counts it.
func TestQueueControlIsNeverLost(t *testing.T) {
	q := NewQueue(0, false)
	q.Data(1, FromClient, time.Unix(1, 0), NewBuffer(make([]byte, readSize)))
	q.Data(1, FromClient, time.Unix(2, 0), NewBuffer(make([]byte, readSize)))
	q.Data(1, FromClient, time.Unix(3, 0), NewBuffer(make([]byte, 5000)))
	held := q.Stats().Held
	q.Opened(2, ConnInfo{Upstream: "x", Accepted: time.Unix(1, 1), Client: netip.MustParseAddrPort("192.0.2.1:9")})
	q.Data(2, FromServer, time.Unix(4, 0), NewBuffer(make([]byte, 10_000)))
	q.Closed(1, FromClient, time.Unix(5, 0), End{How: Reset, Reason: PeerGone})
	if got := q.Stats(); got.Held <= held || got.Dropped != readSize+15_000 {
		t.Errorf("stats are %+v", got)
	}
	q.Close() // the gap of connection 2 is still pending
	q.Opened(3, ConnInfo{})
	q.Closed(3, FromClient, time.Now(), End{})
	q.Data(3, FromClient, time.Now(), NewBuffer([]byte("late")))
	want := []Item{
		{Kind: ItemData, ID: 1, At: time.Unix(1, 0)},
		{Kind: ItemOpened, ID: 2},
		{Kind: ItemGap, ID: 1, At: time.Unix(2, 0), Lost: readSize + 5000},
		{Kind: ItemGap, ID: 2, Dir: FromServer, At: time.Unix(4, 0), Lost: 10_000},
		{Kind: ItemClosed, ID: 1, At: time.Unix(5, 0), End: End{How: Reset, Reason: PeerGone}},
	}
	for i, w := range want {
		got, ok := q.Next()
		if !ok || got.Kind != w.Kind || got.ID != w.ID || got.Dir != w.Dir || !got.At.Equal(w.At) ||
			got.Lost != w.Lost || got.End != w.End {
			t.Fatalf("item %d is %+v, want %+v", i, got, w)
		}
		if got.Kind == ItemOpened && (got.Info.Upstream != "x" || got.Bytes() != nil) {
			t.Errorf("opened with %+v", got.Info)
		}
		got.Release()
	}
	if _, ok := q.Next(); ok {
		t.Error("a closed queue went on")
	}
	if held := q.Stats().Held; held != 0 {
		t.Errorf("%d bytes are still counted", held)
	}
}

// TestQueueLosslessWaits: Data returns when there is room again, or at Close.
func TestQueueLosslessWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, returned := NewQueue(0, true), 0
		data := func() {
			q.Data(1, FromClient, time.Time{}, NewBuffer(make([]byte, readSize)))
			returned++ // read after synctest.Wait only
		}
		expect := func(when string, want int) {
			t.Helper()
			if synctest.Wait(); returned != want {
				t.Errorf("%s: %d calls of Data have returned, want %d", when, returned, want)
			}
		}
		go data()
		expect("empty", 1)
		go data()
		expect("full", 1)
		it, _ := q.Next()
		expect("taken, but not released", 1)
		it.Release()
		expect("released", 2)
		go data()
		expect("full again", 2)
		q.Close()
		expect("closed", 3)
		if s := q.Stats(); s.Dropped != readSize || s.Items != 1 {
			t.Errorf("stats are %+v", s)
		}
	})
}

func TestBufferClasses(t *testing.T) {
	for n, want := range map[int]int{1: 128, 128: 128, 129: 256, 256: 256, 257: 512, 32768: 32768, 32769: 65536, 65536: 65536, 65537: 128 << 10, readSize: readSize} {
		if got := blockSize(n); got != want {
			t.Errorf("%d bytes get a block of %d, want %d", n, got, want)
		}
	}
	for n, want := range map[int]int{1: 128, 65536: 65536, 65537: 128 << 10, 256 << 10: 256 << 10, 256<<10 + 1: readSize, readSize: readSize} {
		b := newBuffer(readSize)
		b.n = n
		if size := b.keepSize(); size != want || len(b.compact().block) != size {
			t.Errorf("%d bytes of a large read are to be kept in %d bytes, want %d, and are in %d", n, size, want, len(b.compact().block))
		}
	}
	b := NewBuffer([]byte("hello"))
	if b.compact() != b {
		t.Error("a buffer that fits was copied")
	}
}
