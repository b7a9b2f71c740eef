package decode

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// shape is a kind of stream in which framing is lost and found.
type shape struct {
	name string
	// least is the share of messages, in per cent, that has to be found over
	// all gaps. It is what was measured, less a little.
	least int
	write func(rng *rand.Rand) []byte
}

// mediaBody is the body of a message that begins as its type demands.
func mediaBody(rng *rand.Rand, typ uint8, n int) []byte {
	p := make([]byte, max(n, 2))
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	p[0], p[1] = 0xaf, 1
	if typ == 9 {
		p[0] = 0x27
	}
	return p
}

// command is an AMF0 command with a name and a number.
func command(rng *rand.Rand, name string, n int) []byte {
	p := join(2, 0, len(name), name, 0, "\x40\x00\x00\x00\x00\x00\x00\x00", 5, 2, byte(n>>8), byte(n))
	for range n {
		p = append(p, byte('a'+rng.IntN(26)))
	}
	return p
}

// mediaStream writes messages of audio and video in turns on two chunk streams.
func mediaStream(rng *rand.Rand, size int, first uint32, audio, video uint32) []byte {
	var w chunk.Writer
	w.SetSize(size)
	var p []byte
	for i := range 16 {
		o := chunk.Out{ChunkStream: audio, Type: 8, StreamID: 1, Timestamp: first + uint32(i)*20, Body: mediaBody(rng, 8, 60+rng.IntN(60))}
		if i%3 == 0 {
			o.ChunkStream, o.Type, o.Body = video, 9, mediaBody(rng, 9, 180+rng.IntN(200))
		}
		p = w.Append(p, o)
	}
	return p
}

// shapes are streams that are hard to find again, each in another way.
var shapes = []shape{
	{"media", 90, func(rng *rand.Rand) []byte { return mediaStream(rng, 128, 1000, 4, 6) }},
	{"extended timestamps", 90, func(rng *rand.Rand) []byte { return mediaStream(rng, 128, 0x2000000, 4, 6) }},
	{"extended timestamps left out", 90, func(rng *rand.Rand) (p []byte) {
		for i := range 16 {
			b := mediaBody(rng, 9, 130+i)
			p = join(p, 6, ext, 0, 0, len(b), 9, "\x01\x00\x00\x00", "\x02\x00\x00", byte(i), b[:128], 0xc6, b[128:])
		}
		return p
	}},
	{"absolute extended timestamps", 90, func(rng *rand.Rand) (p []byte) {
		// A delta in the header and the absolute timestamp behind it, as the reader
		// of SRS allows.
		for i := range 16 {
			b := mediaBody(rng, 9, 130+i)
			at := []byte{2, 0, byte(40 * i >> 8), byte(40 * i)}
			head := join(0x46, ext, 0, 0, len(b), 9, "\x00\x00\x00\x28")
			if i == 0 {
				head = join(6, ext, 0, 0, len(b), 9, "\x01\x00\x00\x00", at)
			}
			p = join(p, head, b[:128], 0xc6, at, b[128:])
		}
		return p
	}},
	{"chunk streams 70 and 400", 90, func(rng *rand.Rand) []byte { return mediaStream(rng, 128, 1000, 70, 400) }},
	{"commands", 84, func(rng *rand.Rand) (p []byte) {
		var w chunk.Writer
		for i := range 16 {
			p = w.Append(p, chunk.Out{ChunkStream: 3, Type: 20, Timestamp: uint32(i), Body: command(rng, "ping", 40+rng.IntN(120))})
		}
		return p
	}},
	{"audio of one length", 90, func(rng *rand.Rand) (p []byte) {
		var w chunk.Writer
		for i := range 16 {
			p = w.Append(p, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: uint32(1000 + i*20), Body: mediaBody(rng, 8, 100)})
		}
		return p
	}},
	{"big endian stream IDs", 90, func(rng *rand.Rand) (p []byte) {
		for i := range 16 {
			b := mediaBody(rng, 8, 60+rng.IntN(60))
			p = join(p, 4, 0, 0, i, 0, 0, len(b), 8, "\x00\x00\x00\x01", b)
		}
		return p
	}},
}

// around decodes a stream without the bytes [from, to), which nobody captured.
func around(p []byte, from, to int) []seen {
	d := newDecoder()
	d.phase = inHeader
	return feedWithGap(d, join(p[:from], p[to:]), from, int64(to-from), whole(1<<20))
}

