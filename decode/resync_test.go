package decode

import (
	"crypto/sha1"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// publish is what an encoder sends after the handshake: frames and audio whose
// bodies begin as they should and are unique.
func publish(rng *rand.Rand, size, messages int) []byte {
	var w chunk.Writer
	w.SetSize(size)
	var p []byte
	for i := range messages {
		n := 200 + rng.IntN(1200)
		if i%3 == 0 {
			n = 2000 + rng.IntN(60_000)
		}
		b := make([]byte, n)
		for k := range b {
			b[k] = byte(rng.Uint32())
		}
		o := chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: uint32(1000 + i*20), Body: b}
		b[0], b[1] = 0xaf, 1
		if i%3 == 0 {
			o.ChunkStream, o.Type = 6, 9
			b[0] = 0x27
		}
		p = w.Append(p, o)
	}
	return p
}

// bodies lists the hashes of the messages.
func bodies(events []seen) (out [][20]byte) {
	for _, e := range events {
		if e.Kind == Message {
			out = append(out, sha1.Sum([]byte(e.Body)))
		}
	}
	return out
}

// trueBodies are the messages of a publish that was read from its beginning.
func trueBodies(p []byte, size int) map[[20]byte]bool {
	d := newDecoder()
	d.chunkSize = uint32(size)
	d.phase = inHeader
	all := map[[20]byte]bool{}
	for _, b := range bodies(feed(d, p, whole(1<<20))) {
		all[b] = true
	}
	return all
}

// fromTheMiddle decodes a direction whose beginning was not captured.
func fromTheMiddle(p []byte, next func() int) []seen {
	d := newDecoder()
	d.Gap(-1)
	return feed(d, p, next)
}

func TestBeginsInTheMiddle(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, size := range []int{128, 4096, 60000} {
		p := publish(rng, size, 90)
		all := trueBodies(p, size)
		if len(all) != 90 {
			t.Fatalf("the reference has %d messages", len(all))
		}
		for range 12 {
			cut := rng.IntN(len(p) / 3)
			events := fromTheMiddle(p[cut:], whole(3000))
			found := bodies(events)
			for _, b := range found {
				if !all[b] {
					t.Fatalf("chunk size %d, cut at %d: a message was invented", size, cut)
				}
			}
			if len(found) < 90-90/3-16 {
				t.Errorf("chunk size %d, cut at %d: %d messages found", size, cut, len(found))
			}
			if events[1].Kind != Lost || events[1].Reason.Token != "mid-stream" {
				t.Errorf("first event %v", events[1])
			}
			if at := covered(events, int64(len(p)-cut)); at != int64(len(p)-cut) {
				t.Errorf("covered up to %d of %d", at, len(p)-cut)
			}
		}
	}
}

func TestResyncAfterGap(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	p := publish(rng, 4096, 120)
	all := trueBodies(p, 4096)
	for range 20 {
		from := rng.IntN(len(p) / 2)
		n := 1 + rng.IntN(100_000)
		d := newDecoder()
		d.chunkSize, d.phase = 4096, inHeader
		var events []seen
		drain := func() {
			for e := d.Next(); e != nil; e = d.Next() {
				events = append(events, copyEvent(e))
			}
		}
		d.Write(append([]byte(nil), p[:from]...))
		drain()
		d.Gap(int64(n))
		drain()
		events = append(events, feed(d, p[from+n:], whole(1460))...)
		found := bodies(events)
		for _, b := range found {
			if !all[b] {
				t.Fatalf("gap [%d,%d): a message was invented", from, from+n)
			}
		}
		if len(found) < 80 {
			t.Errorf("gap [%d,%d): %d of 120 messages found", from, from+n, len(found))
		}
	}
}

func TestResyncAfterDamage(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	p := append(hello(), publish(rng, 128, 150)...)
	all := trueBodies(p[3073:], 128)
	for range 20 {
		q := append([]byte(nil), p...)
		at := 3073 + rng.IntN(len(p)/2)
		for i := range 300 {
			q[at+i] = byte(rng.Uint32())
		}
		events := feed(newDecoder(), q, whole(5000))
		wrong := 0
		for _, b := range bodies(events) {
			if !all[b] {
				wrong++
			}
		}
		// Damage inside a payload cannot be seen; it spoils that message only.
		if wrong > 2 {
			t.Errorf("damage at %d: %d messages are not what was sent", at, wrong)
		}
		if got := len(bodies(events)); got < 120 {
			t.Errorf("damage at %d: only %d of 150 messages: %v", at, got, short(without(events, Chunk, Message, Handshake)))
		}
	}
}

// Nothing is found in noise, and it does not cost much.
func TestNoiseStaysLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	noise := make([]byte, 4<<20)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for _, e := range fromTheMiddle(noise, whole(64<<10)) {
		if e.Kind == Message || e.Kind == Resynced {
			t.Fatalf("found %v at %d", e.Kind, e.Offset)
		}
	}
}

func TestSplitWhileLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	p := publish(rng, 4096, 40)[1234:]
	want := fromTheMiddle(p, whole(len(p)))
	for _, n := range []int{97, 1460, 70_000} {
		if diff := cmp.Diff(want, fromTheMiddle(p, whole(n))); diff != "" {
			t.Errorf("in pieces of %d: %s", n, diff)
		}
	}
}

// The chunk size of a direction that was joined late is settled by the first
// message that is long enough to tell.
func TestInferredChunkSizeIsSettledLater(t *testing.T) {
	var w chunk.Writer
	w.SetSize(60000)
	var p []byte
	ts := uint32(0)
	add := func(typ uint8, n int, first byte) {
		b := make([]byte, n)
		b[0], b[1] = first, 1
		ts += 20
		p = w.Append(p, chunk.Out{ChunkStream: 4, Type: typ, StreamID: 1, Timestamp: ts, Body: b})
	}
	for i := range 6 {
		add(8, 300+i, 0xaf)
	}
	add(9, 20_000, 0x17)
	add(9, 70_000, 0x27)
	for i := range 6 {
		add(8, 300+i, 0xaf)
	}
	events := without(fromTheMiddle(p, whole(1000)), Chunk)
	var lengths []uint32
	var anomalies []string
	for _, e := range events {
		switch e.Kind {
		case Message:
			lengths = append(lengths, e.Length)
		case Anomaly:
			anomalies = append(anomalies, e.Reason.Token)
		}
	}
	if diff := cmp.Diff([]uint32{300, 301, 302, 303, 304, 305, 20_000, 70_000, 300, 301, 302, 303, 304, 305}, lengths); diff != "" {
		t.Errorf("%s\n%v", diff, short(events))
	}
	if diff := cmp.Diff([]string{"chunk-size-inferred"}, anomalies); diff != "" {
		t.Error(diff)
	}
}
