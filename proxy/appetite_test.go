package proxy

import (
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestAppetite: room grows at once with reads that fill it, and shrinks after many that
// do not need it.
func TestAppetite(t *testing.T) {
	a := newAppetite()
	for i, c := range []struct{ n, times, bits int }{
		{100, 1, 14},
		{1 << 14, 1, 16}, // full
		{1<<16 - 1, 5, 16},
		{1 << 16, 1, 18},
		{1 << 18, 1, 20},
		{1 << 20, 3, 20},              // as large as it gets
		{1 << 18, smallReads - 1, 20}, // small, but not often enough
		{1<<18 + 1, 1, 20},
		{1 << 18, smallReads, 19},
		{1, 6 * smallReads, 13},
		{1, 99 * smallReads, leastAppetite},
	} {
		for range c.times {
			a.had(c.n)
		}
		if a.bits != c.bits {
			t.Fatalf("step %d: after %d reads of %d bytes there is room for %d bits, want %d", i, c.times, c.n, a.bits, c.bits)
		}
	}
}

// TestAppetiteOfARelay: what comes as fast as it can is moved by few system calls.
func TestAppetiteOfARelay(t *testing.T) {
	const total = 32 << 20
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		v := newCounted(t, 2<<20, &calls)
		v.serve(Listener{})
		v.connect()
		p := make([]byte, readSize)
		go func() {
			for range total / len(p) {
				if _, err := v.client.Write(p); err != nil {
					return
				}
			}
		}()
		_, err := io.CopyN(io.Discard, v.server, total)
		must(t, err)
		if n, most := calls.Load(), int64(2*total/(256<<10)); n > most {
			t.Errorf("%d system calls for %d bytes, want at most %d", n, total, most)
		}
		v.stop()
	})
}
