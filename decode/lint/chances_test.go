package lint

import (
	"math/rand/v2"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// patterns are the signals behind which bodies are searched for bytes that look wrong.
var patterns = []signal{onNAL, onForeign, onReordered, onDialect}

// TestChancesAreStated: a rule that is told of bodies, or of readings that bodies have
// decided, says how probable a false alarm is.
func TestChancesAreStated(t *testing.T) {
	for _, s := range patterns {
		for _, i := range wanted[s] {
			if table[i].Chance == "" {
				t.Errorf("%s does not say how probable a false alarm is", table[i].ID)
			}
		}
	}
}

// noisyCable makes random bytes.
func noisyCable() *cable { return &cable{rand: rand.New(rand.NewPCG(1, 2))} }

// TestFramesInOrderAreNeverSuspected: whatever random bytes frames hold, as long as their
// structure is in order nothing of it is called annex B, ill-fitting, foreign or lied about.
func TestFramesInOrderAreNeverSuspected(t *testing.T) {
	w := noisyCable()
	for range 5000 {
		p := picture{key: w.chance(30)}
		if s := scanNAL(avcFrame(w, w.between(1, 300), p), media.AVC, 4); !s.fits || s.random != p.key || s.captions {
			t.Fatalf("AVC: %+v of %+v", s, p)
		}
		if s := scanNAL(hevcFrame(w, w.between(1, 300), p), media.HEVC, 4); !s.fits || s.random != p.key || s.captions {
			t.Fatalf("HEVC: %+v of %+v", s, p)
		}
		if f := media.ForeignAV1(av1Unit(w, w.between(1, 300), p)); f != media.NotForeign {
			t.Fatalf("AV1: %d", f)
		}
	}
}

// shareOf is how many of n random payloads are suspected, given that the first bytes are
// those of the pattern: what remains is left to chance.
func shareOf(n int, payload func(w *cable) []byte, suspected func([]byte) bool) (hits int) {
	w := noisyCable()
	for range n {
		if suspected(payload(w)) {
			hits++
		}
	}
	return hits
}

// TestChances measures the chances that rules state. 2^-24 cannot be waited for: a part of
// the pattern is given, and the rest has to come by itself as often as its bits say.
func TestChances(t *testing.T) {
	after := func(n int, first ...byte) func(*cable) []byte {
		return func(w *cable) []byte { return append(first[:len(first):len(first)], w.noise(n)...) }
	}
	foreign := func(p []byte) bool { return media.ForeignAAC(p) != media.NotForeign }
	headers := func(p []byte) bool { return chunkHeaders(p, 128, 3) >= sureHeaders }
	body := func(given int) func(*cable) []byte {
		return func(w *cable) []byte {
			p := w.noise(4*129 + 60)
			for i := range given {
				p[128+129*i] = 0xc3
			}
			return p
		}
	}
	for _, x := range []struct {
		name      string
		tries     int
		payload   func(*cable) []byte
		suspected func([]byte) bool
		want      float64 // share
	}{
		{"AAC, nothing given", 1 << 14, after(60), foreign, 0},
		{"ADTS, 16 bits given, 13 of length left", 1 << 19, after(12, 0xff, 0xf1), foreign, 1.0 / (1 << 13)},
		{"LOAS, 11 bits given, 13 of length left", 1 << 19, func(w *cable) []byte {
			p := w.noise(14)
			p[0], p[1] = 0x56, 0xe0|p[1]&0x1f
			return p
		}, foreign, 1.0 / (1 << 13)},
		{"chunk headers, none given", 1 << 13, body(0), headers, 0},
		{"chunk headers, 3 of 4 given", 1 << 13, body(3), headers, 1.0 / 256},
		{"captions, 7 of 8 bytes given", 1 << 15, func(w *cable) []byte { return append([]byte("\xb5\x00\x31GA94"), w.noise(1)...) }, hasCaptions, 1.0 / 256},
	} {
		want, got := x.want*float64(x.tries), float64(shareOf(x.tries, x.payload, x.suspected))
		if got < want*0.6 || got > want*1.5 {
			t.Errorf("%s: %.0f of %d, want about %.0f", x.name, got, x.tries, want)
		}
	}
}
