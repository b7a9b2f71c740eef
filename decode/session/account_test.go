package session

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// TestCreditIsArithmetic: what pays, what is paid, and the bounds, by hand.
func TestCreditIsArithmetic(t *testing.T) {
	at := time.UnixMilli(1_000_000)
	p := newCredit(at)
	step := func(what string, left int64, counting bool) {
		t.Helper()
		if p.left != left || p.counting != counting {
			t.Errorf("%s: %d bytes left, counting %v; want %d, %v", what, p.left, p.counting, left, counting)
		}
	}
	step("at the beginning", 16_384, false)
	p.passes(at.Add(999 * time.Microsecond))
	step("no whole millisecond", 16_384, false)
	p.passes(at.Add(3 * time.Millisecond))
	step("three milliseconds", 16_384+48, false)
	p.passes(at)
	step("time does not go back", 16_384+48, false)
	p.passes(at.Add(3 * time.Millisecond))
	step("nor is it paid twice", 16_384+48, false)
	if !p.pays(16) || !p.pays(116) {
		t.Error("what pays for itself has no row")
	}
	step("large messages save", 16_384+48+100, false)
	p.earn(1 << 40)
	step("no more than the bound", 1<<20, false)
	p.left = 20
	if !p.pays(6) {
		t.Error("10 of 20 bytes have no row")
	}
	step("a small one costs", 10, false)
	if !p.pays(6) {
		t.Error("the last 10 bytes have no row")
	}
	step("to the last byte", 0, false)
	if p.pays(15) {
		t.Error("nothing pays for a row")
	}
	step("then they are counted", 0, true)
	if p.pays(15) || !p.pays(17) {
		t.Error("while they are counted, only large ones have rows")
	}
	step("which save again", 1, true)
	p.left = 16_383
	if p.enough() {
		t.Error("too early")
	}
	p.left++
	if !p.enough() {
		t.Error("enough is not enough")
	}
	p.counting = false
	if p.enough() {
		t.Error("there is nothing to end")
	}
	long := newCredit(at)
	long.passes(at.Add(1000 * time.Hour))
	if long.left != 1<<20 || long.at != at.Add(1000*time.Hour).UnixMilli() {
		t.Errorf("a long silence: %+v", long)
	}
}

func TestBytesOnTheWire(t *testing.T) {
	for _, c := range []struct {
		ev   decode.Event
		want int64
	}{
		{decode.Event{Chunks: 1, Offset: 100, End: 120, Length: 8}, 20},
		{decode.Event{Chunks: 3, Offset: 100, End: 900, Length: 300}, 303},
		{decode.Event{Chunks: 0, Offset: 100, End: 900, Length: 300}, 300},
	} {
		if got := wireOf(&c.ev); got != c.want {
			t.Errorf("%+v: %d, want %d", c.ev, got, c.want)
		}
	}
}

// TestCountedRow: the most frequent first, no more than four named, and what does not
// fit its column is the largest that does.
func TestCountedRow(t *testing.T) {
	r := counted{first: 100, end: 1100, since: began, until: began.Add(250 * time.Millisecond), odd: 3}
	if !r.some() || (&counted{}).some() || !(&counted{odd: 1}).some() {
		t.Error("what is some")
	}
	for typ, n := range map[uint8]int64{8: 5, 9: 7, 4: 1, 3: 2, 5: 1} {
		r.add(typ, n-1)
		r.add(typ, 1)
	}
	r.tallies = append(r.tallies[:0], decode.Tally{Type: 4, Count: 1}, decode.Tally{Type: 8, Count: 5}, decode.Tally{Type: 9, Count: 7}, decode.Tally{Type: 3, Count: 2}, decode.Tally{Type: 5, Count: 1})
	e := r.entry(server)
	const want = "16 messages in 250 ms, too many to be shown one by one: 7 Video, 5 Audio, 2 Acknowledgement, 1 User Control, others, 3 anomalies; bytes 100 to 1100"
	if string(e.Summary) != want || e.Type != 9 || e.From != server || e.Offset != 100 || e.Length != 1000 || e.Chunks != 16 || e.End != 1100 || e.Took != 250*time.Millisecond || e.Odd != 3 {
		t.Errorf("%s\n%+v", e.Summary, e.Row)
	}
	four := counted{tallies: r.tallies[:4]}
	if got := four.words(); got != "7 Video, 5 Audio, 2 Acknowledgement, 1 User Control" {
		t.Error(got)
	}
	if e := (&counted{odd: 2, end: 1 << 33}).entry(client); e.Length != 1<<32-1 || e.Type != 0 || e.Chunks != 0 {
		t.Errorf("%+v", e.Row)
	}
	for n, want := range map[int64]uint32{0: 0, 1<<32 - 2: 1<<32 - 2, 1<<32 - 1: 1<<32 - 1, 1 << 32: 1<<32 - 1} {
		if got := capped(n); got != want {
			t.Errorf("%d is capped to %d", n, got)
		}
	}
}

