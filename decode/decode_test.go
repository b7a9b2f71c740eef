package decode

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seen is an event with its body copied and nothing left out.
type seen struct {
	Event
	Body string
}

func copyEvent(e *Event) seen {
	s := seen{Event: *e, Body: string(e.Body)}
	s.Event.Body = nil
	return s
}

// feed gives p in pieces of the sizes that next returns, then ends the
// direction, and collects every event.
func feed(d *Decoder, p []byte, next func() int) (out []seen) {
	drain := func() {
		for e := d.Next(); e != nil; e = d.Next() {
			out = append(out, copyEvent(e))
		}
	}
	buf := make([]byte, 0, 64<<10)
	for len(p) > 0 {
		n := min(max(next(), 1), len(p))
		buf = append(buf[:0], p[:n]...)
		p = p[n:]
		d.Write(buf)
		drain()
		for i := range buf {
			buf[i] = 0xdb // an event that is kept too long shows
		}
	}
	d.Finish()
	drain()
	return out
}

func whole(n int) func() int { return func() int { return n } }

func newDecoder() *Decoder { return New(FromClient, DefaultLimits()) }

// hello is a plain handshake of one direction: C0, C1, C2.
func hello() []byte {
	p := make([]byte, 1+2*1536)
	p[0] = 3
	for i := 9; i < len(p); i++ {
		p[i] = byte(i * 7)
	}
	copy(p[1:9], make([]byte, 8))
	return p
}

// kinds drops the events of those kinds.
func without(in []seen, kinds ...Kind) (out []seen) {
	for _, e := range in {
		if !slices.Contains(kinds, e.Kind) {
			out = append(out, e)
		}
	}
	return out
}

// short writes an event as a test reads it.
func short(in []seen) (out []string) {
	for _, e := range in {
		switch e.Kind {
		case Message, Aborted:
			out = append(out, fmt.Sprintf("%v cs=%d type=%d ts=%d ms=%d len=%d chunks=%d body=%d [%d,%d) %s", e.Kind,
				e.ChunkStream, e.Type, e.Timestamp, e.StreamID, e.Length, e.Chunks, len(e.Body), e.Offset, e.End, e.Reason.Token))
		default:
			out = append(out, fmt.Sprintf("%v [%d,%d) %s", e.Kind, e.Offset, e.End, e.Reason.Token))
		}
	}
	return out
}

// after decodes bytes that follow a handshake; offsets count from its end.
func after(t *testing.T, p []byte) []seen {
	t.Helper()
	events := feed(newDecoder(), append(hello(), p...), whole(1<<20))
	events = without(events, Handshake, Chunk)
	for i := range events {
		events[i].Offset -= 3073
		events[i].End -= 3073
	}
	return events
}

func check(t *testing.T, p []byte, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, short(after(t, p))); diff != "" {
		t.Error(diff)
	}
}

// join builds a byte string from parts: bytes, strings and slices.
func join(parts ...any) (p []byte) {
	for _, x := range parts {
		switch x := x.(type) {
		case int:
			p = append(p, byte(x))
		case byte:
			p = append(p, x)
		case string:
			p = append(p, x...)
		case []byte:
			p = append(p, x...)
		}
	}
	return p
}

func body(n int) []byte { return bytes.Repeat([]byte{0xaa}, n) }

// The vectors below are computed by hand from RTMP 1.0 §5.3.1.

func TestFormats(t *testing.T) {
	check(t, join(
		// fmt 0, stream 4, timestamp 1000, length 3, type 8, message stream 1
		0x04, "\x00\x03\xe8", "\x00\x00\x03", 8, "\x01\x00\x00\x00", "abc",
		// fmt 1: delta 23, length 2, type 9
		0x44, "\x00\x00\x17", "\x00\x00\x02", 9, "de",
		// fmt 2: delta 20
		0x84, "\x00\x00\x14", "fg",
		// fmt 3: the same delta again
		0xc4, "hi",
	),
		"message cs=4 type=8 ts=1000 ms=1 len=3 chunks=1 body=3 [0,15) ",
		"message cs=4 type=9 ts=1023 ms=1 len=2 chunks=1 body=2 [15,25) ",
		"message cs=4 type=9 ts=1043 ms=1 len=2 chunks=1 body=2 [25,31) ",
		"message cs=4 type=9 ts=1063 ms=1 len=2 chunks=1 body=2 [31,34) ",
	)
}

func TestChunkStreamIDForms(t *testing.T) {
	header := "\x00\x00\x00\x00\x00\x01\x08\x01\x00\x00\x00"
	check(t, join(
		0x00, 0, header, "x", // 64 + 0
		0x00, 255, header, "x", // 64 + 255 = 319
		0x01, 0, 1, header, "x", // 64 + 0 + 1*256 = 320
		0x01, 255, 255, header, "x", // 65599
		0xc1, 0, 0, "y", // 64 again, in the three byte form
		0x3f, header, "x", // 63
	),
		"message cs=64 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [0,14) ",
		"message cs=319 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [14,28) ",
		"message cs=320 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [28,43) ",
		"message cs=65599 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [43,58) ",
		"message cs=64 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [58,62) ",
		"message cs=63 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [62,75) ",
	)
}

