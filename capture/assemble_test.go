package capture

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// TestBadNetworkGivesTheBytesBack sends random bytes as segments that are
// repeated, overlapping, reordered and lost, and wants every byte that was
// captured at its offset, and a gap of the right length for every other.
func TestBadNetworkGivesTheBytesBack(t *testing.T) {
	raw := builder{link: layers.LinkTypeRaw}
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 99))
		sent := randomBytes(rng, 2000+rng.IntN(6000))
		isn := rng.Uint32() | 0xffffe000 // wraps on the way
		frames, seen := badNetwork(rng, sent, isn)
		src := raw.capture(t, frames...)
		checkRebuilt(t, seed, readMemory(t, src), sent, seen)
		checkMarks(t, src, 3)
	}
}

// badNetwork returns the captured segments, and which bytes are in them.
func badNetwork(rng *rand.Rand, sent []byte, isn uint32) (frames []frame, seen []bool) {
	seen = make([]bool, len(sent))
	var data []frame
	for off := 0; off < len(sent); {
		n := min(1+rng.IntN(400), len(sent)-off)
		if rng.IntN(10) > 0 {
			from := max(0, off-rng.IntN(100)*rng.IntN(2))
			data = append(data, frame{seq: isn + 1 + uint32(from), data: string(sent[from : off+n])})
			for i := from; i < off+n; i++ {
				seen[i] = true
			}
		}
		off += n
	}
	for i := range data {
		j := min(len(data)-1, i+rng.IntN(4))
		data[i], data[j] = data[j], data[i]
	}
	for i := len(data) - 1; i >= 0; i -= 5 {
		data = slices.Insert(data, min(len(data), i+rng.IntN(9)), data[i])
	}
	fin := frame{seq: isn + 1 + uint32(len(sent)), flags: "F"}
	return append(append([]frame{{seq: isn, flags: "S"}}, data...), fin), seen
}

func checkRebuilt(t *testing.T, seed uint64, all []kept, sent []byte, seen []bool) {
	t.Helper()
	var off int64
	for _, r := range all {
		if r.Offset != off {
			t.Fatalf("seed %d: %+v, want offset %d", seed, r.Record, off)
		}
		end := r.End()
		if r.Kind == Data && !bytes.Equal([]byte(r.data), sent[off:end]) {
			t.Fatalf("seed %d: wrong bytes at %d", seed, off)
		}
		for i := off; i < end; i++ {
			if seen[i] != (r.Kind == Data) {
				t.Fatalf("seed %d: byte %d captured %v, told as %s", seed, i, seen[i], r.Kind)
			}
		}
		off = end
	}
	if last := all[len(all)-1]; last.Kind != Fin || off != int64(len(sent)) {
		t.Fatalf("seed %d: ends with %+v, sent %d", seed, last.Record, len(sent))
	}
}
