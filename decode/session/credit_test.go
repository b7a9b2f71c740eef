package session

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// greeted is a talk whose client has said its part of the handshake.
func greeted(o Options) *talk {
	k := &talk{now: time.Unix(1_800_000_000, 0)}
	o.OnEntry = func(e *Entry) {
		k.entries = append(k.entries, *e)
		k.rows = append(k.rows, fmt.Sprintf("%d %s %s %s %d+%d: %s", e.Number, e.Kind, e.From, e.Name, e.Offset, e.Length, e.Summary.Show(false)))
	}
	k.Timeline = New(o)
	k.Open(Connection{ID: id, At: k.now, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
	return k.bytes(decode.FromClient, append([]byte{3}, make([]byte, 2*1536)...))
}

// crowd is n messages without a body, a byte each, after one that says what they are.
func crowd(n int) []byte {
	var w chunk.Writer
	p := w.Append(nil, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1})
	p = w.Append(p, chunk.Out{ChunkStream: 5, Type: 9, StreamID: 1})
	for i := range n {
		p = append(p, 0xc0|byte(4+i%2))
	}
	return p
}

// told is how many messages rows and counts tell of.
func told(entries []Entry) (rows, counted int64) {
	for i := range entries {
		switch e := &entries[i]; {
		case e.Kind == Message:
			rows++
		case e.Kind == Tallied:
			for _, t := range e.Tallies {
				counted += t.Count
			}
		}
	}
	return rows, counted
}

func TestCrowdIsCounted(t *testing.T) {
	const n = 3_000_000
	k := greeted(Options{})
	k.bytes(decode.FromClient, crowd(n))
	k.Close(id, decode.FromClient, k.now, End{How: Reset})
	rows, counted := told(k.entries)
	if rows+counted != n+2 || rows > 2*firstCredit {
		t.Errorf("%d rows and %d counted of %d messages", rows, counted, n+2)
	}
	i := k.Snapshot().Session(1)
	if i.Messages[0] != n+2 || i.Audio != n/2+1 || i.Video != n/2+1 {
		t.Errorf("the session has %d messages, %d of audio and %d of video", i.Messages[0], i.Audio, i.Video)
	}
	last := k.entries[len(k.entries)-2]
	if last.Kind != Tallied || last.End != 3073+int64(len(crowd(n))) || last.Offset+int64(last.Length) != last.End {
		t.Errorf("before the end stands %+v", last.Row)
	}
}

// So are messages of a byte: as fast, whatever their type, and none is lost.
func TestCrowdOfBytesIsCounted(t *testing.T) {
	for _, typ := range []uint8{chunk.TypeAudio, chunk.TypeVideo, chunk.TypeAcknowledgement, chunk.TypeCommandAMF0} {
		const n = 100_000
		var w chunk.Writer
		p := w.Append(nil, chunk.Out{ChunkStream: 4, Type: typ, StreamID: 1, Body: []byte{2}})
		p = append(p, strings.Repeat("\xc4\x02", n)...)
		k := greeted(Options{})
		k.bytes(decode.FromClient, p)
		k.Close(id, decode.FromClient, k.now, End{How: Reset})
		if rows, counted := told(k.entries); rows+counted != n+1 || rows > 2*firstCredit {
			t.Errorf("type %d: %d rows and %d counted of %d messages", typ, rows, counted, n+1)
		}
		if i := k.Snapshot().Session(1); i.Messages[0] != n+1 {
			t.Errorf("type %d: the session has %d messages", typ, i.Messages[0])
		}
	}
}

// What a millisecond pays for is told for as long as it goes on; what is counted is
// told four times a second, and everything again once it is over.
func TestCrowdInTime(t *testing.T) {
	k := greeted(Options{})
	k.bytes(decode.FromClient, crowd(0))
	for range 3000 { // milliseconds
		k.bytes(decode.FromClient, []byte{0xc4})
	}
	if rows, counted := told(k.entries); rows != 3002 || counted != 0 {
		t.Errorf("one a millisecond: %d rows, %d counted", rows, counted)
	}
	at := len(k.entries)
	for range 2000 {
		k.bytes(decode.FromClient, []byte(strings.Repeat("\xc4", 100)))
	}
	k.now = k.now.Add(time.Minute)
	k.bytes(decode.FromClient, []byte{0xc4})
	tallied := slices.DeleteFunc(slices.Clone(k.entries[at:]), func(e Entry) bool { return e.Kind != Tallied })
	if n := len(tallied); n < 7 || n > 16 {
		t.Errorf("%d counts in 2 s", n)
	}
	if last := k.entries[len(k.entries)-1]; last.Kind != Message {
		t.Errorf("after the crowd stands %s", k.rows[len(k.rows)-1])
	}
	if rows, counted := told(k.entries[at:]); rows+counted != 200_001 {
		t.Errorf("%d rows and %d counted", rows, counted)
	}
}

// What honest programs send is told one by one, also when a file of it comes at once.
func TestHealthyIsNotCounted(t *testing.T) {
	for name, sizes := range map[string][]int{
		"video and audio": {30_000, 300, 300}, "silence beside video": {4000, 10, 10, 10, 10}, "AAC silence": {8, 9},
		"Opus": {20}, "aggregates": {9000},
	} {
		k := greeted(Options{})
		var w chunk.Writer
		const n = 10_000 // many more than there are rows to begin with
		var p []byte
		for i := range n {
			p = w.Append(p[:0], chunk.Out{ChunkStream: 4, Timestamp: uint32(i * 23), Type: 8, StreamID: 1, Body: make([]byte, sizes[i%len(sizes)])})
			k.Data(id, decode.FromClient, k.now, p)
			if k.entries, k.rows = k.entries[:0], k.rows[:0]; int(k.count) != i+5 {
				t.Fatalf("%s: %d rows after %d messages", name, k.count, i+1)
			}
		}
	}
}

// A receiver that acknowledges a file that comes at full speed, 64 KiB at a time.
func TestAcknowledgementsAreNotCounted(t *testing.T) {
	k := greeted(Options{})
	k.bytes(decode.FromServer, append([]byte{3}, make([]byte, 2*1536)...))
	var server, client chunk.Writer
	server.SetSize(1 << 20)
	k.Data(id, decode.FromServer, k.now, []byte{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 16, 0, 0})
	const n = 2000 // of 16 bytes each, more than there is credit for to begin with
	for range n {
		k.Data(id, decode.FromServer, k.now, server.Append(nil, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Body: make([]byte, 64<<10)}))
		k.Data(id, decode.FromClient, k.now, client.Append(nil, chunk.Out{ChunkStream: 2, Type: 3, Body: make([]byte, 4)}))
	}
	if rows, counted := told(k.entries); rows != 2*n+1 || counted != 0 {
		t.Errorf("%d rows, %d counted", rows, counted)
	}
}

