package media

import (
	"fmt"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

var (
	rates    = []int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350, 0, 0}
	channels = []int{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0}
)

func (w *scribe) aacType(v int) int {
	if v >= 32 {
		w.bits("audio object type", 5, 31)
		w.bits("audio object type extension", 6, v-32)
	} else {
		w.bits("audio object type", 5, v)
	}
	return v
}

func (w *scribe) aacRate(name string) int {
	i := w.bits(name+" index", 4, w.IntN(16))
	if i == 15 {
		return w.any(name, 24)
	}
	return rates[i]
}

// aacProgram writes program_config_element, ISO 14496-3 §4.4.1.1, and counts.
func (w *scribe) aacProgram() (n int) {
	w.as("program config element", func() {
		w.any("", 10)
		front, side, back := w.bits("", 4, w.IntN(3)), w.bits("", 4, w.IntN(3)), w.bits("", 4, w.IntN(3))
		lfe, assoc, coupling := w.bits("", 2, w.IntN(3)), w.bits("", 3, w.IntN(3)), w.bits("", 4, w.IntN(3))
		for _, long := range []int{4, 4, 3} { // mono and stereo mixdown, matrix
			if w.coin("") {
				w.any("", long)
			}
		}
		for range front + side + back {
			n += 1 + w.any("", 1)
			w.any("", 4)
		}
		n += lfe
		for range lfe + assoc {
			w.any("", 4)
		}
		for range coupling {
			w.any("", 5)
		}
		w.aligned()
		for range w.bits("", 8, w.IntN(3)) {
			w.any("", 8)
		}
	})
	return n
}

// TestRandomAudioSpecificConfigs: ISO 14496-3 §1.6.2.1, with SBR and PS signalled in
// front, behind, or not at all.
func TestRandomAudioSpecificConfigs(t *testing.T) {
	for seed := range uint64(400) {
		w := newScribe(seed)
		object := w.aacType([]int{1, 2, 4, 5, 17, 22, 29, 39, 42, 2}[seed%10])
		want := Config{Codec: AAC, ProfileIDC: object}
		base, sbr, ps := object, false, false
		want.SampleRate = w.aacRate("sampling frequency")
		config := w.any("channel configuration", 4)
		want.Channels = channels[config]
		if object == 5 || object == 29 {
			sbr, ps = true, object == 29
			if rate := w.aacRate("extension sampling frequency"); rate > 0 {
				want.SampleRate = rate
			}
			if base = w.aacType([]int{2, 22}[w.IntN(2)]); base == 22 {
				w.any("extension channel configuration", 4)
			}
		}
		if base <= 23 {
			w.coin("frame length flag")
			if w.coin("depends on core coder") {
				w.any("core coder delay", 14)
			}
			extension := w.coin("extension flag")
			if config == 0 {
				want.Channels = w.aacProgram()
			}
			if extension && base > 16 {
				w.any("extension flag 3", 1)
			}
		}
		if !sbr && w.IntN(2) == 0 {
			w.bits("sync extension type", 11, 0x2b7)
			w.aacType(5)
			if sbr = w.coin("SBR present flag"); sbr {
				if rate := w.aacRate("extension sampling frequency"); rate > 0 {
					want.SampleRate = rate
				}
				if w.IntN(2) == 0 {
					w.bits("sync extension type", 11, 0x548)
					ps = w.coin("PS present flag")
				}
			}
		}
		if ps && want.Channels == 1 {
			want.Channels = 2
		}
		b := &field.Builder{Body: w.p, End: len(w.p)}
		if isADTS(w.p) {
			continue
		}
		got := aacConfig(b)
		w.found(t, fmt.Sprint("config ", seed), b.Out[0].Children)
		profile := got.Profile
		compareConfig(t, fmt.Sprint("config ", seed), want, got)
		if (profile == "HE-AACv2") != ps || (profile == "HE-AAC") != (sbr && !ps) {
			t.Errorf("config %d: %s with SBR %v and PS %v", seed, profile, sbr, ps)
		}
	}
}

