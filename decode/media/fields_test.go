package media

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// find returns the n-th field (from 0) with that name, anywhere in the tree.
func find(t testing.TB, fields []field.Field, name string, n int) field.Field {
	t.Helper()
	var found []field.Field
	var walk func([]field.Field)
	walk = func(fields []field.Field) {
		for _, f := range fields {
			if f.Name == name {
				found = append(found, f)
			}
			walk(f.Children)
		}
	}
	walk(fields)
	if n >= len(found) {
		t.Fatalf("field %q occurs %d times", name, len(found))
	}
	return found[n]
}

func TestBitReaderVectors(t *testing.T) {
	// H.264 §9.1 table 9-2: 1 010 011 00100 00101 00110 00111 are 0 to 6.
	r := bitReader{p: []byte{0b10100110, 0b01000010, 0b10011000, 0b11100000}, end: 4}
	for want := range 7 {
		if got := r.ue("v"); got != want {
			t.Errorf("ue %d, want %d", got, want)
		}
	}
	// Signed: 0, 1, -1, 2, -2, 3, -3 (table 9-3).
	r = bitReader{p: r.p, end: 4}
	for _, want := range []int{0, 1, -1, 2, -2, 3, -3} {
		if got := r.se("v"); got != want {
			t.Errorf("se %d, want %d", got, want)
		}
	}
	if f := r.out[3]; f.Start != 0 || f.End != 2 || f.BitStart != 7 || f.Bits != 5 {
		t.Errorf("%+v", f)
	}
	r = bitReader{p: make([]byte, 20), end: 20}
	if r.ue("v"); !r.failed {
		t.Error("160 leading zeros are no number")
	}
	if r.u("v", 8) != 0 || len(r.out) != 0 {
		t.Error("a failed reader went on")
	}
}

func TestEmulationPreventionIsSteppedOver(t *testing.T) {
	r := bitReader{p: []byte{0, 0, 3, 1, 0, 0, 3, 0, 0, 3}, end: 10, escaped: true}
	if v := r.u("a", 24); v != 1 {
		t.Errorf("a = %x", v)
	}
	if f := r.out[0]; f.Start != 0 || f.End != 4 {
		t.Errorf("%+v", f)
	}
	if v := r.u("b", 32); v != 0 {
		t.Errorf("b = %x", v)
	}
	if r.left() != 0 || r.failed {
		t.Errorf("left %d, failed %v", r.left(), r.failed)
	}
}

func TestSEI(t *testing.T) {
	// 608 pair and 708 pair of GA94 cc_data in one T.35 payload (A/53 part 4).
	captions := "\xb5\x00\x31GA94\x03\x42\xff\xfc\x80\x80\xfe\x41\x42\xff"
	nal := "\x06\x04" + string(rune(len(captions))) + captions + "\x80"
	body := []byte("\x17\x01\x00\x00\x00\x00\x00\x00" + string(rune(len(nal))) + nal)
	checkTiling(t, true, body, nil)
	f := find(t, Fields(true, body, nil), seiPayload, 0)
	if f.Symbol != "captions" || f.Value != "1 CEA-608 pairs, 1 CEA-708 pairs" {
		t.Errorf("%+v", f)
	}
	if f.Start != 12 || f.End != 12+len(captions) {
		t.Errorf("[%d,%d)", f.Start, f.End)
	}
}

func TestX264TextInRealFrame(t *testing.T) {
	for _, r := range realBodies(t) {
		if r.detail != "AVC nalu key" || !strings.HasPrefix(r.name, "ffmpeg5__lal") {
			continue
		}
		f := find(t, Fields(true, r.body, nil), seiPayload, 0)
		if !strings.HasPrefix(f.Value.Show(true), `"x264 - core 164`) || f.Note != "x264 version and settings" {
			t.Errorf("%+v", f)
		}
		return
	}
	t.Fatal("no body")
}

