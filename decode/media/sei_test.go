package media

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// TestCaptionsAreCounted: ATSC A/53 part 4 §6.2.3, and what only looks like it.
func TestCaptionsAreCounted(t *testing.T) {
	data := func(change func(p []byte)) []byte {
		p := []byte{0xb5, 0, 0x31, 'G', 'A', '9', '4', 3, 0xc4, 0xff, 0xfc, 1, 2, 0xfd, 3, 4, 0xfe, 5, 6, 0xf8, 7, 8, 0xff}
		change(p)
		return p
	}
	for name, c := range map[string]struct {
		data  []byte
		value string
		note  string
	}{
		"captions":          {data(func([]byte) {}), "2 CEA-608 pairs, 1 CEA-708 pairs", "GA94 cc_data"},
		"three of four":     {data(func(p []byte) { p[8] = 0xc3 }), "2 CEA-608 pairs, 1 CEA-708 pairs", "GA94 cc_data"},
		"two of four":       {data(func(p []byte) { p[8] = 0xc2 }), "2 CEA-608 pairs, 0 CEA-708 pairs", "GA94 cc_data"},
		"none":              {data(func(p []byte) { p[8] = 0xc0 }), "0 CEA-608 pairs, 0 CEA-708 pairs", "GA94 cc_data"},
		"708 in both kinds": {data(func(p []byte) { p[10] = 0xff }), "1 CEA-608 pairs, 2 CEA-708 pairs", "GA94 cc_data"},
		"cut":               {data(func([]byte) {})[:15], "1 CEA-608 pairs, 0 CEA-708 pairs", "GA94 cc_data"},
		"just enough":       {data(func([]byte) {})[:10], "0 CEA-608 pairs, 0 CEA-708 pairs", "GA94 cc_data"},
		"too short":         {data(func([]byte) {})[:9], "9 bytes", ""},
		"another country":   {data(func(p []byte) { p[0] = 0xb4 }), "23 bytes", ""},
		"another provider":  {data(func(p []byte) { p[1] = 1 }), "23 bytes", "country 0xb5, provider 0x0131"},
		"and another":       {data(func(p []byte) { p[2] = 0x2f }), "23 bytes", "country 0xb5, provider 0x002f"},
		"another format":    {data(func(p []byte) { p[6] = '5' }), "23 bytes", "country 0xb5, provider 0x0031"},
		"another type":      {data(func(p []byte) { p[7] = 6 }), "23 bytes", "country 0xb5, provider 0x0031"},
	} {
		var f field.Field
		describeSEI(&f, 4, c.data)
		if string(f.Value) != c.value || f.Note != c.note || (f.Symbol == "captions") != (c.note == "GA94 cc_data") {
			t.Errorf("%s: %q, %q, %q", name, f.Value, f.Note, f.Symbol)
		}
	}
}

func TestSEIPayloadsInWords(t *testing.T) {
	x264 := []byte{0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee, 0xef}
	for _, c := range []struct {
		kind        int
		data        []byte
		value, note string
	}{
		{5, append(x264, "x264 - core\x00"...), `"x264 - core"`, "x264 version and settings"},
		{5, append(make([]byte, 16), "text"...), `"text"`, "UUID 00000000000000000000000000000000"},
		{5, make([]byte, 16), `""`, "UUID 00000000000000000000000000000000"},
		{5, make([]byte, 15), strings.Repeat("00", 15), ""},
		{6, []byte{0xab, 0xcd}, "abcd", ""},
		{6, make([]byte, 40), strings.Repeat("00", 32), ""},
	} {
		var f field.Field
		describeSEI(&f, c.kind, c.data)
		if string(f.Value) != c.value || f.Note != c.note {
			t.Errorf("kind %d, %x: %q, %q", c.kind, c.data, f.Value, f.Note)
		}
	}
	for _, c := range [][3]string{{"", "", ""}, {"a", "", "a"}, {"", "b", "b"}, {"a", "b", "a, b"}} {
		if got := appendWord(c[0], c[1]); got != c[2] {
			t.Errorf("%q and %q: %q", c[0], c[1], got)
		}
	}
}

// TestSEISizes: type and size as runs of 0xFF, H.264 §7.3.2.3.1.
func TestSEISizes(t *testing.T) {
	w := new(bitWriter)
	w.u(8, 6).u(8, 0xff).u(8, 2).u(8, 0xff).u(8, 45) // type 257, 300 bytes
	for range 300 {
		w.u(8, 0x11)
	}
	w.u(8, 6).u(8, 0).u(8, 19).u(8, 1).u(8, 0x22) // an empty one, and one of a byte
	nal := w.escaped()
	b := &field.Builder{Body: nal, End: len(nal)}
	seiUnit(b, len(nal), AVC, nil)
	var got []string
	for _, f := range b.Out[0].Children {
		if f.Name == "payload type" || f.Name == "payload size" || f.Name == "payload" {
			got = append(got, fmt.Sprintf("%s %s %s %d", f.Name, f.Value[:min(len(f.Value), 4)], f.Symbol, f.Bits))
		}
	}
	want := []string{"payload type 257  16", "payload size 300  16", "payload 1111  2400", "payload type 6 recovery point 8", "payload size 0  8",
		"payload type 19 film grain characteristics 8", "payload size 1  8", "payload 22 film grain characteristics 8"}
	if fmt.Sprint(got) != fmt.Sprint(want) || b.Out[0].Note != "film grain characteristics" || b.Out[0].Symbol != "SEI" {
		t.Errorf("%q, note %q", got, b.Out[0].Note)
	}
}