// places are the offsets of a stream at which something may be different: in and
// around every chunk header, and some by chance. chance holds the last alone, for
// what is measured over the whole stream.
func places(p []byte, rng *rand.Rand, random int) (all []int, chance map[int]bool) {
	chance = map[int]bool{}
	for len(chance) < min(random, len(p)) {
		chance[rng.IntN(len(p))] = true
	}
	wanted := maps.Clone(chance)
	d := newDecoder()
	d.phase = inHeader
	for _, e := range feed(d, p, whole(1<<20)) {
		if e.Kind == Chunk {
			for at := e.Offset - 2; at < e.Offset+chunk.MaxHeader; at++ {
				wanted[int(min(max(at, 0), int64(len(p)-1)))] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(wanted)), chance
}

// TestGapAnywhere loses 1, 13 and 300 bytes at every place. No message may appear
// that was not sent, and most of those that were must be found.
func TestGapAnywhere(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := s.write(rand.New(rand.NewPCG(31, 32)))
			all := trueBodies(p, 128)
			sent, found := 0, 0
			random, lengths := 200, []int{1, 13, 300}
			if testing.Short() {
				random, lengths = 40, []int{13}
			}
			for _, n := range lengths {
				at, chance := places(p, rand.New(rand.NewPCG(41, uint64(n))), random/(1+n/20))
				for _, from := range at {
					to := from + n
					if to > len(p) {
						continue
					}
					got := bodies(around(p, from, to))
					for _, b := range got {
						if !all[b] {
							t.Fatalf("gap [%d,%d): a message was invented: %v", from, to, short(without(around(p, from, to), Chunk)))
						}
					}
					if chance[from] {
						sent, found = sent+len(all), found+len(got)
					}
				}
			}
			t.Logf("%d of %d messages found (%.1f %%)", found, sent, 100*float64(found)/float64(sent))
			if found*100 < sent*s.least && !testing.Short() { // a few places are rough
				t.Errorf("fewer than %d %%", s.least)
			}
		})
	}
}

// TestCutAnywhere ends a stream at every place: all that was whole before is
// there, in the same words, and nothing else.
func TestCutAnywhere(t *testing.T) {
	for _, s := range shapes {
		p := s.write(rand.New(rand.NewPCG(33, 34)))
		read := func(p []byte) []seen {
			d := newDecoder()
			d.phase = inHeader
			return without(feed(d, p, whole(1<<20)), Chunk)
		}
		all := short(without(read(p), Dialect))
		everywhere, _ := places(p, rand.New(rand.NewPCG(45, 46)), 300)
		for _, n := range everywhere {
			got := read(p[:n])
			k := 0
			for _, e := range short(without(got, Aborted, Dialect)) {
				if k >= len(all) || all[k] != e {
					t.Fatalf("%s, cut at %d: %q is not what the whole stream has there", s.name, n, e)
				}
				k++
			}
			for k < len(all) && got != nil && wholeBefore(all[k], n) {
				t.Fatalf("%s, cut at %d: %q is missing", s.name, n, all[k])
			}
		}
	}
}

// wholeBefore reports whether an event of short ends at or before n.
func wholeBefore(event string, n int) bool {
	var from, to int
	for i := range event {
		if event[i] == '[' {
			fmt.Sscanf(event[i:], "[%d,%d)", &from, &to)
		}
	}
	return to > 0 && to <= n
}

// TestDamagedHeaders changes one byte of a stream at every place. Damage in a body
// spoils that message; damage in a header may spoil the message that it begins
// and the one that swallows what follows, and most others must be found.
func TestDamagedHeaders(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := s.write(rand.New(rand.NewPCG(35, 36)))
			all := trueBodies(p, 128)
			sent, found, worst, wrongs, runs := 0, 0, 0, 0, 0
			everywhere, chance := places(p, rand.New(rand.NewPCG(43, 44)), 200)
			for _, at := range everywhere {
				q := append([]byte(nil), p...)
				q[at] ^= 0x55
				d := newDecoder()
				d.phase = inHeader
				wrong := 0
				for _, b := range bodies(feed(d, q, whole(1<<20))) {
					switch {
					case !all[b]:
						wrong++
					case chance[at]:
						found++
					}
				}
				worst, wrongs, runs = max(worst, wrong), wrongs+wrong, runs+1
				if chance[at] {
					sent += len(all)
				}
			}
			t.Logf("%d of %d messages found (%.1f %%); %.2f wrong ones a damage, at most %d", found, sent, 100*float64(found)/float64(sent), float64(wrongs)/float64(runs), worst)
			if found*100 < sent*80 || worst > 3 {
				t.Errorf("too few found or too many wrong")
			}
		})
	}
}

// hostile is n bytes in which a header of a message of 7 MiB stands every 43
// bytes, and at chunk size 128 a continuation behind each of its chunks.
func hostile(n int) []byte {
	one := join(0x04, t0, "\x70\x00\x00", 8, "\x00\x00\x01\xc4", 0xaf, body(30))
	return bytes.Repeat(one, n/len(one))
}

