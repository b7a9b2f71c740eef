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
	var shared table
	a := newAppetite(&shared)
	for i, c := range []struct{ n, times, bits int }{
		{100, 1, 12},
		{1 << 12, 1, 14}, // full
		{1 << 14, 1, 16},
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
	if a.leave(); shared.taken.Load() != 0 {
		t.Errorf("%d bytes of the table are still taken", shared.taken.Load())
	}
}

// TestAppetitesShare: however many are hungry, they have so much together, and who ends
// leaves its share.
func TestAppetitesShare(t *testing.T) {
	var shared table
	all := make([]appetite, 3000)
	feed := func() (room int) {
		for i := range all {
			for range 4 {
				all[i].had(1 << all[i].bits)
			}
			room += beyond(all[i].bits)
		}
		return room
	}
	for i := range all {
		all[i] = newAppetite(&shared)
	}
	if room := feed(); room > tableSize || room < tableSize-readSize || int64(room) != shared.taken.Load() {
		t.Errorf("room for %d bytes, %d are counted, want nearly %d", room, shared.taken.Load(), tableSize)
	}
	if all[0].bits != maxBlockBits || all[len(all)-1].bits != freeAppetite {
		t.Errorf("the first has room for %d bits, the last for %d", all[0].bits, all[len(all)-1].bits)
	}
	all[0].leave()
	all = all[1:]
	if feed(); all[len(all)-1].bits == freeAppetite && all[30].bits == freeAppetite {
		t.Error("nobody grew when somebody left")
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
