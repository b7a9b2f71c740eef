package decode

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The vectors below are computed by hand from RTMP 1.0 §5.3.1, and from what
// the implementations named beside them do instead.

// full is a header of format 0 on message stream 1.
func full(chunkStream byte, time, length string, typ byte) []byte {
	return join(chunkStream, time, length, typ, "\x01\x00\x00\x00")
}

const (
	t0    = "\x00\x00\x00"
	ext   = "\xff\xff\xff"
	len1  = "\x00\x00\x01"
	len2  = "\x00\x00\x02"
	len3  = "\x00\x00\x03"
	len2c = "\x00\x01\x2c" // 300: chunks of 128, 128 and 44
)

// A muxer that writes a full header on every chunk: the last chunk shows that
// the message goes on.
func TestHeaderRepeatedOnContinuations(t *testing.T) {
	one, two := full(6, "\x00\x00\x05", len2c, 9), full(6, "\x00\x00\x2d", len2c, 9)
	check(t, join(
		one, body(128), one, body(128), one, body(44),
		full(4, "\x00\x00\x05", len1, 8), "x",
		two, body(128), two, body(128), two, body(44),
	),
		"dialect [140,140) header-repeated",
		"message cs=6 type=9 ts=5 ms=1 len=300 chunks=3 body=300 [0,336) ",
		"message cs=4 type=8 ts=5 ms=1 len=1 chunks=1 body=1 [336,349) ",
		"message cs=6 type=9 ts=45 ms=1 len=300 chunks=3 body=300 [349,685) ",
	)
}

// The same with another time in the repeated header: only what follows tells.
func TestHeaderRepeatedIsToldByWhatFollows(t *testing.T) {
	check(t, join(
		full(6, "\x00\x00\x05", "\x00\x00\xc8", 9), body(128), full(6, "\x00\x00\x06", "\x00\x00\xc8", 9), body(72),
		full(4, "\x00\x00\x05", len1, 8), "x",
	),
		"dialect [140,140) header-repeated",
		"message cs=6 type=9 ts=5 ms=1 len=200 chunks=2 body=200 [0,224) ",
		"message cs=4 type=8 ts=5 ms=1 len=1 chunks=1 body=1 [224,237) ",
	)
}