// What cannot be proved costs a bounded look at each place (no assertion on time;
// the test would not end).
func TestHostileNoiseEnds(t *testing.T) {
	p := hostile(1 << 18)
	for _, e := range fromTheMiddle(p, whole(4096)) {
		if e.Kind == Message {
			t.Fatalf("found %v", short([]seen{e}))
		}
	}
}

// A direction that stays lost, written one byte at a time, ends as well.
func TestLostByteByByte(t *testing.T) {
	rng := rand.New(rand.NewPCG(37, 38))
	p := make([]byte, 100_000)
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	p = append(p, publish(rng, 4096, 12)...)
	if got := bodies(fromTheMiddle(p, whole(1))); len(got) < 9 {
		t.Errorf("%d of 12 messages", len(got))
	}
}

// TestGapInHandshake loses bytes everywhere in C1 and C2. The handshake has a
// fixed length, so the chunks behind it are read as if nothing were missing.
func TestGapInHandshake(t *testing.T) {
	p := append(hello(), join(full(4, t0, len1, 8), "a", full(6, t0, len1, 9), "v")...)
	read := func(from, to int) []seen {
		return feedWithGap(newDecoder(), join(p[:from], p[to:]), from, int64(to-from), whole(700))
	}
	all := bodies(feed(newDecoder(), p, whole(1<<20)))
	for from := 1; from < 3073; from += 7 {
		for _, n := range []int{1, 400, 1536, 3073 - from} {
			if from+n > 3073 {
				continue
			}
			events := read(from, from+n)
			if got := bodies(events); !cmp.Equal(got, all) {
				t.Fatalf("gap [%d,%d): %v", from, from+n, short(events))
			}
			if at := covered(events, int64(len(p))); at != int64(len(p)) {
				t.Fatalf("gap [%d,%d): covered up to %d of %d", from, from+n, at, len(p))
			}
		}
	}
	want := []string{
		"handshake [0,1) ", "handshake [1,100) ", "gap [100,200) ", "handshake [200,1537) ", "handshake [1537,3073) ",
		"message cs=4 type=8 ts=0 ms=1 len=1 chunks=1 body=1 [3073,3086) ", "message cs=6 type=9 ts=0 ms=1 len=1 chunks=1 body=1 [3086,3099) ",
	}
	if diff := cmp.Diff(want, short(without(read(100, 200), Chunk))); diff != "" {
		t.Error(diff)
	}
	// Where chunk bytes are missing too, only looking for them helps.
	if got := short(read(3000, 3080)); got[4] != "lost [3080,3080) gap" {
		t.Error(got)
	}
	// Of a connection that says it is encrypted, nothing after it can be read.
	p[0] = 6
	if got := short(read(100, 200)); got[len(got)-1] != "lost [3073,3073) encrypted" {
		t.Error(got)
	}
}

// TestAbsoluteTimesAfterLoss: the sender writes absolute times into extended
// deltas, and part of the stream was not captured.
func TestAbsoluteTimesAfterLoss(t *testing.T) {
	at := func(ms int) string { return string([]byte{byte(ms >> 24), byte(ms >> 16), byte(ms >> 8), byte(ms)}) }
	audio := func(ms int) []byte { return join(0x44, ext, "\x00\x00\x03", 8, at(ms), "\xaf\x01", byte(ms)) }
	times := func(events []seen) (out []uint32) {
		for _, e := range without(events, Handshake, Chunk) {
			if e.Kind == Message {
				out = append(out, e.Timestamp)
			}
		}
		return out
	}
	// A pause of two hours that was not captured, after the habit was seen.
	const start, later = 20_000_000, 20_000_000 + 2*3600_000
	before := join(full(4, ext, "\x00\x00\x03", 8), at(start), "\xaf\x01\x00", audio(start+23))
	after := join(audio(later), audio(later+23), audio(later+46), audio(later+69), audio(later+92))
	d := newDecoder()
	d.phase = inHeader
	got := times(feedWithGap(d, join(before, after), len(before), 500, whole(1<<20)))
	if diff := cmp.Diff([]uint32{start, start + 23, later, later + 23, later + 46, later + 69, later + 92}, got); diff != "" {
		t.Error(diff)
	}
	// A capture that begins in the middle: the first header that can be read is
	// a small delta, and the times that follow are absolute.
	small := join(0x44, "\x00\x00\x17", "\x00\x00\x03", 8, "\xaf\x01\x00")
	got = times(fromTheMiddle(join(small, after), whole(1<<20)))
	if diff := cmp.Diff([]uint32{23, later, later + 23, later + 46, later + 69, later + 92}, got); diff != "" {
		t.Error(diff)
	}
}
