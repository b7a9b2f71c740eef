package decode

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

func TestGapInsidePayloadKeepsFraming(t *testing.T) {
	d := newDecoder()
	p := append(hello(), join(0x04, "\x00\x00\x00", "\x00\x00\x64", 8, "\x01\x00\x00\x00", body(40))...)
	var out []seen
	drain := func() {
		for e := d.Next(); e != nil; e = d.Next() {
			out = append(out, copyEvent(e))
		}
	}
	d.Write(p)
	drain()
	d.Gap(20)
	drain()
	d.Write(join(body(40), 0x04, "\x00\x00\x00", "\x00\x00\x01", 8, "\x01\x00\x00\x00", "x"))
	drain()
	want := []string{
		"gap [3125,3145) ", "chunk [3073,3185) ",
		"aborted cs=4 type=8 ts=0 ms=1 len=100 chunks=1 body=80 [3073,3185) gap",
		"chunk [3185,3198) ",
		"message cs=4 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [3185,3198) ",
	}
	if diff := cmp.Diff(want, short(without(out, Handshake))); diff != "" {
		t.Error(diff)
	}
}

func TestGapAcrossHeadersLosesFraming(t *testing.T) {
	d := newDecoder()
	d.Write(append(hello(), 0x04, 0, 0))
	var out []seen
	drain := func() {
		for e := d.Next(); e != nil; e = d.Next() {
			out = append(out, copyEvent(e))
		}
	}
	drain()
	d.Gap(1000)
	drain()
	want := []string{"chunk [3073,3076) ", "gap [3076,4076) ", "lost [4076,4076) gap"}
	if diff := cmp.Diff(want, short(without(out, Handshake))); diff != "" {
		t.Error(diff)
	}
}

// session is a long, well-formed direction with everything that the framing
// knows: interleaving, all formats, chunk size changes, extended timestamps.
func session(rng *rand.Rand, messages int) []byte {
	p := hello()
	var w chunk.Writer
	ts := uint32(0xffff00)
	for range messages {
		ts += rng.Uint32N(50)
		stream := []uint32{3, 4, 6, 70, 400}[rng.IntN(5)]
		n := rng.IntN(700)
		if rng.IntN(40) == 0 {
			size := 1 + rng.IntN(5000)
			p = w.Append(p, chunk.Out{ChunkStream: 2, Type: 1, Body: []byte{0, 0, byte(size >> 8), byte(size)}})
			w.SetSize(size)
		}
		p = w.Append(p, chunk.Out{ChunkStream: stream, Timestamp: ts, Type: []uint8{8, 9, 20, 18}[rng.IntN(4)], StreamID: 1, Body: body(n)})
	}
	return p
}

// Invariant 2: the same events however the bytes are cut.
func TestInvariantSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := session(rng, 400)
	noise := make([]byte, 4000)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for name, p := range map[string][]byte{"sound": p, "then noise": append(slices.Clone(p), noise...), "cut": p[:len(p)-100]} {
		want := feed(newDecoder(), p, whole(len(p)))
		for how, next := range map[string]func() int{
			"1": whole(1), "7": whole(7), "1460": whole(1460), "random": func() int { return rng.IntN(3000) },
		} {
			if diff := cmp.Diff(want, feed(newDecoder(), p, next)); diff != "" {
				t.Errorf("%s in pieces of %s: %s", name, how, diff)
			}
		}
	}
}

// Invariant 3: handshake, chunks, gaps and the lost stretch account for every
// byte exactly once.
func TestInvariantCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 200 {
		p := session(rng, 1+rng.IntN(60))
		for range rng.IntN(4) {
			p[rng.IntN(len(p))] ^= byte(1 << rng.IntN(8))
		}
		p = p[:rng.IntN(len(p))]
		if at := covered(feed(newDecoder(), p, func() int { return 1 + rng.IntN(900) }), int64(len(p))); at != int64(len(p)) {
			t.Fatalf("round %d: covered up to %d of %d", round, at, len(p))
		}
	}
}

// covered follows the events from byte 0 and returns how far they reach without
// a hole or an overlap.
func covered(events []seen, total int64) (at int64) {
	lost, inside := false, int64(0) // inside: the end of gaps in a payload
	for _, e := range events {
		switch e.Kind {
		case Resynced:
			lost, at = false, e.Offset
		case Gap:
			if e.Offset > at && !lost {
				inside = e.End
				continue
			}
			at = e.End
		case Handshake, Chunk:
			if e.Offset != at && !lost || e.End < inside {
				return at
			}
			at = e.End
		case Lost:
			lost = true
		}
	}
	if lost {
		return total
	}
	return at
}

// Invariant 6: declared lengths cost nothing until the bytes arrive.
func TestInvariantBounded(t *testing.T) {
	p := hello()
	for i := range 900 {
		p = append(p, join(0x01, byte(i), byte(i>>8), "\x00\x00\x00", "\xff\xff\xff", 9, "\x01\x00\x00\x00", body(128))...)
	}
	lim := DefaultLimits()
	lim.Assembly = 50_000
	events := feed(New(FromClient, lim), p, whole(1<<16))
	held, tokens := 0, map[string]int{}
	for _, e := range events {
		tokens[e.Reason.Token]++
		if e.Kind == Aborted {
			held += len(e.Body)
		}
	}
	if tokens["assembly"] == 0 || held > 50_000 {
		t.Errorf("held %d bytes, tokens %v", held, tokens)
	}
	allocated := testing.AllocsPerRun(3, func() { feed(newDecoder(), p, whole(1<<16)) })
	if allocated > 40_000 {
		t.Errorf("%v allocations for 900 messages of 16 MiB declared", allocated)
	}
}

// TestTooManyChunkStreams: as many as the limit says are read, each with its message, and
// the next one ends the framing where it begins.
func TestTooManyChunkStreams(t *testing.T) {
	const most, size = 1024, 3 + 11 + 1
	p := hello()
	began := int64(len(p))
	for i := range most {
		p = append(p, join(0x01, byte(i), byte(i>>8), "\x00\x00\x00", "\x00\x00\x01", 9, "\x01\x00\x00\x00", "x")...)
	}
	all := feed(newDecoder(), p, whole(1<<16))
	if rest := without(all, Handshake, Chunk, Message); len(rest) != 0 || len(all)-len(without(all, Message)) != most {
		t.Errorf("%d messages and %s", len(all)-len(without(all, Message)), short(rest))
	}
	p = append(p, join(0x01, 0xff, 0x0f, "\x00\x00\x00", "\x00\x00\x01", 9, "\x01\x00\x00\x00", "x")...)
	events := without(feed(newDecoder(), p, whole(1<<16)), Handshake, Chunk, Message)
	if len(events) != 1 || events[0].Reason.Token != "too-many-streams" || events[0].Offset != began+most*size {
		t.Error(short(events))
	}
}

func TestCloneGoesOnAlike(t *testing.T) {
	p := session(rand.New(rand.NewPCG(5, 6)), 300)
	for _, at := range []int{3073, 20_000, 60_000} {
		d := newDecoder()
		d.Write(p[:at])
		for d.Next() != nil {
		}
		for !d.AtRest() && at < len(p) {
			d.Write(p[at : at+1])
			for d.Next() != nil {
			}
			at++
		}
		c := d.Clone()
		if diff := cmp.Diff(feed(d, p[at:], whole(999)), feed(c, p[at:], whole(100))); diff != "" {
			t.Error(diff)
		}
	}
}
