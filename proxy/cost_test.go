package proxy

import (
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted is an end whose system calls would be counted.
type counted struct {
	*end
	calls *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	c.calls.Add(1)
	return c.end.Read(p)
}

func (c counted) Write(p []byte) (int, error) {
	c.calls.Add(1)
	return c.end.Write(p)
}

// countedPort is a listener whose connections are counted.
type countedPort struct {
	*port
	calls *atomic.Int64
}

func (l countedPort) Accept() (net.Conn, error) {
	c, err := l.port.Accept()
	if err != nil {
		return nil, err
	}
	return counted{c.(*end), l.calls}, nil
}

// newCounted is newVirtual with system calls that are counted.
func newCounted(t *testing.T, room int, count *atomic.Int64) *virtual {
	v := newVirtual(t, room)
	v.proxy.ListenFunc = func(context.Context, string, string) (net.Listener, error) {
		return countedPort{v.accepts, count}, nil
	}
	v.proxy.Upstream = &TCPUpstream{Address: "192.0.2.1:1936", Dialer: dialFunc(func(context.Context) (net.Conn, error) {
		return counted{v.beyond.dial(v.room, 40001), count}, nil
	})}
	return v
}

// faulty is a tap that panics at the first bytes.
type faulty struct{ *spy }

func (faulty) Data(ConnID, Direction, time.Time, *Buffer) { panic("of the tap") }

// spends relays questions and answers past a tap, and returns how many system calls
// that took and how long it took. Time passes only when nobody can go on.
func spends(t *testing.T, tap Tap) (calls int64, took time.Duration) {
	var count atomic.Int64
	v := newCounted(t, 1<<16, &count)
	v.proxy.Tap = tap
	v.serve(Listener{})
	v.connect()
	began, p := time.Now(), make([]byte, 100)
	for range 1000 {
		for _, way := range [][2]*end{{v.client, v.server}, {v.server, v.client}} {
			_, err := way[0].Write(p)
			must(t, err)
			_, err = io.ReadFull(way[1], p)
			must(t, err)
			synctest.Wait() // the copier has offered it and reads again
		}
	}
	calls, took = count.Load(), time.Since(began)
	v.stop()
	return calls, took
}

// TestATapCostsTheRelayNothing: whether there is no tap, or one that nobody drains, is
// drained slowly, or fails, the relay makes the same system calls and waits for
// nothing; and a recorder is not woken for what it will take anyway.
func TestATapCostsTheRelayNothing(t *testing.T) {
	var plain int64
	synctest.Test(t, func(t *testing.T) { plain, _ = spends(t, nil) })
	if want := int64(2*2*1000 + 2); plain != want { // a read and a write each, and two reads wait
		t.Errorf("%d system calls without a tap, want %d", plain, want)
	}
	for name, tap := range map[string]func() (Tap, func()){
		"nobody drains it": func() (Tap, func()) { return NewQueue(64<<20, false), func() {} },
		"it is full": func() (Tap, func()) {
			q := NewQueue(0, false)
			for q.Stats().Dropped == 0 {
				q.Data(99, FromClient, time.Now(), NewBuffer(make([]byte, 100)))
			}
			return q, func() {}
		},
		"it fails": func() (Tap, func()) { return faulty{newSpy()}, func() {} },
		"it is drained slowly": func() (Tap, func()) {
			q := NewQueue(64<<20, false)
			return q, gathering(t, q)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			tap, done := tap()
			calls, took := spends(t, tap)
			if calls != plain || took != 0 {
				t.Errorf("%s: %d system calls in %v, want %d in no time", name, calls, took, plain)
			}
			done()
		})
	}
}

// gathering drains a queue as the recorder does, but takes a second for each batch. The
// function that it returns ends that, and checks how often it was woken.
func gathering(t *testing.T, q *Queue) (done func()) {
	woken, ended := 0, make(chan struct{})
	go func() {
		defer close(ended)
		for batch, ok := q.Gather(nil, 10*time.Millisecond); ok; batch, ok = q.Gather(batch[:0], 10*time.Millisecond) {
			woken++
			time.Sleep(time.Second)
			q.Release(batch)
		}
	}()
	return func() {
		q.Close()
		<-ended
		if most := 8; woken > most { // the first item, each mebibyte, the rest
			t.Errorf("the consumer was woken %d times for 2000 reads, want at most %d", woken, most)
		}
	}
}