// TestRandomTimings: pic_timing of H.264 §D.1.3 and time_code of H.265 §D.2.27, element by
// element, and the times of day that they say.
func TestRandomTimings(t *testing.T) {
	for seed := range uint64(300) {
		w := newScribe(seed)
		known := Config{syntax: syntax{sps: true, delays: w.IntN(2) == 0, picStruct: w.IntN(3) > 0, cpbDelay: uint8(1 + w.IntN(32)), dpbDelay: uint8(1 + w.IntN(32)), timeOffset: uint8(w.IntN(32))}}
		codec, kind := []Codec{AVC, HEVC}[seed%2], seiPictureTiming
		var codes []string
		if codec == AVC {
			codes = w.avcTiming(known.syntax)
		} else {
			kind = seiTimeCode
			for range w.any("num_clock_ts", 2) {
				if w.coin("clock_timestamp_flag") {
					w.coin("units_field_based_flag")
					codes = append(codes, w.clock(9))
					if n := w.any("time_offset_length", 5); n > 0 {
						w.signed("time_offset_value", n)
					}
				}
			}
		}
		if w.n == 0 {
			continue
		}
		r := &bitReader{p: w.p, end: len(w.p)}
		got, ok := timedSEI(r, kind, codec, &known)
		if !ok || fmt.Sprint(got) != fmt.Sprint(codes) {
			t.Fatalf("seed %d: %q, %v, want %q", seed, got, ok, codes)
		}
		w.found(t, fmt.Sprint("seed ", seed), r.out)
	}
}

// signed writes a value in two's complement.
func (w *scribe) signed(name string, n int) {
	from, v := w.n, w.Uint64()&(1<<n-1)
	w.u(n, v)
	value := int(v)
	if v>>(n-1) == 1 {
		value = int(v) - 1<<n
	}
	w.note(name, from, fmt.Sprint(value))
}

// avcTiming writes pic_timing; table D-1 says how many time stamps a picture has.
func (w *scribe) avcTiming(s syntax) (codes []string) {
	if s.delays {
		w.any("cpb_removal_delay", int(s.cpbDelay))
		w.any("dpb_output_delay", int(s.dpbDelay))
	}
	if !s.picStruct {
		return nil
	}
	kind := w.any("pic_struct", 4)
	n := map[int]int{0: 1, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 2, 8: 3}[kind]
	for range n {
		if w.coin("clock_timestamp_flag") {
			w.any("ct_type", 2)
			w.coin("nuit_field_based_flag")
			codes = append(codes, w.clock(8))
			if s.timeOffset > 0 {
				w.signed("time_offset", int(s.timeOffset))
			}
		}
	}
	return codes
}

// clock writes the part that both have in common.
func (w *scribe) clock(frameBits int) string {
	counting := w.any("counting_type", 5)
	full := w.coin("full_timestamp_flag")
	w.flags("discontinuity_flag", "cnt_dropped_flag")
	frames := w.any("n_frames", frameBits)
	part := map[string]string{"seconds": "--", "minutes": "--", "hours": "--"}
	for _, name := range []string{"seconds", "minutes", "hours"} {
		if !full && !w.coin(name+"_flag") {
			break
		}
		part[name] = fmt.Sprintf("%02d", w.any(name+"_value", map[string]int{"seconds": 6, "minutes": 6, "hours": 5}[name]))
	}
	return fmt.Sprintf("%s:%s:%s%s%02d", part["hours"], part["minutes"], part["seconds"], map[bool]string{true: ";", false: ":"}[counting == 4], frames)
}

// TestTimingsThatCannotBeRead: of other kinds, or without the set that says how.
func TestTimingsThatCannotBeRead(t *testing.T) {
	sets := func(s syntax) *Config { return &Config{syntax: s} }
	full := syntax{sps: true, picStruct: true}
	for _, c := range []struct {
		kind  int
		codec Codec
		known *Config
		want  bool
	}{
		{seiTimeCode, HEVC, nil, true}, {seiTimeCode, AVC, sets(full), false}, {seiPictureTiming, AVC, nil, false}, {seiPictureTiming, AVC, &Config{}, false},
		{seiPictureTiming, AVC, sets(syntax{sps: true}), true}, {seiPictureTiming, HEVC, sets(full), true}, {seiPictureTiming, HEVC, sets(syntax{sps: true}), false},
		{5, AVC, sets(full), false}, {seiPictureTiming, VVC, sets(full), false},
	} {
		r := &bitReader{p: make([]byte, 4), end: 4}
		if _, ok := timedSEI(r, c.kind, c.codec, c.known); ok != c.want {
			t.Errorf("kind %d of %s, %+v: %v", c.kind, c.codec, c.known, ok)
		}
	}
	r := &bitReader{p: []byte{0xff}, end: 1}
	if _, ok := timedSEI(r, seiTimeCode, HEVC, nil); ok {
		t.Error("a payload that is cut is said to be read")
	}
}

