package media

import "testing"

// TestShownLater: slice headers by hand, H.264 §7.3.3: first_mb_in_slice 0 is 1,
// slice_type 0 is 1, 1 is 010, 6 is 00111, 5 is 00110.
func TestShownLater(t *testing.T) {
	avc, hevc := Config{Codec: AVC}, Config{Codec: HEVC}
	for _, x := range []struct {
		name string
		unit []byte
		c    Config
		want bool
	}{
		{"P", []byte{0x41, 0b1_1_000000, 0}, avc, false},
		{"B", []byte{0x01, 0b1_010_0000, 0}, avc, true},
		{"all B", []byte{0x01, 0b1_00111_00, 0}, avc, true},
		{"all P", []byte{0x41, 0b1_00110_00, 0}, avc, false},
		{"I of an IDR", []byte{0x65, 0b1_010_0000, 0}, avc, false},
		{"B that is shown as it is decoded", []byte{0x01, 0b1_010_0000, 0}, Config{Codec: AVC, InOrder: true}, false},
		{"cut", []byte{0x01, 0}, avc, false},
		{"no number", []byte{0x01, 0, 0, 0, 0}, avc, false},
		{"RASL", []byte{9 << 1, 1, 0}, hevc, true},
		{"TRAIL_R", []byte{1 << 1, 1, 0}, hevc, false},
		{"TRAIL_N without reordering", []byte{0, 1, 0}, hevc, false},
		{"TRAIL_N with it", []byte{0, 1, 0}, Config{Codec: HEVC, Reorder: 2}, true},
		{"another codec", []byte{0x01, 0b1_010_0000, 0}, Config{Codec: AV1}, false},
	} {
		if got := ShownLater(x.unit, x.c); got != x.want {
			t.Errorf("%s: %v", x.name, got)
		}
	}
}