// TestCountedInOrder: of two sides the one that began earlier is told first, and their
// rows wait for a quarter of a second since then.
func TestCountedInOrder(t *testing.T) {
	for _, first := range []decode.Direction{client, server} {
		k := newTalk(nil)
		c := k.conns[id]
		ev := &decode.Event{Offset: 10, End: 11, Type: 8}
		c.now = began
		c.counting(first, ev).add(8, 1)
		c.now = began.Add(100 * time.Millisecond)
		c.counting(first.Peer(), ev).add(9, 1)
		if got := c.countedSince(); !got.Equal(began) {
			t.Errorf("since %v", got)
		}
		k.tellCountedOf(began.Add(countedFor - 1))
		if len(k.entries) != 1 {
			t.Fatal("told too early")
		}
		k.tellCountedOf(began.Add(countedFor))
		if len(k.entries) != 3 || k.entries[1].From != first || k.entries[2].From != first.Peer() || c.waits || len(k.counted) != 0 || !c.countedSince().IsZero() {
			t.Errorf("%s first: %q", first, k.rows)
		}
	}
}

func (k *talk) tellCountedOf(now time.Time) { k.Timeline.tellCounted(now) }

// TestAnswers: which command a status code answers.
func TestAnswers(t *testing.T) {
	for code, want := range map[string]string{
		"NetStream.Publish.Start": "publish", "NetStream.Publish.BadName": "publish", "NetStream.Publish.Idle": "",
		"NetStream.Play.Start": "play", "NetStream.Play.Reset": "play", "NetStream.Play.Failed": "play", "NetStream.Play.StreamNotFound": "play",
		"NetStream.Play.FileStructureInvalid": "play", "NetStream.Play.NoSupportedTrackFound": "play", "NetStream.Play.PublishNotify": "", "NetStream.Play.Stop": "",
		"NetStream.Seek.Notify": "seek", "NetStream.Seek.Failed": "seek", "NetStream.Pause.Notify": "pause", "NetStream.Unpause.Notify": "pause",
		"NetConnection.Connect.Rejected": "connect", "NetStream.Unpublish.Success": "", "": "",
	} {
		if got := answeredBy(code); got != want {
			t.Errorf("%q answers %q", code, got)
		}
	}
	ask := func(name string, transaction float64, has bool) bool {
		return asks(&message.Parsed{Command: name, Transaction: transaction, HasTransaction: has})
	}
	for _, name := range []string{"", "_result", "_error", "onStatus", "FCUnpublish", "FCUnsubscribe", "deleteStream", "closeStream", "close", "onBWDone"} {
		if ask(name, 3, true) {
			t.Errorf("%q asks", name)
		}
	}
	for _, name := range []string{"publish", "play", "play2"} {
		if !ask(name, 0, false) {
			t.Errorf("%q does not ask", name)
		}
	}
	if !ask("createStream", 1, true) || ask("createStream", 0, true) || ask("createStream", 1, false) || !ask("FCPublish", 1, true) {
		t.Error("who has a transaction asks")
	}
}

// TestPairsAreBounded: the oldest request is forgotten, and so are streams beyond many.
func TestPairsAreBounded(t *testing.T) {
	var p pairs
	for n := range uint32(maxPending + 2) {
		p.ask(request{Pending: Pending{Row: n, Command: "publish", From: client}, streamID: n})
	}
	if w := p.waiting(); len(w) != maxPending || w[0].Row != 2 || w[maxPending-1].Row != maxPending+1 {
		t.Errorf("%d wait", len(w))
	}
	status := &message.Parsed{Command: "onStatus", Code: "NetStream.Publish.Start"}
	if r, ok := p.answer(status, server, 9); !ok || r.Row != 9 {
		t.Errorf("row %d, %v", r.Row, ok)
	}
	if _, ok := p.answer(status, server, 9); ok {
		t.Error("a second status on a stream that was answered takes another's request")
	}
	if r, ok := p.answer(status, server, 0); !ok || r.Row != maxPending+1 {
		t.Errorf("a status on no stream answers row %d, %v", r.Row, ok)
	}
	if _, ok := p.answer(status, client, 10); ok {
		t.Error("who asked answers itself")
	}
	for n := range uint32(2 * maxPending) {
		p.settle(place{"publish", n})
		p.settle(place{"publish", n})
	}
	if len(p.answered) != maxPending {
		t.Errorf("%d streams are remembered", len(p.answered))
	}
	reset := &message.Parsed{Command: "onStatus", Code: "NetStream.Play.Reset"}
	start := &message.Parsed{Command: "onStatus", Code: "NetStream.Play.Start"}
	p.ask(request{Pending: Pending{Row: 1000, Command: "play", From: client}, streamID: 1})
	for _, m := range []*message.Parsed{reset, reset, start} {
		if r, ok := p.answer(m, server, 1); !ok || r.Row != 1000 {
			t.Errorf("%s answers row %d, %v", m.Code, r.Row, ok)
		}
	}
	if _, ok := p.answer(start, server, 1); ok {
		t.Error("play is answered twice")
	}
	for _, c := range []struct {
		m  message.Parsed
		ok bool
	}{
		{message.Parsed{Command: "_result", Transaction: 7}, false}, {message.Parsed{Command: "_result", Transaction: 8, HasTransaction: true}, false},
		{message.Parsed{Command: "ready", Transaction: 7, HasTransaction: true}, false}, {message.Parsed{Command: "_error", Transaction: 7, HasTransaction: true}, true},
	} {
		var one pairs
		one.ask(request{Pending: Pending{Command: "connect", From: client}, txn: 7})
		if _, ok := one.answer(&c.m, server, 0); ok != c.ok {
			t.Errorf("%+v: %v", c.m, ok)
		}
	}
}