// TestHEVCRecordsAreTold from those of AVC, byte by byte.
func TestHEVCRecordsAreTold(t *testing.T) {
	record := func(at int, v byte) []byte {
		p := make([]byte, 26)
		p[0], p[1], p[22], p[23] = 1, 1, 1, 32
		if at >= 0 {
			p[at] = v
		}
		return p
	}
	for i, c := range []struct {
		p    []byte
		want bool
	}{
		{record(-1, 0), true}, {record(-1, 0)[:25], false}, {record(0, 0), false}, {record(0, 2), false}, {record(22, 0), false}, {record(22, 2), true},
		{record(1, 0), false}, {record(1, 66), false}, {record(1, 0x60|11), true}, {record(1, 12), false}, {record(1, 2), true},
		{record(23, 0xa1), true}, {record(23, 34), true}, {record(23, 35), false}, {record(23, 31), false}, {record(23, 39), true}, {record(23, 40), false}, {record(23, 38), false},
	} {
		if got := looksLikeHVCC(c.p); got != c.want {
			t.Errorf("case %d: %v", i, got)
		}
	}
}

// TestColoursHaveNames: ISO 23091-2 tables 2, 3 and 4.
func TestColoursHaveNames(t *testing.T) {
	for _, c := range [][2]string{
		{primariesName(1), "BT.709"}, {primariesName(9), "BT.2020"}, {primariesName(12), "Display P3"}, {transferName(16), "PQ"}, {transferName(18), "HLG"}, {transferName(13), "sRGB"},
		{matrixName(0), "RGB"}, {matrixName(9), "BT.2020"}, {matrixName(14), "ICtCp"}, {matrixName(200), "reserved"}, {matrixName(3), "reserved"}, {primariesName(3), "reserved"}, {transferName(19), "reserved"}, {chromaName(0), "4:0:0"}, {chromaName(3), "4:4:4"}, {chromaName(4), ""},
		{vvcProfile(1), "Main 10"}, {vvcProfile(2), "profile 2"}, {hevcProfile(2), "Main 10"}, {hevcProfile(12), "profile 12"}, {vvcLevel(51), "3.1"}, {vvcLevel(64), "4.0"},
		{vvcNALName(15), "SPS"}, {vvcNALName(4), "NAL unit type 4"}, {hevcNALName(34), "PPS"}, {hevcNALName(41), "NAL unit type 41"}, {avcNALName(5), "slice (IDR)"}, {avcNALName(0), ""},
		{avcProfileName(66, 0x40), "Constrained Baseline"}, {avcProfileName(66, 0), "Baseline"}, {avcProfileName(77, 0x40), "Main"}, {avcProfileName(110, 0x10), "High 10 Intra"},
		{avcProfileName(122, 0x10), "High 4:2:2 Intra"}, {avcProfileName(122, 0), "High 4:2:2"}, {avcProfileName(100, 0x10), "High"}, {avcProfileName(99, 0), "profile 99"},
		{avcLevel(11, 0x10, 66), "1b"}, {avcLevel(11, 0x10, 100), "1.1"}, {avcLevel(10, 0x10, 66), "1"}, {dotted(31, 10), "3.1"}, {dotted(93, 30), "3.1"}, {dotted(120, 30), "4"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
	for _, c := range []struct {
		num, den int
		want     float64
	}{{25, 1, 25}, {25, 0, 0}, {30000, 1001, 30000.0 / 1001}, {999_999, 1, 999_999}, {1_000_000, 1, 0}, {0, 5, 0}} {
		if got := rate(float64(c.num), float64(c.den)); got != c.want {
			t.Errorf("%d/%d is %v", c.num, c.den, got)
		}
	}
}

// TestLengthsAndStartCodes: what only a byte stream explains is one.
func TestLengthsAndStartCodes(t *testing.T) {
	for _, c := range []struct {
		p    []byte
		want bool
	}{
		{[]byte{0, 0, 0, 1, 0x67, 1}, true}, {[]byte{0, 0, 1, 0x67, 1, 2}, true}, {[]byte{0, 0, 0, 1, 0x67}, false},
		{[]byte{0, 0, 0, 1, 0x09, 0, 0, 0, 1, 0x0a}, false}, {[]byte{0, 0, 1, 0, 1, 2}, true}, {[]byte{0, 1, 0, 1, 1, 2}, false}, {[]byte{1, 0, 0, 1, 1, 2}, false},
		{[]byte{0, 0, 0, 2, 1, 2}, false}, {[]byte{0, 0, 2, 1, 1, 2}, false}, {append([]byte{0, 0, 1, 2}, make([]byte, 258)...), false},
	} {
		if got := isAnnexB(c.p); got != c.want {
			t.Errorf("% x: %v", c.p[:6], got)
		}
	}
}
