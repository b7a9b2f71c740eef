package proxy

import (
	"io"
	"net"
	"runtime"
	"testing"
	"time"
)

// TestHoldIsToldWhenItLasts: after a second, when the time has doubled, and once
// when the receiver moves again.
func TestHoldIsToldWhenItLasts(t *testing.T) {
	begin := time.Unix(1_800_000_000, 0)
	var h hold
	for _, step := range []struct {
		at             time.Duration
		waiting, taken int64
		since          time.Duration // 0 is nothing told
		over           bool
	}{
		{0, 0, 10, 0, false},
		{250, 500, 10, 0, false}, // it has begun to wait
		{500, 500, 20, 0, false}, // and moved
		{1250, 900, 20, 0, false},
		{1500, 900, 20, 1000, false},
		{2250, 900, 20, 0, false},
		{2500, 1200, 20, 2000, false},
		{4250, 1200, 20, 0, false},
		{4500, 1200, 20, 4000, false},
		{5000, 1100, 120, 4500, true},
		{5250, 1100, 120, 0, false},
		{6000, 1100, 120, 1000, false},
		{6250, 0, 1220, 1250, true}, // all has arrived
		{9000, 0, 1220, 0, false},
	} {
		since, tell := h.look(begin.Add(step.at*time.Millisecond), step.waiting, step.taken)
		if tell != (step.since > 0) || tell && (since != step.since*time.Millisecond || (h.told == 0) != step.over) {
			t.Errorf("at %d ms: told %v for %v, %+v", step.at, tell, since, h)
		}
	}
}

// TestReceiverThatDoesNotRead: while a receiver reads nothing its connection is told
// as held, with what waits for it; when it reads again, as over.
func TestReceiverThatDoesNotRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere only the write that blocks is known, not what waits in the system")
	}
	q := NewQueue(64<<20, false)
	r := start(t, func(s *Server) { s.Tap = q })
	t.Cleanup(q.Close)
	client, server := r.pair()
	must(t, server.SetReadBuffer(4096))
	sent := fill(t, client)
	first := nextHeld(t, q)
	if first.Dir != FromClient || first.Waiting <= 0 || first.Waiting > sent || first.Since < HeldAfter {
		t.Errorf("held %s: %d of %d bytes wait since %v", first.Dir, first.Waiting, sent, first.Since)
	}
	eventually(t, func() bool { // the sender is held up too
		f := r.proxy.Connections()[0].FromClient
		return f.Queued > 0 && f.Queued <= sent && f.Held >= HeldAfter && f.Pending > 0
	})
	if f := r.proxy.Connections()[0].FromServer; f.Queued != 0 || f.Held != 0 {
		t.Errorf("nothing was sent to the client: %+v", f)
	}
	go func() { _, _ = io.Copy(io.Discard, server) }()
	eventually(t, func() bool {
		return r.proxy.Connections()[0].FromClient.Held == 0
	})
	for {
		it := nextHeld(t, q)
		if it.Waiting == 0 {
			if it.Since < first.Since {
				t.Errorf("over after %v, told after %v", it.Since, first.Since)
			}
			return
		}
	}
}

// fill writes until nothing more is taken, and returns how much was.
func fill(t *testing.T, c *net.TCPConn) (sent int64) {
	t.Helper()
	p := make([]byte, 64<<10)
	for {
		must(t, c.SetWriteDeadline(time.Now().Add(500*time.Millisecond)))
		n, err := c.Write(p)
		sent += int64(n)
		if err != nil {
			return sent
		}
	}
}

// nextHeld takes items until one tells of a receiver.
func nextHeld(t *testing.T, q *Queue) (held Item) {
	t.Helper()
	eventually(t, func() bool {
		for it, ok := q.TryNext(); ok; it, ok = q.TryNext() {
			it.Release()
			if it.Kind == ItemHeld {
				held = it
				return true
			}
		}
		return false
	})
	return held
}
