package media

import (
	"fmt"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// TestAddressesOfSlices: Ceil(Log2(blocks)) bits, H.265 §7.4.7.1, around powers of two.
func TestAddressesOfSlices(t *testing.T) {
	for _, c := range []struct {
		width, height, log2 int
		want                uint8
	}{
		{16, 16, 4, 0}, {32, 16, 4, 1}, {48, 16, 4, 2}, {64, 16, 4, 2}, {80, 16, 4, 3}, {128, 16, 4, 3}, {129, 16, 4, 4}, {1920, 1080, 6, 9}, {64, 64, 3, 6}, {65, 64, 3, 7},
		{64, 64, 7, 99}, {0, 64, 4, 99}, {64, 0, 4, 99}, {1, 1, 6, 0},
	} {
		conf := Config{syntax: syntax{addressBits: 99}}
		s := hevcSeq{r: &bitReader{}}
		if s.countBlocks(c.width, c.height, c.log2, &conf); conf.syntax.addressBits != c.want {
			t.Errorf("%+v: %d bits", c, conf.syntax.addressBits)
		}
	}
	failed := Config{}
	(&hevcSeq{r: &bitReader{failed: true}}).countBlocks(640, 480, 4, &failed)
	if failed.syntax.addressBits != 0 {
		t.Error("bits of a set that is cut")
	}
}

// TestHEVCSlices: the head of a slice as the sets in force tell, H.265 §7.3.6.1.
func TestHEVCSlices(t *testing.T) {
	for seed := range uint64(200) {
		w := newScribe(seed)
		kind := []int{0, 1, 15, 16, 19, 23, 24, 31}[w.IntN(8)]
		known := Config{syntax: syntax{pps: w.IntN(5) > 0, dependentSlices: w.IntN(2) == 0, addressBits: uint8(w.IntN(12)), extraSliceBits: uint8(w.IntN(3))}}
		w.hevcHead(kind)
		first := w.coin("first_slice_segment_in_pic_flag")
		if kind >= 16 && kind <= 23 {
			w.coin("no_output_of_prior_pics_flag")
		}
		w.gue("slice_pic_parameter_set_id", 64)
		if known.syntax.pps && w.hevcSegment(first, known.syntax) {
			for range known.syntax.extraSliceBits {
				w.coin("slice_reserved_flag")
			}
			w.gue("slice_type", 3)
		}
		nal := w.escaped()
		b := &field.Builder{Body: nal, End: len(nal)}
		nalBody(b, len(nal), HEVC, &known)
		w.found(t, fmt.Sprintf("kind %d, seed %d", kind, seed), b.Out[0].Children)
	}
}

// hevcSegment writes what tells segments apart, and says whether the head goes on.
func (w *scribe) hevcSegment(first bool, s syntax) bool {
	if first {
		return true
	}
	dependent := s.dependentSlices && w.coin("dependent_slice_segment_flag")
	if s.addressBits > 0 {
		w.any("slice_segment_address", int(s.addressBits))
	}
	return !dependent
}

// TestCutSetsSayNothing of the picture before its size was read.
func TestCutSetsSayNothing(t *testing.T) {
	for seed := range uint64(20) {
		w := newScribe(seed)
		w.avcSet()
		whole := w.escaped()
		for n := 1; n < len(whole); n++ {
			var c Config
			fields := readUnit(whole[:n], avcSPS, &c)
			sized := false
			each(fields, func(f field.Field) { sized = sized || f.Name == "pic_width_in_mbs_minus1" })
			if !sized && c != (Config{}) && c.Width == 0 {
				t.Fatalf("seed %d, %d bytes: %+v", seed, n, c)
			}
			if sized && c.Width == 0 && c.ProfileIDC == 0 {
				t.Fatalf("seed %d, %d bytes: the size is forgotten", seed, n)
			}
		}
	}
}

// TestConfigsNameTheirCodec, also of formats that say nothing more.
func TestConfigsNameTheirCodec(t *testing.T) {
	for body, want := range map[string]Codec{
		"\x90Opus": Opus, "\x90Opus\x01\x02": Opus, "\x90fLaC": FLAC, "\x90ac-3": AC3, "\x90ec-3": EAC3, "\x90.mp3": MP3, "\x90mp4a\x12\x10": AAC,
	} {
		tag := ParseAudio([]byte(body))
		b := &field.Builder{Body: []byte(body), At: min(tag.HeaderLen, len(body)), End: len(body)}
		if c := payloadFields(b, want, SequenceHeader, nil); c.Codec != want {
			t.Errorf("%q: %s, want %s", body, c.Codec, want)
		}
	}
}
