package chunk

import (
	"slices"
	"testing"
)

// TestTypes asks of all 256 type IDs what they are; the numbers are those of RTMP
// 1.0 §5.4, §6.2 and §7.1, and the aggregate is none of these.
func TestTypes(t *testing.T) {
	for _, c := range []struct {
		name string
		is   func(uint8) bool
		want []uint8
	}{
		{"control", IsControl, []uint8{1, 2, 3, 4, 5, 6}},
		{"media", IsMedia, []uint8{8, 9}},
		{"command", IsCommand, []uint8{17, 20}},
		{"data", IsData, []uint8{15, 18}},
	} {
		for typ := range 256 {
			if got := c.is(uint8(typ)); got != slices.Contains(c.want, uint8(typ)) {
				t.Errorf("type %d is %s: %v", typ, c.name, got)
			}
		}
	}
}

// TestHeadersAreReadAsWritten writes and reads every format with values that need
// each byte of each field.
func TestHeadersAreReadAsWritten(t *testing.T) {
	full := Message{Time: 0x123456, Length: 0x789abc, Type: 0xde, StreamID: 0x01020304}
	if got := ParseMessage(0, []byte{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 4, 3, 2, 1}); got != full {
		t.Errorf("%+v", got)
	}
	for format, want := range []Message{full, {Time: full.Time, Length: full.Length, Type: full.Type}, {Time: full.Time}, {}} {
		wire := AppendMessage(nil, uint8(format), full)
		if len(wire) != MessageSize(uint8(format)) {
			t.Errorf("format %d has %d bytes", format, len(wire))
		}
		if got := ParseMessage(uint8(format), wire); got != want {
			t.Errorf("format %d: %+v, want %+v", format, got, want)
		}
	}
}

// TestWriterChoosesHeaders: what a writer writes first for a message, by what it
// wrote before. A size that was never set is 128.
func TestWriterChoosesHeaders(t *testing.T) {
	out := func(ms uint32, stream uint32, n int) Out {
		return Out{ChunkStream: 5, Timestamp: ms, Type: 9, StreamID: stream, Body: make([]byte, n)}
	}
	for _, c := range []struct {
		name         string
		first, later Out
		format       byte
		time         uint32
	}{
		{"the same time", out(10, 1, 4), out(10, 1, 4), 2, 0},
		{"later, as long", out(10, 1, 4), out(13, 1, 4), 2, 3},
		{"later, longer", out(10, 1, 4), out(13, 1, 5), 1, 3},
		{"earlier", out(10, 1, 4), out(9, 1, 4), 0, 9},
		{"another stream", out(10, 1, 4), out(13, 2, 4), 0, 13},
		{"a large time", out(10, 1, 4), out(0xfffffe, 2, 4), 0, 0xfffffe},
		{"the first extended time", out(10, 1, 4), out(0xffffff, 2, 4), 0, ExtendedMark},
	} {
		var w Writer
		w.Append(nil, c.first)
		got := w.Append(nil, c.later)
		if b := ParseBasic(got); b.Fmt != c.format || ParseMessage(b.Fmt, got[b.Size:]).Time != c.time {
			t.Errorf("%s: %x", c.name, got[:12])
		}
		extended := 0
		if c.time == ExtendedMark {
			extended = 4
		}
		if want := 1 + MessageSize(c.format) + extended + len(c.later.Body); len(got) != want {
			t.Errorf("%s: %d bytes, want %d", c.name, len(got), want)
		}
	}
	for size, chunks := range map[int]int{0: 3, 1: 257, 128: 3, 256: 2, 257: 1} {
		var w Writer
		w.SetSize(size)
		if got := len(w.Append(nil, out(0, 1, 257))); got != 12+257+chunks-1 {
			t.Errorf("257 bytes in chunks of %d: %d bytes", size, got)
		}
	}
}