func TestNALUnitFaults(t *testing.T) {
	for name, c := range map[string]struct {
		payload, field string
		config         *Config
	}{
		"start codes":       {"\x00\x00\x00\x01\x65\x88\x80\x10\x00\x00\x00\x01\x41\x9a", "byte stream", nil},
		"short start codes": {"\x00\x00\x01\x65\x88\x80\x10", "byte stream", nil},
		"length past end":   {"\x00\x00\x00\x09\x65\x88", "cut NAL unit", nil},
		"wrong length size": {"\x00\x02\x65\x88\x00\x01\x41", "cut NAL unit", nil},
	} {
		body := []byte("\x17\x01\x00\x00\x00" + c.payload)
		checkTiling(t, true, body, c.config)
		f := find(t, Fields(true, body, c.config), c.field, 0)
		if name != "length past end" && name != "wrong length size" && !f.Bad {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// The same bytes are right when the configuration says two bytes.
	body := []byte("\x17\x01\x00\x00\x00\x00\x02\x65\x88\x00\x01\x41")
	tree := Fields(true, body, &Config{LengthSize: 2})
	if f := find(t, tree, "NAL unit length", 1); f.Value != "1" || f.Start != 9 {
		t.Errorf("%+v", f)
	}
}

// TestAudioSpecificConfigVectors are computed by hand from ISO 14496-3 §1.6.2.1.
func TestAudioSpecificConfigVectors(t *testing.T) {
	for _, c := range []struct {
		name, asc, profile string
		rate, channels     int
	}{
		{"LC 44100 stereo", "\x12\x10", "LC", 44100, 2},
		// 00101 0111 0001 0100 00010 000: SBR, 22050, mono, 44100, LC.
		{"HE-AAC explicit", "\x2b\x8a\x08\x00", "HE-AAC", 44100, 1},
		// 11101 0111 0001 0100 00010 000: PS doubles mono.
		{"HE-AACv2 explicit", "\xeb\x8a\x08\x00", "HE-AACv2", 44100, 2},
		// LC 22050 stereo, then 0x2b7 00101 1 0100: SBR 44100.
		{"HE-AAC backward compatible", "\x13\x90\x56\xe5\xa0", "HE-AAC", 44100, 2},
		// ... and 0x548 1: PS.
		{"HE-AACv2 backward compatible", "\x13\x88\x56\xe5\xa5\x48\x80", "HE-AACv2", 44100, 2},
		// 00010 1111 (24 bits 12345) 0010 000.
		{"explicit frequency", "\x17\x80\x18\x1c\x90", "LC", 12345, 2},
		// 11111 000111 (39) 0100 0010 ...: ELD.
		{"escape", "\xf8\xe8\x40", "ELD", 44100, 2},
		{"channel configuration 7 is 7.1", "\x11\xb8", "LC", 48000, 8},
	} {
		body := []byte("\xaf\x00" + c.asc)
		got, ok := ParseConfig(ParseAudio(body), body)
		if !ok || got.Profile != c.profile || got.SampleRate != c.rate || got.Channels != c.channels {
			t.Errorf("%s: %+v", c.name, got)
		}
		checkTiling(t, false, body, nil)
	}
}

func TestADTSInRawAAC(t *testing.T) {
	body := []byte("\xaf\x01\xff\xf1\x50\x80\x02\x1f\xfc\x21\x00")
	if f := find(t, Fields(false, body, nil), "ADTS header", 0); !f.Bad || f.Start != 2 || f.End != 9 {
		t.Errorf("%+v", f)
	}
}

func TestHEVCUnderTheIDOfAVC(t *testing.T) {
	for _, r := range records(t) {
		if r.codec != "hevc" {
			continue
		}
		body := append([]byte{0x17, 0, 0, 0, 0}, r.data...)
		c, ok := ParseConfig(ParseVideo(body), body)
		if !ok || c.Codec != HEVC || c.Width != r.width {
			t.Errorf("%s: %+v", r.name, c)
		}
		checkTiling(t, true, body, nil)
		if f := find(t, Fields(true, body, nil), "HEVC decoder configuration record", 0); !f.Bad {
			t.Error("not called wrong")
		}
	}
}

// TestVVCRecord is computed by hand from ISO 14496-15 §11.2.4.2.
func TestVVCRecord(t *testing.T) {
	record := "\xff" + // reserved, length size 4, ptl present
		"\x00\x11\x5f" + // ols 0, 1 sublayer, constant 0, 4:2:0, depth 8+2, reserved
		"\x01\x02\x33\x80" + // 1 byte of constraints, Main 10, level 51 (3.1), constraints
		"\x00" + // no sub-profiles
		"\x05\x00\x02\xd0\x19\x00" + // 1280x720, 25 * 256
		"\x01\x90\x00\x01\x00\x03\x00\x81\x00" // one PPS array with one NAL unit of 3 bytes
	body := []byte("\x90vvc1" + record)
	checkTiling(t, true, body, nil)
	checkNoneBad(t, true, body)
	c, ok := ParseConfig(ParseVideo(body), body)
	if !ok || c.Width != 1280 || c.Height != 720 || c.FrameRate != 25 || c.LengthSize != 4 || c.Profile != "Main 10" || c.Level != "3.1" {
		t.Errorf("%+v", c)
	}
	if c.BitDepth != 10 || c.Chroma != "4:2:0" {
		t.Errorf("depth %d chroma %s", c.BitDepth, c.Chroma)
	}
}

func TestVideoFrameSizes(t *testing.T) {
	for _, c := range []struct {
		name, body    string
		width, height int
	}{
		// RFC 6386 §9.1: keyframe tag, start code 9d012a, 176 and 144 little-endian.
		{"VP8 key", "\x91vp08\x10\x02\x00\x9d\x01\x2a\xb0\x00\x90\x00", 176, 144},
		// Sorenson: start code 17 bits, version 5, temporal 8, size 3 bits = 5, type 2.
		{"H.263 320x240", "\x12\x00\x00\x84\x02\x80\x00", 320, 240},
		{"H.263 8 bit size", "\x12\x00\x00\x84\x00\x0a\x0f\x00", 0x14, 0x1e},
		{"screen video", "\x13\x12\x80\x11\xe0", 640, 480},
	} {
		body := []byte(c.body)
		got, _ := ParseConfig(ParseVideo(body), body)
		if got.Width != c.width || got.Height != c.height {
			t.Errorf("%s: %dx%d", c.name, got.Width, got.Height)
		}
		checkTiling(t, true, body, nil)
	}
	for _, r := range realBodies(t) {
		if r.detail == "ex-video vp09 pt1 ft1" {
			if got, ok := ParseConfig(ParseVideo(r.body), r.body); !ok || got.Width != 320 || got.Height != 240 {
				t.Errorf("VP9: %+v", got)
			}
		}
	}
}

func TestMultichannelConfig(t *testing.T) {
	native := []byte("\x94Opus\x01\x06\x00\x00\x00\x3f")
	f := find(t, Fields(false, native, nil), "channel flags", 0)
	if f.Note != "FrontLeft, FrontRight, FrontCenter, LowFrequency1, BackLeft, BackRight" {
		t.Errorf("%+v", f)
	}
	custom := []byte("\x94Opus\x02\x02\x01\xfe")
	if f := find(t, Fields(false, custom, nil), "channel position", 1); f.Symbol != "Unused" {
		t.Errorf("%+v", f)
	}
	checkTiling(t, false, native, nil)
	checkTiling(t, false, custom, nil)
}

func TestMultitrackFields(t *testing.T) {
	body := []byte("\x96\x20hvc1\x00\x00\x00\x01\xaaav01\x01\x00\x00\x01\xcc")
	tree := Fields(true, body, nil)
	if f := find(t, tree, "track body", 1); f.Value != "track 1, 1 bytes" || f.Start != 19 {
		t.Errorf("%+v", f)
	}
	if f := find(t, tree, "FourCC", 1); f.Symbol != "AV1" {
		t.Errorf("%+v", f)
	}
}

func TestMetadataPacketIsAMF(t *testing.T) {
	for _, r := range realBodies(t) {
		if r.detail == "ex-video hvc1 pt4 ft5" {
			f := find(t, Fields(true, r.body, nil), "metadata name", 0)
			if f.Value.Show(true) != `"colorInfo"` || f.Start != 5 {
				t.Errorf("%+v", f)
			}
		}
	}
}

func TestReversedFourCCIsSaid(t *testing.T) {
	f := find(t, Fields(true, []byte("\x901cva\x01"), nil), "FourCC", 0)
	if !f.Bad || !strings.Contains(f.Note, "AVC") {
		t.Errorf("%+v", f)
	}
}

func TestConfigInOneLine(t *testing.T) {
	c := Config{Codec: AVC, Profile: "High", Level: "3.1", Width: 1280, Height: 720, FrameRate: 25, Chroma: "4:2:0", BitDepth: 8}
	if got := c.String(); got != "AVC High@3.1 1280x720 25 fps 4:2:0 8 bit" {
		t.Error(got)
	}
}
