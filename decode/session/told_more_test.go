package session

import (
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestBytesOfGaps count for their side, as far as their number is known.
func TestBytesOfGaps(t *testing.T) {
	k := newTalk(nil).greet()
	before := k.Snapshot().Session(1).Bytes
	k.Gap(id, server, k.now, 500)
	k.Gap(id, server, k.now, -1)
	k.Gap(id, client, k.now, 7)
	if got := k.Snapshot().Session(1).Bytes; got != [2]int64{before[0] + 7, before[1] + 500} {
		t.Errorf("%v, was %v", got, before)
	}
	k.Close(id, client, k.now, End{How: Reset})
	k.bytes(client, []byte("late"))
	k.Gap(id, server, k.now, 3)
	if got := k.Snapshot().Session(1).Bytes; got != [2]int64{before[0] + 11, before[1] + 503} {
		t.Errorf("behind the end %v, was %v", got, before)
	}
	if last := k.rows[len(k.rows)-1]; !strings.Contains(last, "closed client") {
		t.Errorf("a row stands behind the end: %s", last)
	}
}

// TestRefusalsAreSafe: what a server refuses with, and when that is a report.
func TestRefusalsAreSafe(t *testing.T) {
	refuse := func(k *talk, code string) Info {
		k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("error", code, ""))
		return k.Snapshot().Session(1)
	}
	i := refuse(newTalk(nil).greet(), "NetStream.\x1bPublish")
	if i.Refusal != `NetStream.\ePublish` || i.Trouble != `the server refused: NetStream.\ePublish` || i.Cause != `NetStream.\ePublish` {
		t.Errorf("%q, %q, %q", i.Refusal, i.Trouble, i.Cause)
	}
	k := newTalk(nil).greet()
	k.say(client, 9, 1, []byte{0x17, 1, 0, 0, 0, 1})
	if i = refuse(k, "NetStream.Failed"); i.Refusal != "" || i.Trouble != "the server reported: NetStream.Failed" {
		t.Errorf("in the middle: %q, %q", i.Refusal, i.Trouble)
	}
	k = newTalk(nil).greet()
	k.call(client, 0, amf.Str("FCPublish"), amf.Num(3), amf.Nul(), amf.Str("k"))
	k.call(server, 0, amf.Str("_error"), amf.Num(3), amf.Nul(), status("error", "Call.Failed", ""))
	if i = k.Snapshot().Session(1); i.Refusal != "" || i.Trouble != "" {
		t.Errorf("a call that may fail: %q, %q", i.Refusal, i.Trouble)
	}
	k.call(client, 0, amf.Str("connect"), amf.Num(1), amf.Obj())
	k.call(server, 0, amf.Str("_error"), amf.Num(1), amf.Nul())
	if i = k.Snapshot().Session(1); i.Refusal != "_error" || i.Trouble != "the server refused: _error" {
		t.Errorf("without a code: %q, %q", i.Refusal, i.Trouble)
	}
}

// TestCountedMedia moves a session on as told media does.
func TestCountedMedia(t *testing.T) {
	for _, c := range []struct {
		typ          uint8
		before, then Phase
		audio, video int64
	}{
		{chunk.TypeAudio, PhaseStart, PhaseMedia, 5, 0}, {chunk.TypeVideo, PhaseConnect, PhaseMedia, 0, 5}, {chunk.TypeVideo, PhaseClose, PhaseClose, 0, 5}, {chunk.TypeAcknowledgement, PhaseStart, PhaseStart, 0, 0},
	} {
		k := newTalk(nil)
		x := k.conns[id]
		x.info.Phase = c.before
		x.tallied(client, c.typ, 5)
		if x.info.Phase != c.then || x.info.Audio != c.audio || x.info.Video != c.video || x.info.Messages != [2]int64{5, 0} {
			t.Errorf("type %d: %+v", c.typ, x.info)
		}
	}
}

// TestLateIsSaid with each message of the chunk stream.
func TestLateIsSaid(t *testing.T) {
	k := newTalk(nil).greet()
	header := func(fmt byte, time uint32) []byte {
		p := []byte{fmt<<6 | 5, byte(time >> 16), byte(time >> 8), byte(time), 0, 0, 1, 8}
		if fmt == 0 {
			p = append(p, 1, 0, 0, 0)
		}
		return append(p, 0xaf)
	}
	k.bytes(client, header(0, 1000))
	k.bytes(client, header(1, 1<<24-5))
	k.bytes(client, header(1, 1<<24-5))
	k.bytes(client, header(1, 20))
	k.bytes(client, header(0, 1010))
	var got []uint32
	for _, e := range k.entries[7:] {
		if e.Kind == Message {
			got = append(got, e.Timestamp-e.Late)
		}
	}
	want := []uint32{1000, 995, 990, 1010, 1010}
	if len(got) != len(want) {
		t.Fatalf("%d messages", len(got))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("message %d is at %d, want %d", i, got[i], want[i])
		}
	}
}

// TestNotesTakeWhatIsThere: a note about bytes of which only a remark tells goes to the
// first remark, when nothing better has come by the end.
func TestNotesTakeWhatIsThere(t *testing.T) {
	k := newTalk(nil).greet()
	k.Note(id, Place{From: client, Offset: 3073 + 1}, Written{ID: "n", Name: "note"})
	k.Note(id, Place{From: server, Offset: 3073}, Written{ID: "g", Name: "note"})
	k.Gap(id, server, k.now, 50)
	k.Finish()
	var gap uint32
	for _, e := range k.entries {
		if e.Kind == Gap {
			gap = e.Number
		}
	}
	notes := k.Snapshot().Notes()
	if len(notes) != 2 || notes[0].ID != "n" || notes[0].Row != 0 || notes[1].Row != gap || gap == 0 {
		t.Errorf("%+v, the gap is row %d", notes, gap)
	}
}

// TestRowsAboutConnections are three kinds, and a snapshot has another version once a
// session has changed.
func TestRowsAboutConnections(t *testing.T) {
	for k := Opened; k <= Noted; k++ {
		if got := k.AboutConnection(); got != (k == Opened || k == Connected || k == Secured) {
			t.Errorf("%s is about a connection: %v", k, got)
		}
	}
	tl := New(Options{})
	open := func(id uint32) { tl.Open(Connection{ID: id, At: began, Client: "a:1", Server: "b:1"}) }
	open(1)
	open(2)
	first := tl.Snapshot().Version()
	changed := func(since Version) []uint32 { return slices.Collect(tl.Snapshot().Version().Since(since)) }
	if got := changed(first); len(got) != 0 {
		t.Errorf("nothing has happened, and %v have changed", got)
	}
	tl.Data(2, client, began, []byte{3})
	open(3)
	if got := changed(first); !slices.Equal(got, []uint32{2, 3}) {
		t.Errorf("%v have changed, want 2 and 3", got)
	}
	if got := changed(tl.Snapshot().Version()); len(got) != 0 {
		t.Errorf("%v have changed since just now", got)
	}
}
