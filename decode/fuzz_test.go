package decode

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// feedWithGap is feed with a gap of n bytes before p[at:]; n below -1 is none.
func feedWithGap(d *Decoder, p []byte, at int, n int64, next func() int) (out []seen) {
	if n < -1 {
		return feed(d, p, next)
	}
	for rest := p[:at]; len(rest) > 0; {
		k := min(max(next(), 1), len(rest))
		d.Write(append([]byte(nil), rest[:k]...))
		rest = rest[k:]
		for e := d.Next(); e != nil; e = d.Next() {
			out = append(out, copyEvent(e))
		}
	}
	d.Gap(n)
	for e := d.Next(); e != nil; e = d.Next() {
		out = append(out, copyEvent(e))
	}
	return append(out, feed(d, p[at:], next)...)
}

// firstDifference is the index of the first event that is not the same, or -1.
func firstDifference(a, b []seen) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i].Body != b[i].Body || !reflect.DeepEqual(a[i].Event, b[i].Event) {
			return i
		}
	}
	return -1
}

// FuzzDecoder holds the decoder to its invariants on any bytes: no panic, every
// byte accounted for once, the same events however the bytes are cut, and no
// more events or memory than bytes allow. The seeds in testdata are what real
// clients and servers sent behind the handshake.
func FuzzDecoder(f *testing.F) {
	rng := rand.New(rand.NewPCG(21, 22))
	f.Add(session(rng, 20), false, uint64(1), uint16(0), int16(-2))
	f.Add(publish(rng, 128, 4)[:9000], true, uint64(2), uint16(400), int16(77))
	f.Fuzz(func(t *testing.T, p []byte, afterHello bool, seed uint64, gapAt uint16, gap int16) {
		if afterHello {
			p = append(hello(), p...)
		}
		at := min(int(gapAt), len(p))
		whole := feedWithGap(newDecoder(), p, at, int64(gap), whole(1<<20))
		rng := rand.New(rand.NewPCG(seed, 0))
		small := newDecoder()
		cut := feedWithGap(small, p, at, int64(gap), func() int { return 1 + rng.IntN(1+rng.IntN(3000)) })
		if i := firstDifference(whole, cut); i >= 0 {
			t.Fatalf("cut into pieces, event %d differs: %s", i, cmp.Diff(whole[i:min(i+3, len(whole))], cut[i:min(i+3, len(cut))]))
		}
		total := int64(len(p)) + max(int64(gap), 0)
		if at := covered(whole, total); at != total {
			t.Fatalf("covered up to %d of %d: %v", at, total, short(whole))
		}
		// A message costs a byte at least; it makes a chunk, itself and up to
		// three remarks.
		if len(whole) > 6*len(p)+8 {
			t.Fatalf("%d events for %d bytes", len(whole), len(p))
		}
		if small.buffers.held != 0 || len(small.stash) != 0 || small.streams.inAssembly != 0 {
			t.Fatalf("left behind: %d bytes held, %d unread, %d messages", small.buffers.held, len(small.stash), small.streams.inAssembly)
		}
		for _, e := range whole {
			if e.Kind == Message && (uint32(len(e.Body)) != e.Length || e.Chunks == 0) {
				t.Fatalf("a message that is not whole: %v", short([]seen{e}))
			}
		}
	})
}

// FuzzHandshake holds the handshake and what follows it to the same, with bytes
// missing anywhere: the chunks are found where they must begin. The seeds are
// what real clients and servers sent first.
func FuzzHandshake(f *testing.F) {
	chunks := join(full(4, t0, len1, 8), "a", full(6, t0, len1, 9), "v")
	f.Add(hello(), uint16(700), uint16(300), uint64(1))
	f.Add(append([]byte{6}, hello()[1:]...), uint16(1), uint16(1536), uint64(2))
	f.Fuzz(func(t *testing.T, p []byte, gapAt, gap uint16, seed uint64) {
		if len(p) == 0 {
			return
		}
		p = append(slices.Clone(p), hello()[min(len(p), 3073):]...)[:3073]
		p = append(p, chunks...)
		from := 1 + int(gapAt)%3073
		to := min(from+int(gap), 3073)
		n := int64(to - from)
		if n == 0 {
			n = -2 // none
		}
		rest := join(p[:from], p[to:])
		all := feedWithGap(newDecoder(), rest, from, n, whole(1<<20))
		rng := rand.New(rand.NewPCG(seed, 0))
		cut := feedWithGap(newDecoder(), rest, from, n, func() int { return 1 + rng.IntN(2000) })
		if i := firstDifference(all, cut); i >= 0 {
			t.Fatalf("cut into pieces, event %d differs: %v, %v", i, short(all), short(cut))
		}
		if p[0] != 3 {
			return // another protocol, or encrypted
		}
		if got := bodies(all); len(got) != 2 || covered(all, int64(len(p))) != int64(len(p)) {
			t.Fatalf("gap [%d,%d): %v", from, to, short(all))
		}
	})
}