// mixed is a session in which small messages crowd, and others stand between them.
func mixed(rng *rand.Rand, n int) []byte {
	var w chunk.Writer
	p := crowd(2)
	for range n {
		switch rng.IntN(12) {
		case 0:
			p = w.Append(p, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: rng.Uint32N(1000), Body: make([]byte, rng.IntN(400))})
		case 1:
			p = w.Append(p, chunk.Out{ChunkStream: 7, Type: uint8(1 + rng.IntN(6)), Body: make([]byte, rng.IntN(6))})
		default:
			for range rng.IntN(300) {
				p = append(p, 0xc4|byte(rng.IntN(2)))
			}
		}
	}
	return p
}

func TestInvariantSplitOfCrowds(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	p := mixed(rng, 600)
	fold := func(o Options, cut func() int) []string {
		k := greeted(o)
		for at, rest := 0, p; len(rest) > 0; {
			n := min(cut(), len(rest))
			for n > 0 { // the same times, however it is cut
				m := min(n, 10_000-at%10_000)
				k.Data(id, decode.FromClient, k.now.Add(time.Duration(at/10_000*300)*time.Millisecond), rest[:m])
				rest, at, n = rest[m:], at+m, n-m
			}
		}
		k.Finish()
		return k.rows
	}
	want := fold(Options{}, func() int { return len(p) })
	if !slices.ContainsFunc(want, func(s string) bool { return strings.Contains(s, " counted ") }) {
		t.Fatal("nothing is counted")
	}
	for name, cut := range map[string]func() int{
		"1": func() int { return 1 }, "7": func() int { return 7 }, "random": func() int { return 1 + rng.IntN(5000) },
	} {
		if diff := cmp.Diff(want, fold(Options{}, cut)); diff != "" {
			t.Errorf("in pieces of %s: %s", name, diff)
		}
	}
}

// Who asks for what is inside gets every message, and the same rows beside.
func TestInsideCrowds(t *testing.T) {
	p := mixed(rand.New(rand.NewPCG(7, 8)), 400)
	all := func(o Options) (rows []string, inside int64, entries []Entry) {
		k := greeted(o)
		k.bytes(decode.FromClient, p)
		k.Finish()
		for i, e := range k.entries {
			if e.Inside {
				inside++
			} else {
				rows = append(rows, k.rows[i])
				entries = append(entries, e)
			}
		}
		return rows, inside, entries
	}
	want, _, entries := all(Options{})
	got, inside, _ := all(Options{Inside: true})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, counted := told(entries); inside != counted || inside == 0 {
		t.Errorf("%d inside, %d counted", inside, counted)
	}
}

// A credential in the middle of a crowd is learnt, and hidden wherever it is repeated.
func TestCrowdHidesNothing(t *testing.T) {
	k := greeted(Options{})
	k.bytes(decode.FromClient, crowd(100_000))
	var body []byte
	for _, v := range []amf.Value{amf.Str("auth"), amf.Str("canary")} {
		body = amf.Append0(body, v)
	}
	k.bytes(decode.FromClient, []byte{0x03, 0, 0, 0, 0, 0, byte(len(body)), 20, 0, 0, 0, 0}).bytes(decode.FromClient, body)
	k.bytes(decode.FromClient, slices.Concat([]byte{0xc3}, body))
	k.call(decode.FromServer, 0, amf.Str("onStatus"), amf.Num(0), amf.Value{Kind: amf.Null}, status("status", "NetStream.Play.Start", "canary"))
	for _, r := range k.rows {
		if strings.Contains(r, "canary") {
			t.Error(r)
		}
	}
}

func BenchmarkCrowd(b *testing.B) {
	p := crowd(64 << 10)
	k := New(Options{})
	at := time.Unix(1_800_000_000, 0)
	k.Open(Connection{ID: id, At: at, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
	k.Data(id, decode.FromClient, at, append([]byte{3}, make([]byte, 2*1536)...))
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		k.Data(id, decode.FromClient, at, p)
	}
}
