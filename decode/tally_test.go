package decode

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// crowded is a session of messages with a short body or none, with others between them.
func crowded(rng *rand.Rand, n int) []byte {
	var w chunk.Writer
	p := append([]byte{3}, make([]byte, 2*1536)...)
	var bodies [4][]byte
	for i := range bodies {
		typ := []uint8{8, 9, 1, 4, 20, 18, 3}[rng.IntN(7)]
		if typ != 1 {
			bodies[i] = make([]byte, []int{0, 0, 1, 2, 7, 8, 14, 15}[rng.IntN(8)])
		}
		p = w.Append(p, chunk.Out{ChunkStream: uint32(4 + i), Type: typ, StreamID: 1, Timestamp: rng.Uint32N(40), Body: bodies[i]})
	}
	for range n {
		if rng.IntN(9) == 0 {
			p = w.Append(p, chunk.Out{ChunkStream: 8, Type: 9, StreamID: 1, Timestamp: rng.Uint32N(1000), Body: make([]byte, rng.IntN(400))})
		}
		for range rng.IntN(40) {
			i := rng.IntN(4)
			p = append(append(p, 0xc4|byte(i)), bodies[i]...)
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
			d.Count(16)
			if diff := cmp.Diff(told, tallies(t, d, p, cut)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// tally is what events tell of: messages by type, those that may not be counted one by one.
type tally struct {
	Short  map[uint8]int64
	Others []Event
}

func tallies(t *testing.T, d *Decoder, p []byte, cut func() int) tally {
	got := tally{Short: map[uint8]int64{}}
	at := int64(0)
	for rest := p; len(rest) > 0; {
		n := min(cut(), len(rest))
		d.Write(rest[:n])
		rest = rest[n:]
		for e := d.Next(); e != nil; e = d.Next() {
			if e.Kind == Handshake || e.Kind == Chunk || e.Kind == Short {
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
		got.Short[x.Type] += x.Count
	}
	switch {
	case e.Kind == Message && (e.Length >= 15 || e.Type >= 18 && e.Length >= MinTelling || e.Fmt < 3):
		m := *e
		m.Body = nil
		got.Others = append(got.Others, m)
	case e.Kind == Message:
		got.Short[e.Type]++
	}
}

func BenchmarkCounted(b *testing.B) {
	d := newDecoder()
	d.Write(crowded(rand.New(rand.NewPCG(9, 10)), 0))
	for d.Next() != nil {
	}
	d.Count(16)
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