func TestInterleaving(t *testing.T) {
	check(t, join(
		0x04, "\x00\x00\x00", "\x00\x01\x00", 9, "\x01\x00\x00\x00", body(128), // 256 bytes, first half
		0x05, "\x00\x00\x00", "\x00\x00\x02", 8, "\x01\x00\x00\x00", "ab",
		0xc4, body(128),
	),
		"message cs=5 type=8 ts=0 ms=1 len=2 chunks=1 body=2 [140,154) ",
		"message cs=4 type=9 ts=0 ms=1 len=256 chunks=2 body=256 [0,283) ",
	)
}

// Set Chunk Size holds for the next chunk, also of a message in assembly.
func TestSetChunkSizeInMidMessage(t *testing.T) {
	check(t, join(
		0x04, "\x00\x00\x00", "\x00\x01\x00", 9, "\x01\x00\x00\x00", body(128),
		0x02, "\x00\x00\x00", "\x00\x00\x04", 1, "\x00\x00\x00\x00", "\x00\x00\x00\x40", // 64
		0xc4, body(64), 0xc4, body(64),
	),
		"message cs=2 type=1 ts=0 ms=0 len=4 chunks=1 body=4 [140,156) ",
		"message cs=4 type=9 ts=0 ms=1 len=256 chunks=3 body=256 [0,286) ",
	)
}

func TestSetChunkSizeOutOfRange(t *testing.T) {
	set := func(v string) []byte {
		return join(0x02, "\x00\x00\x00", "\x00\x00\x04", 1, "\x00\x00\x00\x00", v)
	}
	cases := []struct {
		name, value, token string
		size               uint32
	}{
		{"zero", "\x00\x00\x00\x00", "chunk-size-zero", 128},
		{"one", "\x00\x00\x00\x01", "", 1},
		{"largest", "\x7f\xff\xff\xff", "", 0xffffff},
		{"top bit", "\x80\x00\x10\x00", "chunk-size-top-bit", 4096},
	}
	for _, c := range cases {
		d := newDecoder()
		var tokens string
		for _, e := range feed(d, append(hello(), set(c.value)...), whole(1<<20)) {
			tokens += e.Reason.Token
		}
		if tokens != c.token || d.ChunkSize() != c.size {
			t.Errorf("%s: got %q and size %d, want %q and %d", c.name, tokens, d.ChunkSize(), c.token, c.size)
		}
	}
}

func TestAbort(t *testing.T) {
	check(t, join(
		0x04, "\x00\x00\x05", "\x00\x01\x00", 9, "\x01\x00\x00\x00", body(128),
		0x02, "\x00\x00\x00", "\x00\x00\x04", 2, "\x00\x00\x00\x00", "\x00\x00\x00\x04",
		0x84, "\x00\x00\x0a", body(128), 0xc4, body(128), // the header state has stayed
	),
		"message cs=2 type=2 ts=0 ms=0 len=4 chunks=1 body=4 [140,156) ",
		"aborted cs=4 type=9 ts=5 ms=1 len=256 chunks=1 body=128 [0,156) abort",
		"message cs=4 type=9 ts=15 ms=1 len=256 chunks=2 body=256 [156,417) ",
	)
}

func TestExtendedTimestamps(t *testing.T) {
	check(t, join(
		// fmt 0: 0x01000000 = 16,777,216; 200 bytes, so a continuation repeats the field
		0x04, "\xff\xff\xff", "\x00\x00\xc8", 9, "\x01\x00\x00\x00", "\x01\x00\x00\x00", body(128),
		0xc4, "\x01\x00\x00\x00", body(72),
		// fmt 1 with a small delta: no field any more, on the continuation neither
		0x44, "\x00\x00\x28", "\x00\x00\xc8", 9, body(128), 0xc4, body(72),
	),
		"dialect [144,144) extended-timestamp-repeated",
		"message cs=4 type=9 ts=16777216 ms=1 len=200 chunks=2 body=200 [0,221) ",
		"message cs=4 type=9 ts=16777256 ms=1 len=200 chunks=2 body=200 [221,430) ",
	)
}

// Old librtmp leaves the field out on continuations; what follows tells.
func TestExtendedTimestampLeftOut(t *testing.T) {
	one := join(0x04, "\xff\xff\xff", "\x00\x00\xc8", 9, "\x01\x00\x00\x00", "\x01\x00\x00\x00", body(128), 0xc4, body(72))
	check(t, join(one, one),
		"dialect [144,144) extended-timestamp-left-out",
		"message cs=4 type=9 ts=16777216 ms=1 len=200 chunks=2 body=200 [0,217) ",
		"message cs=4 type=9 ts=16777216 ms=1 len=200 chunks=2 body=200 [217,434) ",
	)
}