func TestCodecsOfMetadata(t *testing.T) {
	for _, c := range []struct {
		id    float64
		video bool
		want  Codec
	}{
		{7, true, AVC}, {10, false, AAC}, {2, false, MP3}, {0, false, soundFormats[0]}, {0, true, UnknownCodec}, {15, false, soundFormats[15]}, {15, true, videoCodecIDs[15]}, {16, false, UnknownCodec}, {16, true, UnknownCodec},
		{-1, true, UnknownCodec}, {7.5, true, UnknownCodec}, {1 << 40, true, UnknownCodec}, {0x61766331, true, AVC}, {0x31637661, true, AVC}, {0x6D703461, false, AAC}, {0x12345678, true, UnknownCodec},
	} {
		if got := CodecOfID(c.id, c.video); got != c.want {
			t.Errorf("%v, video %v: %s, want %s", c.id, c.video, got, c.want)
		}
	}
	for name, want := range map[string]Codec{"avc1": AVC, "hvc1": HEVC, "Opus": Opus, "opus": UnknownCodec, "avc": UnknownCodec, "avc1x": UnknownCodec, "": UnknownCodec} {
		if got := CodecNamed(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// TestADTSAtItsEdges: each bit of the synchronisation, and lengths that fit or do not.
func TestADTSAtItsEdges(t *testing.T) {
	frame := func(n int) []byte {
		p := make([]byte, n)
		p[0], p[1], p[3], p[4], p[5] = 0xff, 0xf1, byte(n>>11), byte(n>>3), byte(n<<5)
		return p
	}
	change := func(p []byte, at int, v byte) []byte { p[at] = v; return p }
	for i, c := range []struct {
		p    []byte
		want Foreign
	}{
		{frame(8), ADTS}, {frame(7), NotForeign}, {append(frame(8), frame(7)...), ADTS}, {append(frame(8), 0xff), NotForeign}, {append(frame(8), frame(7)[:6]...), NotForeign}, {change(frame(8), 0, 0xfe), NotForeign},
		{change(frame(8), 1, 0xf9), ADTS}, {change(frame(8), 1, 0xf0), ADTS}, {change(frame(8), 1, 0xf3), NotForeign}, {change(frame(8), 1, 0xe1), NotForeign}, {change(frame(3000), 3, 3), NotForeign}, {frame(3000), ADTS},
		{[]byte{0x56, 0xe0, 1, 9}, LOAS}, {[]byte{0x56, 0xe0, 0}, NotForeign}, {[]byte{0x56, 0xe0, 2, 9}, NotForeign}, {[]byte{0x57, 0xe0, 1, 9}, NotForeign}, {[]byte{0x56, 0xc0, 1, 9}, NotForeign}, {append([]byte{0x56, 0xe1, 0}, make([]byte, 256)...), LOAS}, {nil, NotForeign},
	} {
		if got := ForeignAAC(c.p); got != c.want {
			t.Errorf("case %d: %d, want %d", i, got, c.want)
		}
	}
}

// TestPacketTypes of legacy tags: those that are defined, and the rest.
func TestPacketTypes(t *testing.T) {
	for typ := range 256 {
		kinds := map[int]Kind{0: SequenceHeader, 1: Frame}
		if got := ParseAudio([]byte{0xaf, byte(typ), 1}); got.Kind != kinds[typ] || got.HeaderLen != 2 || got.Short {
			t.Errorf("AAC packet type %d: %+v", typ, got)
		}
		kinds[2] = EndOfSequence
		if got := ParseVideo([]byte{0x17, byte(typ), 0xff, 0xff, 0xfe, 1}); got.Kind != kinds[typ] || got.HeaderLen != 5 || got.CompositionTime != -2 {
			t.Errorf("AVC packet type %d: %+v", typ, got)
		}
	}
	for n := 1; n < 6; n++ {
		got := ParseVideo([]byte{0x27, 1, 0, 0, 5, 9}[:n])
		if got.Short != (n < 5) || got.HeaderLen != min(n, 5) || got.PayloadLen != max(n-5, 0) {
			t.Errorf("%d bytes of AVC: %+v", n, got)
		}
		if got := ParseAudio([]byte{0xaf, 1, 2, 3, 4, 5}[:n]); got.Short != (n < 2) || got.PayloadLen != max(n-2, 0) {
			t.Errorf("%d bytes of AAC: %+v", n, got)
		}
		if got := ParseVideo([]byte{0x57, 1, 2, 3, 4}[:min(n, 5)]); got.Kind != Command || got.Short != (n < 2) || n > 1 && got.VideoCommand != 1 {
			t.Errorf("%d bytes of a command: %+v", n, got)
		}
	}
}