// The same length and type again, but a new message: the one before it was given
// up by its sender.
func TestHeaderThatBeginsAnewIsToldByWhatFollows(t *testing.T) {
	for _, time := range []string{"\x00\x00\x05", "\x00\x00\x06"} {
		got := strings.Join(short(after(t, join(
			full(6, "\x00\x00\x05", "\x00\x00\xc8", 9), body(128),
			full(6, time, "\x00\x00\xc8", 9), body(128), 0xc6, body(72),
			full(4, "\x00\x00\x05", len1, 8), "x",
		))), "\n")
		want := strings.Join([]string{
			"anomaly [140,140) header-mid-message",
			"aborted cs=6 type=9 ts=5 ms=1 len=200 chunks=1 body=128 [0,140) header-mid-message",
			fmt.Sprintf("message cs=6 type=9 ts=%d ms=1 len=200 chunks=2 body=200 [140,353) ", time[2]),
			"message cs=4 type=8 ts=5 ms=1 len=1 chunks=1 body=1 [353,366) ",
		}, "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// Big endian message stream IDs are kept as they are and reported once.
func TestMessageStreamOrder(t *testing.T) {
	one := join(4, t0, len1, 8, "\x00\x00\x00\x01", "x")
	check(t, join(one, one, 4, t0, len1, 8, "\x01\x02\x03\x04", "x"),
		"dialect [0,0) message-stream-order",
		"message cs=4 type=8 ts=0 ms=16777216 len=1 chunks=1 body=1 [0,13) ",
		"message cs=4 type=8 ts=0 ms=16777216 len=1 chunks=1 body=1 [13,26) ",
		"message cs=4 type=8 ts=0 ms=67305985 len=1 chunks=1 body=1 [26,39) ",
	)
}

// librtmp begins chunk stream 2 with format 1; 2 and 3 cannot be read.
func TestFreshChunkStreams(t *testing.T) {
	cases := []struct {
		name string
		p    []byte
		want []string
	}{
		{"ping of librtmp", join(0x42, t0, "\x00\x00\x06", 4, "\x00\x07\x00\x00\x00\x01"), []string{
			"anomaly [0,0) fresh-stream-fmt1", "message cs=2 type=4 ts=0 ms=0 len=6 chunks=1 body=6 [0,14) "}},
		{"format 1 and no type", join(0x47, t0, len1, 64, "x"), []string{"lost [0,0) fresh-stream"}},
		{"format 2", join(0xa1, t0, "x"), []string{"lost [0,0) fresh-stream"}},
		{"format 0 that is none", join(7, t0, "\xf0\x00\x00", 64, "\x01\x00\x00\x00", "x"), []string{"lost [0,0) fresh-stream"}},
		{"format 0 of unknown type", join(7, t0, len1, 64, "\x01\x00\x00\x00", "x"), []string{
			"message cs=7 type=64 ts=0 ms=1 len=1 chunks=1 body=1 [0,13) "}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, c.p, c.want...) })
	}
}

// A drone begins chunk stream 33 with format 2, which inherits from nothing. That
// message cannot be read; those that follow with full headers are.
func TestFormat2FirstIsPassedOver(t *testing.T) {
	p := join(hello(), 0xa1, "\x00\x00\x28", body(40))
	for i := range 6 {
		p = join(p, full(4, string([]byte{0, 0, byte(20 * i)}), "\x00\x00\x04", 8), "\xaf\x01", byte(i), "x")
	}
	got := feed(newDecoder(), p, whole(17))
	if n := len(bodies(got)); n != 6 {
		t.Errorf("%d of 6 messages: %v", n, short(got))
	}
}

// The clock of 32 bits passes its end: by a delta, by a full header, and the
// clock of 31 bits that SRS keeps.
func TestTimestampWrap(t *testing.T) {
	check(t, join(
		full(4, ext, len1, 8), "\xff\xff\xff\xf0", "x",
		0x84, "\x00\x00\x20", "y", // 0xfffffff0 + 32 = 16
		full(4, ext, len1, 8), "\x7f\xff\xff\xff", "x",
		full(4, "\x00\x00\x0a", len1, 8), "y",
	),
		"message cs=4 type=8 ts=4294967280 ms=1 len=1 chunks=1 body=1 [0,17) ",
		"message cs=4 type=8 ts=16 ms=1 len=1 chunks=1 body=1 [17,22) ",
		"message cs=4 type=8 ts=2147483647 ms=1 len=1 chunks=1 body=1 [22,39) ",
		"message cs=4 type=8 ts=10 ms=1 len=1 chunks=1 body=1 [39,52) ",
	)
}

// SRS up to 6.0.166 writes the absolute time into an extended delta
// (ossrs/srs#4356), and the absolute time on continuations.
func TestAbsoluteExtendedDelta(t *testing.T) {
	check(t, join(
		full(6, ext, len1, 9), "\x01\x00\x00\x00", "x", // 16,777,216
		0x46, ext, "\x00\x00\xc8", 9, "\x01\x00\x00\x28", body(128), 0xc6, "\x01\x00\x00\x28", body(72), // 16,777,256
		0x86, "\x00\x00\x28", body(128), 0xc6, body(72),
	),
		"message cs=6 type=9 ts=16777216 ms=1 len=1 chunks=1 body=1 [0,17) ",
		"dialect [17,17) extended-timestamp-absolute",
		"dialect [157,157) extended-timestamp-repeated",
		"message cs=6 type=9 ts=16777256 ms=1 len=200 chunks=2 body=200 [17,234) ",
		"message cs=6 type=9 ts=16777296 ms=1 len=200 chunks=2 body=200 [234,439) ",
	)
}

// FMLE begins its second message with format 3 and means that the time of the
// first one is added, as the specification says; old librtmp means the same time
// again. The other chunk stream tells.
func TestFormat3AfterFormat0(t *testing.T) {
	adds := join(full(4, "\x00\x00\x17", len1, 8), "a", full(6, "\x00\x00\x28", len1, 9), "v", 0xc4, "b")
	check(t, adds,
		"message cs=4 type=8 ts=23 ms=1 len=1 chunks=1 body=1 [0,13) ",
		"message cs=6 type=9 ts=40 ms=1 len=1 chunks=1 body=1 [13,26) ",
		"dialect [26,26) fmt3-adds-timestamp",
		"message cs=4 type=8 ts=46 ms=1 len=1 chunks=1 body=1 [26,28) ",
	)
	same := join(full(4, "\x00\x27\x10", len1, 8), "a", full(6, "\x00\x27\x10", len1, 9), "v", 0xc4, "b")
	check(t, same,
		"message cs=4 type=8 ts=10000 ms=1 len=1 chunks=1 body=1 [0,13) ",
		"message cs=6 type=9 ts=10000 ms=1 len=1 chunks=1 body=1 [13,26) ",
		"dialect [26,26) fmt3-same-timestamp",
		"message cs=4 type=8 ts=10000 ms=1 len=1 chunks=1 body=1 [26,28) ",
	)
}

// The evidence names the side that departs from the specification.
func TestEvidenceNamesTheSide(t *testing.T) {
	cases := map[string][]byte{
		"extended-timestamp-left-out": join(full(4, ext, "\x00\x00\xc8", 9), "\x01\x00\x00\x00", body(128), 0xc4, body(72), full(4, t0, len1, 8), "x"),
		"header-mid-message":          join(full(4, t0, len2c, 9), body(128), full(4, t0, len1, 8), "x"),
		"message-stream-order":        join(4, t0, len1, 8, "\x00\x00\x00\x01", "x"),
	}
	for token, p := range cases {
		for _, dir := range []Direction{FromClient, FromServer} {
			found := ""
			for _, e := range feed(New(dir, DefaultLimits()), append(hello(), p...), whole(100)) {
				if e.Reason.Token == token && e.Kind != Aborted {
					found = e.Reason.Text
				}
			}
			if !strings.Contains(found, "the "+dir.String()+" ") || !strings.Contains(found, "RTMP 1.0 §") && token != "header-mid-message" {
				t.Errorf("%s from the %s: %q", token, dir, found)
			}
		}
	}
}

// A length of 24 bits can be used up to its end.
func TestLargestMessage(t *testing.T) {
	const n = 0xffffff
	set := join(2, t0, "\x00\x00\x04", 1, "\x00\x00\x00\x00", "\x7f\xff\xff\xff")
	p := join(set, full(6, t0, "\xff\xff\xff", 9), bytes.Repeat([]byte{0x17}, n), full(4, t0, len1, 8), "x")
	want := []string{
		"message cs=2 type=1 ts=0 ms=0 len=4 chunks=1 body=4 [0,16) ",
		"message cs=6 type=9 ts=0 ms=1 len=16777215 chunks=1 body=16777215 [16,16777243) ",
		"message cs=4 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [16777243,16777256) ",
	}
	check(t, p, want...)

	small := full(6, t0, "\xff\xff\xff", 9) // the same at 128 bytes a chunk: 131,072 chunks
	for at := 0; at < n; at += 128 {
		if at > 0 {
			small = append(small, 0xc6)
		}
		small = append(small, bytes.Repeat([]byte{0x17}, min(128, n-at))...)
	}
	check(t, small, "message cs=6 type=9 ts=0 ms=1 len=16777215 chunks=131072 body=16777215 [0,16908298) ")
}

// Chunks of one byte, and both longer forms of one chunk stream ID in one
// message.
func TestSmallestChunksInBothForms(t *testing.T) {
	set := join(2, t0, "\x00\x00\x04", 1, "\x00\x00\x00\x00", "\x00\x00\x00\x01")
	check(t, join(set,
		0x00, 6, t0, len3, 8, "\x01\x00\x00\x00", "a", // 70 in two bytes
		0xc1, 6, 0, "b", // 70 in three bytes
		0x04, t0, "\x00\x00\x00", 8, "\x01\x00\x00\x00", // empty, in between
		0xc0, 6, "c",
	),
		"message cs=2 type=1 ts=0 ms=0 len=4 chunks=1 body=4 [0,16) ",
		"message cs=4 type=8 ts=0 ms=1 len=0 chunks=1 body=0 [34,46) ",
		"message cs=70 type=8 ts=0 ms=1 len=3 chunks=3 body=3 [16,49) ",
	)
}

// Audio and video in turns, and the chunk size changes twice in mid message.
func TestChunkSizeChangesBetweenInterleavedChunks(t *testing.T) {
	set := func(n byte) []byte { return join(2, t0, "\x00\x00\x04", 1, "\x00\x00\x00\x00", "\x00\x00\x00", n) }
	check(t, join(
		full(6, t0, len2c, 9), body(128), full(4, t0, "\x00\x00\xc8", 8), body(128),
		set(50), 0xc6, body(50), 0xc4, body(50), set(100), 0xc4, body(22), 0xc6, body(100), 0xc6, body(22),
	),
		"message cs=2 type=1 ts=0 ms=0 len=4 chunks=1 body=4 [280,296) ",
		"message cs=2 type=1 ts=0 ms=0 len=4 chunks=1 body=4 [398,414) ",
		"message cs=4 type=8 ts=0 ms=1 len=200 chunks=3 body=200 [140,437) ",
		"message cs=6 type=9 ts=0 ms=1 len=300 chunks=4 body=300 [0,561) ",
	)
}

// Set Chunk Size that lost bytes leaves the size unknown; the next message
// tells.
func TestGapInsideSetChunkSize(t *testing.T) {
	d := newDecoder()
	d.Write(append(hello(), join(2, t0, "\x00\x00\x04", 1, "\x00\x00\x00\x00", 0)...))
	drain(d)
	d.Gap(2)
	drain(d)
	p := []byte{0}
	for i := range 6 {
		p = join(p, full(6, "\x00\x00"+string(rune(i)), "\x00\x10\x04", 9), 0x27, 1, body(4094), 0xc6, body(4))
	}
	got := without(feed(d, p, whole(777)), Chunk)
	if len(got) != 8 || got[0].Kind != Aborted || got[1].Reason.Token != "chunk-size-inferred" || d.ChunkSize() != 4096 {
		t.Errorf("chunk size %d: %v", d.ChunkSize(), short(got))
	}
}

// drain reads all events and drops them.
func drain(d *Decoder) {
	for d.Next() != nil {
	}
}
