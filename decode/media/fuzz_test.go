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
