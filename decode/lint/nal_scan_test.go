package lint

import (
	"math/rand/v2"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// plainScan reads the units one by one, as ISO 14496-15 §5.3.3 says it.
func plainScan(p []byte, codec media.Codec, size int) (s nalScan) {
	s.annexB = scanNAL(p, codec, size).annexB // another matter
	for len(p) >= size && len(p) > 0 {
		n := 0
		for _, b := range p[:size] {
			n = n<<8 | int(b)
		}
		if n > len(p)-size {
			return s
		}
		if n > 0 {
			s.unit(p[size:size+n], codec)
		}
		p = p[size+n:]
	}
	s.fits = len(p) == 0
	return s
}

// TestUnitsOfNothing: that they are passed over quickly changes nothing, wherever they
// stand and however many bytes a length has.
func TestUnitsOfNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		size := []int{1, 2, 4}[rng.IntN(3)]
		var p []byte
		for range rng.IntN(5) {
			p = append(p, make([]byte, rng.IntN(24))...)
			if n := rng.IntN(4); n > 0 {
				p = append(append(p, make([]byte, size-1)...), byte(n))
				p = append(p, byte(1+rng.IntN(6)), byte(rng.IntN(2)))
			}
		}
		for _, codec := range []media.Codec{media.AVC, media.HEVC} {
			if got, want := scanNAL(p, codec, size), plainScan(p, codec, size); got != want {
				t.Fatalf("lengths of %d bytes, % x: %+v, want %+v", size, p, got, want)
			}
		}
	}
}
