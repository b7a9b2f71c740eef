package decode

import (
	"slices"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestBelievableBodies asks of every first byte whether a body of a type may begin so:
// E-RTMP video has the top bit, legacy video frame types 1 to 5 and codecs 2 to 14, audio
// any format but 12, AMF0 a string, AMF3 the byte 0 before it.
func TestBelievableBodies(t *testing.T) {
	want := map[uint8]func(int) bool{
		chunk.TypeAudio: func(c int) bool { return c < 0xc0 || c > 0xcf },
		chunk.TypeVideo: func(c int) bool {
			frames, codecs := []int{1, 2, 3, 4, 5}, []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
			return c >= 128 || slices.Contains(frames, c/16) && slices.Contains(codecs, c%16)
		},
		chunk.TypeDataAMF0: func(c int) bool { return c == 2 }, chunk.TypeCommandAMF0: func(c int) bool { return c == 2 },
		chunk.TypeDataAMF3: func(c int) bool { return c == 0 || c == 2 }, chunk.TypeCommandAMF3: func(c int) bool { return c == 0 || c == 2 },
		chunk.TypeSetChunkSize: func(int) bool { return true }, chunk.TypeAggregate: func(int) bool { return true },
	}
	for typ, believed := range want {
		for c := range 256 {
			if got := believableBody(typ, []byte{byte(c)}); got != believed(c) {
				t.Errorf("type %d, first byte %#x: %v", typ, c, got)
			}
		}
		if !believableBody(typ, nil) {
			t.Errorf("type %d: an empty body is not believed", typ)
		}
	}
}

// TestBelievableHeaders tries each number of a header on both sides of its bounds.
func TestBelievableHeaders(t *testing.T) {
	audio := chunk.Message{Time: 20, Length: 100, Type: 8, StreamID: 1}
	with := func(change func(*chunk.Message)) chunk.Message { m := audio; change(&m); return m }
	length := func(typ uint8, n uint32) chunk.Message { return chunk.Message{Type: typ, Length: n} }
	for _, c := range []struct {
		name string
		m    chunk.Message
		want bool
	}{
		{"audio", audio, true},
		{"empty", with(func(m *chunk.Message) { m.Length = 0 }), true},
		{"8 MiB", with(func(m *chunk.Message) { m.Length = 8 << 20 }), true},
		{"more than 8 MiB", with(func(m *chunk.Message) { m.Length = 8<<20 + 1 }), false},
		{"stream 65535", with(func(m *chunk.Message) { m.StreamID = 65535 }), true},
		{"stream 65536", with(func(m *chunk.Message) { m.StreamID = 65536 }), false},
		{"stream 1 in the other order", with(func(m *chunk.Message) { m.StreamID = 0x01000000 }), true},
		{"stream 65535 in the other order", with(func(m *chunk.Message) { m.StreamID = 0xffff0000 }), true},
		{"stream 65537 in the other order", with(func(m *chunk.Message) { m.StreamID = 0x01000100 }), false},
		{"chunk size of 3 bytes", length(1, 3), false}, {"chunk size", length(1, 4), true}, {"chunk size of 5 bytes", length(1, 5), false},
		{"abort", length(2, 4), true}, {"abort of 5 bytes", length(2, 5), false},
		{"acknowledgement", length(3, 4), true}, {"acknowledgement of 3 bytes", length(3, 3), false},
		{"event of 5 bytes", length(4, 5), false}, {"event of 6", length(4, 6), true}, {"event of 44", length(4, 44), true}, {"event of 45", length(4, 45), false},
		{"window", length(5, 4), true}, {"window of 5 bytes", length(5, 5), false},
		{"bandwidth of 4 bytes", length(6, 4), false}, {"bandwidth", length(6, 5), true}, {"bandwidth of 6 bytes", length(6, 6), false},
	} {
		if got := believableHeader(0, c.m); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if !believableHeader(1, with(func(m *chunk.Message) { m.StreamID = 65536 })) {
		t.Error("a header of format 1 has no stream ID to judge")
	}
	for typ := range 256 {
		known := slices.Contains([]int{1, 2, 3, 4, 5, 6, 8, 9, 15, 16, 17, 18, 19, 20, 22}, typ)
		if got := isKnownType(uint8(typ)); got != known && typ != chunk.TypeVirtualControl {
			t.Errorf("type %d is known: %v", typ, got)
		}
	}
	for ms, want := range map[uint32]bool{0: true, 10_000: true, 10_001: false, chunk.ExtendedMark - 1: false, chunk.ExtendedMark: true, chunk.ExtendedMark + 1: false} {
		if believableDelta(ms) != want {
			t.Errorf("a step of %d ms: %v", ms, !want)
		}
	}
}

// TestWhereFramingMayBegin: a header that says all of a message, or enough of it.
func TestWhereFramingMayBegin(t *testing.T) {
	for _, c := range []struct {
		name string
		p    []byte
		want bool
	}{
		{"full header", full(4, "\x00\x00\x14", "\x00\x00\x0a", 8), true},
		{"full header, cut", full(4, "\x00\x00\x14", "\x00\x00\x0a", 8)[:10], true},
		{"full header of nothing", full(4, "\x00\x00\x14", "\x00\x00\x00", 8), false},
		{"unknown type", full(4, "\x00\x00\x14", "\x00\x00\x0a", 33), false},
		{"format 1", join(0x44, "\x00\x00\x14", "\x00\x00\x0a", 8), true},
		{"format 1 of nothing", join(0x44, "\x00\x00\x14", "\x00\x00\x00", 8), false},
		{"format 1, a large step", join(0x44, "\x00\x27\x11", "\x00\x00\x0a", 8), false},
		{"format 1, a command", join(0x44, "\x00\x00\x14", "\x00\x00\x0a", 20), false},
		{"format 1, too long", join(0x44, "\x00\x00\x14", "\x80\x00\x01", 9), false},
		{"format 2 without anything before", join(0x84, "\x00\x00\x14"), false},
		{"format 3", []byte{0xc4}, false},
	} {
		if got := newDecoder().mayBegin(c.p); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	d := newDecoder()
	d.phase = inHeader
	feed(d, join(full(4, "\x00\x00\x14", "\x00\x00\x01", 8), "a"), whole(100))
	for name, want := range map[string]bool{"\x84\x00\x00\x14": true, "\x84\x00\x27\x11": false, "\x85\x00\x00\x14": false} {
		if got := d.mayBegin([]byte(name)); got != want {
			t.Errorf("format 2, % x: %v", name, got)
		}
	}
}

// TestSizesThatAreTried: the one in force first, unless nothing was seen of it.
func TestSizesThatAreTried(t *testing.T) {
	d := newDecoder()
	if got := d.sizes(); !slices.Equal(got, commonSizes) {
		t.Errorf("at the beginning: %d", got)
	}
	d.chunkSize = 777
	if got := d.sizes(); got[0] != 777 || !slices.Equal(got[1:], commonSizes) {
		t.Errorf("a size was set: %d", got)
	}
	d.chunkSize, d.search.since = chunk.DefaultSize, 5
	if got := d.sizes(); got[0] != chunk.DefaultSize || !slices.Equal(got[1:], commonSizes) {
		t.Errorf("framing was lost: %d", got)
	}
}
