package media

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// adts wraps raw AAC as ISO 14496-3 §1.A.2.2 has it: LC, 44.1 kHz, stereo.
func adts(raw []byte) []byte {
	n := len(raw) + 7
	return append([]byte{0xff, 0xf1, 0x50, 0x80 | byte(n>>11), byte(n >> 3), byte(n<<5) | 0x1f, 0xfc}, raw...)
}

func TestForeignAAC(t *testing.T) {
	raw := []byte{0x21, 0x10, 4, 1, 2, 3}
	for _, x := range []struct {
		name string
		p    []byte
		want Foreign
	}{
		{"raw", raw, NotForeign},
		{"one frame", adts(raw), ADTS},
		{"two frames", append(adts(raw), adts(raw[:3])...), ADTS},
		{"a length that does not fit", append(adts(raw), 0), NotForeign},
		{"LOAS", append([]byte{0x56, 0xe0, 6}, raw...), LOAS},
		{"LOAS of another length", append([]byte{0x56, 0xe0, 7}, raw...), NotForeign},
		{"nothing", nil, NotForeign},
	} {
		if got := ForeignAAC(x.p); got != x.want {
			t.Errorf("%s: %d, want %d", x.name, got, x.want)
		}
	}
}

func TestForeignAV1(t *testing.T) {
	frame := []byte{0x12, 0, 0x32, 3, 1, 2, 3} // temporal delimiter, frame of 3 bytes
	for _, x := range []struct {
		name string
		p    []byte
		want Foreign
	}{
		{"frame", frame, NotForeign},
		{"last without size", []byte{0x12, 0, 0x30, 9, 9}, NotForeign},
		{"extension", []byte{0x36, 0x08, 1, 7}, NotForeign},
		{"composition time 0", append([]byte{0, 0, 0}, frame...), OBUAfterTime},
		{"composition time 40", append([]byte{0, 0, 40}, frame...), OBUAfterTime},
		{"temporal unit", append([]byte{7}, frame...), TemporalUnits},
		{"start code", []byte{0, 0, 0, 1, 0x65, 0x88}, NoOBU},
		{"too long", []byte{0x32, 9, 1}, NoOBU},
	} {
		if got := ForeignAV1(x.p); got != x.want {
			t.Errorf("%s: %d, want %d", x.name, got, x.want)
		}
	}
}

// TestForeignByChance: random payloads are not taken for ADTS or LOAS, and OBUs of
// any size never for something else.
func TestForeignByChance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		p := make([]byte, 8+r.IntN(400))
		for i := range p {
			p[i] = byte(r.Uint32())
		}
		if ForeignAAC(p) != NotForeign {
			t.Fatalf("% x", p)
		}
		n := len(p)
		obu := append([]byte{0x12, 0, 0x32, byte(n&0x7f) | 0x80, byte(n >> 7)}, p...)
		if ForeignAV1(obu) != NotForeign || !bytes.HasSuffix(obu, p) {
			t.Fatalf("% x", obu)
		}
	}
}
