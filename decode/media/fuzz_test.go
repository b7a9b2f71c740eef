package media

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// checkBody holds what must be true of any body: no panic, tiling, a tree of
// bounded size, and a cheap reading that agrees with the full one.
func checkBody(t *testing.T, video bool, body []byte, lengthSize int) {
	tag := parse(video, body)
	if tag.HeaderLen < 0 || tag.HeaderLen > len(body) || tag.PayloadLen < 0 || tag.HeaderLen+tag.PayloadLen > len(body) {
		t.Fatalf("%+v for %d bytes", tag, len(body))
	}
	if tag.Video != video {
		t.Fatalf("%+v", tag)
	}
	c, ok := ParseConfig(tag, body)
	if ok && (c.Width < 0 || c.Height < 0 || c.Channels < 0 || c.FrameRate < 0) {
		t.Fatalf("%+v", c)
	}
	checkTiling(t, video, body, &Config{LengthSize: lengthSize})
	tree := Fields(video, body, nil)
	if n := countFields(tree); n > 64*len(body)+64 {
		t.Fatalf("%d fields for %d bytes", n, len(body))
	}
	if tag.Short || tag.Multitrack != NotMultitrack {
		return
	}
	boundary := len(body) == tag.HeaderLen
	for _, f := range tree {
		boundary = boundary || f.Start == tag.HeaderLen
	}
	if !boundary {
		t.Fatalf("no field begins at the payload %d of %x", tag.HeaderLen, head(body))
	}
}

func countFields(fields []field.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += countFields(f.Children)
	}
	return n
}

func seed(f *testing.F, video bool) {
	for _, r := range realBodies(f) {
		if r.video == video {
			f.Add(r.body, 4)
		}
	}
	for _, r := range records(f) {
		if v, body := r.body(); v == video {
			f.Add(body, 4)
		}
	}
}

func FuzzAudio(f *testing.F) {
	seed(f, false)
	f.Fuzz(func(t *testing.T, body []byte, size int) { checkBody(t, false, body, size&3+1) })
}

func FuzzVideo(f *testing.F) {
	seed(f, true)
	f.Fuzz(func(t *testing.T, body []byte, size int) { checkBody(t, true, body, size&3+1) })
}

// FuzzConfig holds the codec configuration records, with the parameter sets in
// them, to the invariants of any body; and frames that follow one are read by it.
func FuzzConfig(f *testing.F) {
	for _, r := range records(f) {
		f.Add(r.fourCC, r.data, hevcTimecode())
	}
	f.Add("vvc1", []byte("\xfe\x01\x8f\x00\x01\x00\x11\x00\x79\x00\x0d\x02\x33\x80\x00\x40\x05\x01\x00\x5a\x23\x10\x04\xe0"), []byte("\x00\x41\x88\x80"))
	f.Add("avc1", []byte("\x01\x64\x00\x0d\xff\xe1\x00\x00\x00"), avcTimecode(24, 6, 0, 1, 2, 3, 4, 0))
	f.Fuzz(func(t *testing.T, code string, record, nal []byte) {
		if len(code) != 4 {
			return
		}
		for _, video := range []bool{true, false} {
			body := join([]byte{0x90}, []byte(code), record)
			checkBody(t, video, body, 4)
			known, _ := ParseConfig(parse(video, body), body)
			frame := frameBody("\x93"+code, nal)
			checkTiling(t, video, frame, &known)
			again, _ := ParseConfig(parse(video, body), body)
			if again != known {
				t.Fatalf("%+v, then %+v", known, again)
			}
		}
	})
}

// TestHostileBodiesAreBounded feeds bodies that ask for as many fields as they
// can.
func TestHostileBodiesAreBounded(t *testing.T) {
	zeros := make([]byte, 4<<20)
	for _, head := range []string{
		"\x17\x01\x00\x00\x00", "\x91hvc1\x00\x00\x00", "\x91av01", "\x90av01", "\x90hvc1", "\x90vvc1", "\x96\x11hvc1",
	} {
		body := append([]byte(head), zeros...)
		if n := countFields(Fields(true, body, &Config{LengthSize: 1})); n > 100_000 {
			t.Errorf("%x: %d fields", head, n)
		}
	}
	for _, head := range []string{"\x90fLaC", "\x95\x11Opus", "\x94Opus\x02\xff"} {
		if n := countFields(Fields(false, append([]byte(head), zeros...), nil)); n > 100_000 {
			t.Errorf("%x: %d fields", head, n)
		}
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	for _, r := range realBodies(t) {
		var tag Tag
		if n := testing.AllocsPerRun(20, func() { tag = parse(r.video, r.body) }); n != 0 {
			t.Errorf("%s: %v allocations for %+v", r.name, n, tag)
		}
	}
}

func BenchmarkParseAudio(b *testing.B) {
	body := make([]byte, 400)
	body[0], body[1] = 0xaf, 1
	b.ReportAllocs()
	for b.Loop() {
		ParseAudio(body)
	}
}

func BenchmarkParseVideo(b *testing.B) {
	body := append([]byte("\xa1hvc1\x00\x00\x28"), make([]byte, 8000)...)
	b.ReportAllocs()
	for b.Loop() {
		ParseVideo(body)
	}
}

func BenchmarkFieldsKeyFrame(b *testing.B) {
	for _, r := range realBodies(b) {
		if r.detail == "AVC nalu key" {
			b.ReportAllocs()
			for b.Loop() {
				Fields(true, r.body, nil)
			}
			return
		}
	}
}
