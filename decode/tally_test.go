package decode

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// crowded is a session of messages without a body, with others between them.
func crowded(rng *rand.Rand, n int) []byte {
	var w chunk.Writer
	p := append([]byte{3}, make([]byte, 2*1536)...)
	for i := range 4 {
		p = w.Append(p, chunk.Out{ChunkStream: uint32(4 + i), Type: []uint8{8, 9, 1, 4, 20}[rng.IntN(5)], StreamID: 1, Timestamp: rng.Uint32N(40)})
	}
	for range n {
		if rng.IntN(9) == 0 {
			p = w.Append(p, chunk.Out{ChunkStream: 8, Type: 9, StreamID: 1, Timestamp: rng.Uint32N(1000), Body: make([]byte, rng.IntN(400))})
		}
		for range rng.IntN(40) {
			p = append(p, 0xc4|byte(rng.IntN(4)))
		}
	}
	return p
}

// What is counted is what would have been told, and messages behind it are the same.
func TestCountedIsWhatIsTold(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 50 {
		p := crowded(rng, 100)
		told := tallies(t, newDecoder(), p, func() int { return len(p) })
		for _, cut := range []func() int{func() int { return len(p) }, func() int { return 1 }, func() int { return 1 + rng.IntN(50) }} {
			d := newDecoder()
			d.Count(true)
			if diff := cmp.Diff(told, tallies(t, d, p, cut)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// tally is what events tell of: messages by type, those with a body one by one.
type tally struct {
	Empty  map[uint8]int64
	Others []Event
}

func tallies(t *testing.T, d *Decoder, p []byte, cut func() int) tally {
	got := tally{Empty: map[uint8]int64{}}
	at := int64(0)
	for rest := p; len(rest) > 0; {
		n := min(cut(), len(rest))
		d.Write(rest[:n])
		rest = rest[n:]
		for e := d.Next(); e != nil; e = d.Next() {
			if e.Kind == Handshake || e.Kind == Chunk || e.Kind == Empties {
				if e.Offset != at {
					t.Fatalf("%s at %d, not at %d", e.Kind, e.Offset, at)
				}
				at = e.End
			}
			got.take(e)
		}
	}
	if at != int64(len(p)) {
		t.Fatalf("%d of %d bytes are accounted for", at, len(p))
	}
	return got
}

func (got *tally) take(e *Event) {
	for _, x := range e.Tallies {
		got.Empty[x.Type] += x.Count
	}
	switch {
	case e.Kind == Message && e.Length > 0:
		m := *e
		m.Body = nil
		got.Others = append(got.Others, m)
	case e.Kind == Message:
		got.Empty[e.Type]++
	}
}

func BenchmarkCounted(b *testing.B) {
	d := newDecoder()
	d.Write(crowded(rand.New(rand.NewPCG(9, 10)), 0))
	for d.Next() != nil {
	}
	d.Count(true)
	p := make([]byte, 64<<10)
	for i := range p {
		p[i] = 0xc4 | byte(i&3)
	}
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		d.Write(p)
		for d.Next() != nil {
		}
	}
}