func TestExtendedDelta(t *testing.T) {
	check(t, join(
		0x04, "\x00\x2a\xf8", "\x00\x00\x01", 8, "\x01\x00\x00\x00", "x", // 11,000
		0x84, "\xff\xff\xff", "\x01\x00\x00\x7c", "y", // delta 16,777,340
	),
		"message cs=4 type=8 ts=11000 ms=1 len=1 chunks=1 body=1 [0,13) ",
		"message cs=4 type=8 ts=16788340 ms=1 len=1 chunks=1 body=1 [13,22) ",
	)
}

func TestZeroLengthMessages(t *testing.T) {
	check(t, join(0x04, "\x00\x00\x00", "\x00\x00\x00", 8, "\x01\x00\x00\x00", 0xc4, 0xc4),
		"message cs=4 type=8 ts=0 ms=1 len=0 chunks=1 body=0 [0,12) ",
		"message cs=4 type=8 ts=0 ms=1 len=0 chunks=1 body=0 [12,13) ",
		"message cs=4 type=8 ts=0 ms=1 len=0 chunks=1 body=0 [13,14) ",
	)
}

func TestHeaderInMidMessage(t *testing.T) {
	check(t, join(
		0x04, "\x00\x00\x00", "\x00\x01\x00", 9, "\x01\x00\x00\x00", body(128),
		0x04, "\x00\x00\x09", "\x00\x00\x01", 8, "\x01\x00\x00\x00", "x",
	),
		"anomaly [140,140) header-mid-message",
		"aborted cs=4 type=9 ts=0 ms=1 len=256 chunks=1 body=128 [0,140) header-mid-message",
		"message cs=4 type=8 ts=9 ms=1 len=1 chunks=1 body=1 [140,153) ",
	)
}

func TestLost(t *testing.T) {
	unknown := join(0x04, "\x00\x00\x00", "\x00\x00\x01", 99, "\x01\x00\x00\x00", "x")
	cases := []struct {
		name string
		p    []byte
		want []string
	}{
		{"fmt 3 opens a stream", join(0xc7, body(50)), []string{"lost [0,0) fresh-stream"}},
		{"fmt 1 opens a stream", join(0x47, "\x00\x00\x05", "\x00\x00\x01", 8, "x"), []string{
			"anomaly [0,0) fresh-stream-fmt1", "message cs=7 type=8 ts=5 ms=0 len=1 chunks=1 body=1 [0,9) "}},
		{"three unknown types", join(unknown, unknown, unknown, body(99)), []string{
			"message cs=4 type=99 ts=0 ms=1 len=1 chunks=1 body=1 [0,13) ",
			"message cs=4 type=99 ts=0 ms=1 len=1 chunks=1 body=1 [13,26) ",
			"message cs=4 type=99 ts=0 ms=1 len=1 chunks=1 body=1 [26,39) ",
			"lost [39,39) unknown-types"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, c.p, c.want...) })
	}
}

func TestNotRTMP(t *testing.T) {
	for first, token := range map[byte]string{0x16: "TLS", 'G': "HTTP", '<': "policy", 0x15: "alert", 0x77: "not an RTMP version"} {
		events := feed(newDecoder(), append([]byte{first}, body(5000)...), whole(700))
		if len(events) != 1 || events[0].Kind != Lost || !bytes.Contains([]byte(events[0].Reason.Text), []byte(token)) {
			t.Errorf("first byte %#x: %v", first, events)
		}
	}
}

func TestEncrypted(t *testing.T) {
	p := hello()
	p[0] = 6
	got := short(feed(newDecoder(), append(p, body(900)...), whole(100)))
	want := []string{"handshake [0,1) ", "handshake [1,1537) ", "handshake [1537,3073) ", "lost [3073,3073) encrypted"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEndInTheMiddle(t *testing.T) {
	cases := []struct {
		name string
		p    []byte
		want []string
	}{
		{"of a header", join(0x04, "\x00\x00"), []string{"chunk [3073,3076) "}},
		{"of a payload", join(0x04, "\x00\x00\x00", "\x00\x00\x09", 8, "\x01\x00\x00\x00", "abc"), []string{
			"chunk [3073,3088) ", "aborted cs=4 type=8 ts=0 ms=1 len=9 chunks=1 body=3 [3073,3088) end"}},
	}
	for _, c := range cases {
		got := short(without(feed(newDecoder(), append(hello(), c.p...), whole(5)), Handshake))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	got := short(feed(newDecoder(), hello()[:800], whole(7)))
	if diff := cmp.Diff([]string{"handshake [0,1) ", "handshake [1,800) "}, got); diff != "" {
		t.Error(diff)
	}
}
