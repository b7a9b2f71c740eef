package media

import (
	"math/bits"
	"testing"
)

// bitWriter writes what no encoder at hand writes: syntax that the
// specifications allow and the parsers must step over exactly.
type bitWriter struct {
	p []byte
	n int
}

func (w *bitWriter) u(n int, v uint64) *bitWriter {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.p = append(w.p, 0)
		}
		w.p[w.n/8] |= byte(v>>i&1) << (7 - w.n%8)
		w.n++
	}
	return w
}

// ue writes unsigned Exp-Golomb codes, H.264 §9.1.
func (w *bitWriter) ue(values ...uint64) *bitWriter {
	for _, v := range values {
		n := bits.Len64(v + 1)
		w.u(n-1, 0).u(n, v+1)
	}
	return w
}

// se writes signed Exp-Golomb codes, H.264 §9.1.1.
func (w *bitWriter) se(values ...int) *bitWriter {
	for _, v := range values {
		if v > 0 {
			w.ue(uint64(2*v - 1))
		} else {
			w.ue(uint64(-2 * v))
		}
	}
	return w
}

// escaped returns the bytes with the stop bit and emulation prevention.
func (w *bitWriter) escaped() []byte {
	w.u(1, 1)
	var out []byte
	zeros := 0
	for _, c := range w.p {
		if zeros >= 2 && c <= 3 {
			out, zeros = append(out, 3), 0
		}
		if out = append(out, c); c == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}

func TestAVCSPSWithScalingListsAndPOCType1(t *testing.T) {
	w := new(bitWriter)
	w.u(8, 0x67).u(8, 100).u(8, 0).u(8, 40).ue(0, 1, 0, 0).u(1, 0)
	w.u(1, 1)         // scaling matrix
	w.u(1, 0).u(1, 1) // list 0 absent, list 1 of 16 coefficients:
	for range 16 {
		w.se(1)
	}
	w.u(1, 1).se(-8)                   // list 2: next scale 0 ends it at once
	w.u(3, 0).u(1, 1)                  // 3 to 5 absent, list 6 of 64
	w.se(-3, 5).se(make([]int, 62)...) // 62 zeros
	w.u(1, 0)                          // list 7
	w.ue(0, 1).u(1, 1).se(-5, 7).ue(2).se(3, -3)
	w.ue(4).u(1, 0).ue(79, 44).u(1, 1).u(1, 1).u(1, 1).ue(0, 4, 0, 0).u(1, 0)
	sps := w.escaped()
	record := append([]byte{1, 100, 0, 40, 0xff, 0xe1, byte(len(sps) >> 8), byte(len(sps))}, sps...)
	c := parseWritten(t, "\x90avc1", append(record, 0))
	if c.Width != 1272 || c.Height != 720 || c.RefFrames != 4 || c.Level != "4" {
		t.Errorf("%+v", c)
	}
}

// parseWritten parses a sequence header whose every field must be right.
func parseWritten(t *testing.T, head string, record []byte) Config {
	t.Helper()
	body := append([]byte(head), record...)
	checkTiling(t, true, body, nil)
	checkNoneBad(t, true, body)
	c, ok := ParseConfig(ParseVideo(body), body)
	if !ok {
		t.Errorf("no config")
	}
	return c
}

func TestHEVCSPSWithReferenceSetsAndScalingLists(t *testing.T) {
	w := new(bitWriter)
	w.u(16, 33<<9|1).u(4, 0).u(3, 1).u(1, 0)                                        // two sub-layers
	w.u(8, 2).u(32, 0x20000000).u(2, 1).u(46, 0).u(8, 120)                          // Main 10, interlaced, level 4
	w.u(2, 3).u(14, 0).u(32, 0xffffffff).u(32, 0xffffffff).u(24, 0xffffff).u(8, 90) // one sub-layer with both
	w.ue(0, 1, 1920, 1088).u(1, 1).ue(0, 0, 0, 4).ue(2, 2, 4)
	w.u(1, 1).ue(2, 1, 0).ue(4, 2, 0) // ordering of both sub-layers
	w.ue(0, 3, 0, 3, 0, 0)
	w.u(1, 1).u(1, 1) // scaling lists with data
	for size := range 4 {
		for m := 0; m < 6; m += map[bool]int{true: 3, false: 1}[size == 3] {
			if m == 0 {
				w.u(1, 0).ue(0) // predicted
				continue
			}
			w.u(1, 1)
			if size > 1 {
				w.se(8)
			}
			w.se(make([]int, min(64, 16<<(2*size)))...)
		}
	}
	w.u(1, 1).u(1, 1).u(1, 1).u(4, 7).u(4, 7).ue(0, 0).u(1, 1) // PCM
	w.ue(3)
	w.ue(2, 1).ue(0).u(1, 1).ue(1).u(1, 1).ue(0).u(1, 0)                    // set 0: two before, one after
	w.u(1, 1).u(1, 0).ue(0).u(1, 1).u(1, 0).u(1, 1).u(1, 1).u(1, 0).u(1, 0) // set 1 predicted from 4: keeps 3
	w.u(1, 1).u(1, 1).ue(2).u(1, 1).u(1, 1).u(1, 1).u(1, 1)                 // set 2 predicted from set 1
	w.u(1, 1).ue(1).u(8, 0xab).u(1, 1)                                      // one long-term, 8 bits of order count
	w.u(1, 1).u(1, 0).u(1, 1)                                               // VUI follows
	w.u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(1, 0)       // nothing until timing
	w.u(1, 1).u(32, 1001).u(32, 60000).u(1, 0).u(1, 0).u(1, 0)              // 59.94
	sps := w.escaped()
	record := append([]byte{1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120, 0xf0, 0, 0xfc, 0xfd, 0xfa, 0xfa, 0, 0, 0x0f, 1, 33, 0, 1},
		byte(len(sps)>>8), byte(len(sps)))
	c := parseWritten(t, "\x90hvc1", append(record, sps...))
	if c.Width != 1920 || c.Height != 1080 || c.BitDepth != 10 || c.Reorder != 2 || !c.Interlaced {
		t.Errorf("%+v", c)
	}
	if c.FrameRate < 59.94 || c.FrameRate > 59.941 || c.Level != "4" || c.Profile != "Main 10" {
		t.Errorf("%+v", c)
	}
}

func TestAV1SequenceHeaderWithTiming(t *testing.T) {
	w := new(bitWriter)
	w.u(3, 0).u(1, 0).u(1, 0)
	w.u(1, 1).u(32, 1000).u(32, 50000).u(1, 1).ue(1) // 50 ticks a second, two a picture: 25
	w.u(1, 1).u(5, 9).u(32, 1).u(5, 9).u(5, 9)       // decoder model, delays of 10 bits
	w.u(1, 1).u(5, 1)                                // display delays, two operating points
	w.u(12, 1).u(5, 9).u(1, 1).u(1, 1).u(10, 5).u(10, 5).u(1, 0).u(1, 1).u(4, 3)
	w.u(12, 0).u(5, 4).u(1, 0).u(1, 0)
	w.u(4, 10).u(4, 9).u(11, 1279).u(10, 719).u(1, 1).u(4, 2).u(3, 1)
	w.u(3, 0).u(4, 0).u(1, 0).u(1, 0).u(1, 0).u(3, 0) // tools; screen content never
	w.u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(1, 0).u(2, 1).u(1, 0).u(1, 0)
	header := w.u(1, 1).p // AV1 has no emulation prevention
	obu := append([]byte{0x0a, byte(len(header))}, header...)
	c := parseWritten(t, "\x90av01", append([]byte{0x81, 9, 0x0c, 0}, obu...))
	if c.Width != 1280 || c.Height != 720 || c.FrameRate != 25 || c.Level != "4.1" || c.Chroma != "4:2:0" {
		t.Errorf("%+v", c)
	}
}

func TestVP6Adjustment(t *testing.T) {
	body := []byte("\x15\x12\x00\x00\x04\xaa")
	if f := find(t, Fields(true, body, nil), "offset to alpha", 0); f.Value != "4" {
		t.Errorf("%+v", f)
	}
	checkTiling(t, true, body, nil)
}

func TestLevelNames(t *testing.T) {
	if avcLevel(11, 0x10, 66) != "1b" || avcLevel(11, 0, 66) != "1.1" || avcLevel(51, 0, 100) != "5.1" ||
		hevcLevel(153) != "5.1" || av1Level(13) != "5.1" || av1Level(31) != "maximum" {
		t.Error("levels")
	}
}
