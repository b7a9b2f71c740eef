package session

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// talk feeds a timeline with what two scripted peers say, a millisecond apart.
type talk struct {
	*Timeline
	now     time.Time
	writers [2]chunk.Writer
	rows    []string
	entries []Entry
}

const id = 7

func newTalk(judge Judge) *talk {
	k := &talk{now: time.Unix(1_800_000_000, 0)}
	k.Timeline = New(Options{Judge: judge, OnEntry: func(e *Entry) {
		k.entries = append(k.entries, *e)
		s := fmt.Sprintf("%d %s %s %s: %s", e.Number, e.Kind, e.From, e.Name, e.Summary.Show(false))
		if e.ReplyTo > 0 {
			s += fmt.Sprintf(" [%d %v]", e.ReplyTo, e.RTT)
		}
		k.rows = append(k.rows, s)
	}})
	k.Open(Connection{ID: id, At: k.now, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
	return k
}

// bytes says raw bytes.
func (k *talk) bytes(dir decode.Direction, p []byte) *talk {
	k.now = k.now.Add(time.Millisecond)
	k.Data(id, dir, k.now, p)
	return k
}

// say says one message.
func (k *talk) say(dir decode.Direction, typ uint8, stream uint32, body []byte) *talk {
	return k.bytes(dir, k.writers[dir].Append(nil, chunk.Out{ChunkStream: 3, Type: typ, StreamID: stream, Body: body}))
}

// call says an AMF0 command.
func (k *talk) call(dir decode.Direction, stream uint32, values ...amf.Value) *talk {
	var body []byte
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	return k.say(dir, 20, stream, body)
}

// greet exchanges a plain handshake.
func (k *talk) greet() *talk {
	c1, s1 := make([]byte, 1536), make([]byte, 1536)
	for i := 8; i < 1536; i++ {
		c1[i], s1[i] = byte(i), byte(i*3)
	}
	k.bytes(decode.FromClient, append([]byte{3}, c1...))
	k.bytes(decode.FromServer, append(append([]byte{3}, s1...), c1...))
	return k.bytes(decode.FromClient, s1)
}

func (k *talk) expect(t *testing.T, from int, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, k.rows[min(from, len(k.rows)):]); diff != "" {
		t.Error(diff)
	}
}

const (
	client = decode.FromClient
	server = decode.FromServer
)

func status(level, code, words string) amf.Value {
	return amf.Obj(amf.Prop("level", amf.Str(level)), amf.Prop("code", amf.Str(code)), amf.Prop("description", amf.Str(words)))
}

func TestHandshakeRows(t *testing.T) {
	newTalk(nil).greet().expect(t, 0,
		"1 opened client Connection: 10.0.0.1:5000 to 10.0.0.2:1935",
		"2 handshake client C0: version 3",
		"3 handshake client C1: time 0, plain",
		"4 handshake server S0: version 3",
		"5 handshake server S1: time 0, plain",
		"6 handshake server S2: repeats C1",
		"7 handshake client C2: repeats S1",
	)
}

func TestPublish(t *testing.T) {
	k := newTalk(nil).greet()
	k.call(client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://h/live")), amf.Prop("flashVer", amf.Str("FMLE/3.0"))))
	k.call(server, 0, amf.Str("_result"), amf.Num(1), amf.Obj(amf.Prop("fmsVer", amf.Str("FMS/3"))), status("status", "NetConnection.Connect.Success", "ok"))
	k.call(client, 0, amf.Str("createStream"), amf.Num(4), amf.Nul())
	k.call(server, 0, amf.Str("_result"), amf.Num(4), amf.Nul(), amf.Num(1))
	k.call(client, 1, amf.Str("publish"), amf.Num(5), amf.Nul(), amf.Str("my-secret-key"), amf.Str("live"))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("error", "NetStream.Publish.BadName", "my-secret-key is taken"))
	k.Close(id, server, k.now, End{How: Fin})
	k.Close(id, client, k.now, End{How: Reset})
	key := "••••" + k.Snapshot().Sessions()[0].Stream.Show(false)[len("••••"):]
	k.expect(t, 7,
		`8 message client Command (AMF0): connect to app "live" at rtmp://h/live as FMLE/3.0`,
		"9 message server Command (AMF0): _result: NetConnection.Connect.Success “ok” [8 1ms]",
		"10 message client Command (AMF0): createStream()",
		"11 message server Command (AMF0): _result of createStream: 1 [10 1ms]",
		`12 message client Command (AMF0): publish("`+key+`", "live")`,
		"13 message server Command (AMF0): NetStream.Publish.BadName “"+key+" is taken” [12 1ms]",
		"14 closed server Close: the server closed its side (FIN)",
		"15 closed client Close: the client reset the connection (RST)",
	)
	info := k.Snapshot().Sessions()[0]
	if info.Role != Publish || info.App != "live" || info.Engine != "FMS/3" || info.Phase != PhaseClose || info.Open ||
		info.Ended != "the server closed its side (FIN)" || info.Trouble != "the server refused: NetStream.Publish.BadName" || len(info.Pending) != 0 {
		t.Errorf("%+v", info)
	}
}

func TestSecretsNeverShow(t *testing.T) {
	k := newTalk(nil).greet()
	k.call(client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live?token=tok-12345")), amf.Prop("tcUrl", amf.Str("rtmp://user:pass99@h/live?token=tok-12345"))))
	k.call(client, 0, amf.Str("releaseStream"), amf.Num(2), amf.Nul(), amf.Str("k1"))
	k.call(client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("k1"), amf.Str("live"))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "k1 is now published; k1x is not"))
	k.call(client, 1, amf.Str("play"), amf.Num(3), amf.Nul(), amf.Str("long-name?auth=abc"), amf.Num(-2))
	k.call(server, 1, amf.Str("onInfo"), amf.Num(0), amf.Nul(), amf.Str("got long-name?auth=abc!"))
	all := strings.Join(k.rows, "\n")
	for _, secret := range []string{"tok-12345", "pass99", `"k1"`, "k1 is", "auth=abc"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q shows in\n%s", secret, all)
		}
	}
	if !strings.Contains(all, "k1x is not") || !strings.Contains(all, `"live"`) {
		t.Errorf("too much is masked:\n%s", all)
	}
}

func TestPingAndUnanswered(t *testing.T) {
	k := newTalk(nil).greet()
	k.say(server, 4, 0, []byte{0, 6, 0, 0, 1, 0})
	k.say(server, 4, 0, []byte{0, 6, 0, 0, 2, 0})
	k.say(client, 4, 0, []byte{0, 7, 0, 0, 1, 0})
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	k.expect(t, 7,
		"8 message server Ping Request: timestamp 256",
		"9 message server Ping Request: timestamp 512",
		"10 message client Ping Response: timestamp 256 [8 2ms]",
		"11 message client Command (AMF0): createStream()",
	)
	var waiting []string
	for _, p := range k.Snapshot().Sessions()[0].Pending {
		waiting = append(waiting, fmt.Sprintf("%d %s %s", p.Row, p.From, p.Command))
	}
	if diff := cmp.Diff([]string{"9 server Ping Request", "11 client createStream"}, waiting); diff != "" {
		t.Error(diff)
	}
}

func TestControlSummaries(t *testing.T) {
	k := newTalk(nil).greet()
	k.say(server, 5, 0, []byte{0, 0x26, 0x25, 0xa0})
	k.say(server, 6, 0, []byte{0, 0x26, 0x25, 0xa0, 2})
	k.say(server, 1, 0, []byte{0, 0, 0x10, 0})
	k.say(server, 3, 0, []byte{0, 1, 0, 0})
	k.say(client, 4, 0, []byte{0, 3, 0, 0, 0, 1, 0, 0, 0x0b, 0xb8})
	k.say(client, 1, 0, []byte{0})
	k.say(client, 2, 0, []byte{0, 0, 0, 9})
	k.expect(t, 7,
		"8 message server Window Acknowledgement Size: acknowledge every 2,500,000 bytes",
		"9 message server Set Peer Bandwidth: at most 2,500,000 bytes unacknowledged (dynamic)",
		"10 message server Set Chunk Size: 4,096 bytes from here on, was 128",
		"11 message server Acknowledgement: 65,536 bytes received so far",
		"12 message client Set Buffer Length: message stream 1, 3000 ms",
		"13 message client Set Chunk Size: type 1 with length 1",
		"14 anomaly client chunk-size-short: Set Chunk Size with 1 bytes instead of 4; the chunk size stays 128",
		"15 message client Abort Message: drop the message on chunk stream 9",
	)
}

func TestMediaRowsNeedNoText(t *testing.T) {
	k := newTalk(nil).greet()
	k.say(client, 9, 1, []byte{0x17, 0, 0, 0, 0, 1})
	k.say(client, 9, 1, []byte{0x17, 1, 0, 0, 0, 1})
	k.say(client, 9, 1, []byte{0x27, 1, 0, 0, 0, 1})
	k.say(client, 8, 1, []byte{0xaf, 1, 2})
	k.say(client, 8, 1, nil)
	k.expect(t, 7,
		"8 message client Video: AVC sequence header, 6 bytes",
		"9 message client Video: AVC keyframe, 6 bytes",
		"10 message client Video: AVC frame, 6 bytes",
		"11 message client Audio: AAC frame, 3 bytes",
		"12 message client Audio: empty (silence)",
	)
	s := k.Snapshot()
	if got := s.Text(9).Summary.Show(false); s.Row(9).text != 0 || got != "AVC keyframe, 6 bytes" {
		t.Errorf("row 9 has text %d: %q", s.Row(9).text, got)
	}
	if i := s.Sessions()[0]; i.Video != 3 || i.Audio != 2 || i.Phase != PhaseMedia {
		t.Errorf("%+v", i)
	}
}

func TestEndsOfACapture(t *testing.T) {
	k := newTalk(nil).greet()
	k.bytes(client, []byte{0x03, 0, 0, 0, 0, 0, 9, 20, 0, 0, 0, 0, 1, 2})
	k.Gap(id, server, k.now, 500)
	k.Finish()
	k.expect(t, 7,
		"8 gap server Gap: 500 bytes were not captured",
		"9 lost server gap: bytes are missing from the capture, so the next chunk header cannot be found",
		"10 aborted client Command (AMF0): 2 of 9 bytes: the capture ended in the middle of the message",
	)
	if i := k.Snapshot().Sessions()[0]; i.Ended != "still open when the capture ended" || i.Trouble == "" {
		t.Errorf("%+v", i)
	}
}

// TestEndsOfAConnection: what a side leaves unfinished that ends its direction is
// its own doing, not that of the capture.
func TestEndsOfAConnection(t *testing.T) {
	k := newTalk(nil).greet()
	k.bytes(client, []byte{0x03, 0, 0, 0, 0, 0, 9, 20, 0, 0, 0, 0, 1, 2})
	k.Close(id, client, k.now, End{How: Fin})
	k.Finish()
	k.expect(t, 7,
		"8 aborted client Command (AMF0): 2 of 9 bytes: the connection ended in the middle of the message",
		"9 closed client Close: the client closed its side (FIN)",
	)
}

func TestSnapshotsDoNotChange(t *testing.T) {
	k := newTalk(nil).greet()
	before := k.Snapshot()
	n, row, text := before.Len(), before.Row(2), before.Text(2)
	for range 2 * PageSize {
		k.say(client, 8, 1, []byte{0xaf, 1, 2})
	}
	if before.Len() != n || before.Row(2) != row || before.Text(2) != text {
		t.Error("a snapshot changed")
	}
	if after := k.Snapshot(); after.Len() != n+2*PageSize || after.Row(2) != row || !after.Row(n+PageSize).IsMedia() {
		t.Error("rows moved")
	}
}

func TestRowIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Row{}); size > 64 {
		t.Errorf("a row has %d bytes", size)
	}
}

// watcher reports a finding on every createStream.
type watcher struct {
	report func(Finding)
	log    []string
}

func (w *watcher) Begin(report func(Finding)) { w.report = report }
func (w *watcher) Time(time.Time)             {}

// Paced is no part of what is watched.
func (w *watcher) Paced(Pace) {}

func (w *watcher) Held(h Hold) {
	w.log = append(w.log, fmt.Sprint("held ", h.Session, h.From, h.For, h.Waiting))
}
func (w *watcher) Outer(a Around) {
	w.log = append(w.log, fmt.Sprint("outer ", a.Session, a.From, a.Poll, a.Alert, a.Secret))
}
func (w *watcher) End() { w.log = append(w.log, "end") }
func (w *watcher) Entry(e *Entry) {
	if e.Message.Command == "createStream" {
		w.report(Finding{Session: e.Session, Rule: "a-rule", Severity: Warning, Side: ClientSide, Rows: []uint32{e.Number}, Summary: "words"})
	}
	if e.Kind == Found {
		w.log = append(w.log, "told of a finding")
	}
}

func TestFindingsAreRows(t *testing.T) {
	w := &watcher{}
	k := newTalk(w).greet()
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	k.Finish()
	k.expect(t, 7,
		"8 message client Command (AMF0): createStream()",
		"9 finding client a-rule: words [8 0s]",
	)
	if i := k.Snapshot().Sessions()[0]; i.Worst != Warning || i.Findings[Warning] != 1 {
		t.Errorf("%+v", i)
	}
	if diff := cmp.Diff([]string{"end"}, w.log); diff != "" {
		t.Error(diff)
	}
}

func TestNotesAreNoRows(t *testing.T) {
	w := &watcher{}
	k := newTalk(w).greet()
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	at := k.now.Add(time.Hour)
	k.Note(id, k.Snapshot().Place(8), Written{ID: "a", At: at, Name: "note", Words: text.Plain("why\x1b so late?")})
	k.Note(id, Place{Offset: WholeSession}, Written{ID: "b", At: at, Name: "mark", Words: "here"})
	k.Note(99, Place{}, Written{ID: "c", At: at, Name: "note", Words: "about nobody"})
	k.call(client, 0, amf.Str("ping"), amf.Num(0), amf.Nul())
	k.expect(t, 9,
		"0 note client note: why\\e so late? [8 0s]",
		"0 note client mark: here",
		"10 message client Command (AMF0): ping()",
	)
	want := []Written{{8, 1, "a", at, "note", `why\e so late?`}, {1, 1, "b", at, "mark", "here"}}
	if diff := cmp.Diff(want, k.Snapshot().Notes()); diff != "" {
		t.Error(diff)
	}
}

// In a copy a note stands at the frame in which its row begins, before the row
// is there; and several rows begin at one byte.
func TestNotesFindTheirRows(t *testing.T) {
	first := newTalk(&watcher{}).greet()
	talk := func(k *talk) {
		k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
		k.Close(id, server, k.now, End{How: Fin})
		k.Close(id, server, k.now, End{How: Reset})
		k.Finish()
	}
	talk(first)
	s := first.Snapshot()
	about := map[string]bool{}
	for n := 1; n <= s.Len(); n++ {
		k := newTalk(&watcher{})
		k.Note(id, s.Place(n), Written{ID: "early", Name: "note"})
		talk(k.greet())
		k.Note(id, s.Place(n), Written{ID: "late", Name: "note"})
		notes := k.Snapshot().Notes()
		if len(notes) != 2 || int(notes[0].Row) != n || int(notes[1].Row) != n || k.Snapshot().Len() != s.Len() {
			t.Errorf("notes about row %d of %d, %+v: %+v, %d rows", n, s.Len(), s.Place(n), notes, k.Snapshot().Len())
		}
		about[s.Place(n).About] = true
	}
	if !about["closed"] || !about["reset"] || !about["finding a-rule"] || !about[""] {
		t.Errorf("without these rows the test shows nothing: %v", about)
	}
	lost := newTalk(nil)
	lost.Note(id, Place{From: server, Offset: 1 << 40}, Written{ID: "lost", Name: "note", Words: "nowhere"})
	talk(lost.greet())
	if notes := lost.Snapshot().Notes(); len(notes) != 1 || notes[0].Row != 0 {
		t.Errorf("a note about a byte that never came: %+v", notes)
	}
}

// A reset is trouble, unless the session was over before.
func TestResetAfterAnOrderlyEndIsNoTrouble(t *testing.T) {
	for _, orderly := range []bool{false, true} {
		k := newTalk(nil).greet()
		if orderly {
			k.call(client, 0, amf.Str("deleteStream"), amf.Num(5), amf.Nul(), amf.Num(1))
		}
		k.Close(id, client, k.now, End{How: Reset, Words: "because"})
		last := k.entries[len(k.entries)-1]
		trouble := k.Snapshot().Sessions()[0].Trouble
		if (trouble == "") != orderly || (last.Flags&Refused == 0) != orderly {
			t.Errorf("orderly %v: trouble %q, flags %b", orderly, trouble, last.Flags)
		}
		if want := "the client reset the connection (RST): because"; last.Summary.Show(false) != want || !orderly && trouble != want {
			t.Errorf("%q, %q", last.Summary.Show(false), trouble)
		}
	}
}

// Two streams on one connection: each status answers the play of its own
// message stream, and one on a stream that nobody asked for answers what is left.
// TestSameStreamSameMask: a publisher's key with a query and a player's without are
// one stream, also where the server repeats them.
func TestSameStreamSameMask(t *testing.T) {
	k := newTalk(nil).greet()
	k.call(client, 1, amf.Str("publish"), amf.Num(5), amf.Nul(), amf.Str("SeCretKey123?user=me&token=abcdef"), amf.Str("live"))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "SeCretKey123?user=me&token=abcdef is published"))
	k.call(client, 1, amf.Str("play"), amf.Num(6), amf.Nul(), amf.Str("SeCretKey123"))
	name, query := text.Pseudonym("SeCretKey123"), text.Pseudonym("user=me&token=abcdef")
	n := len(k.entries)
	for i, want := range []string{
		`publish("` + name + "?" + query + `", "live")`, "NetStream.Publish.Start “" + name + "?" + text.Pseudonym("user=me&token=abcdef is published") + "”", `play("` + name + `")`,
	} {
		if got := k.entries[n-3+i].Summary.Show(false); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := k.Snapshot().Sessions()[0].Stream.Show(false); got != name+"?"+query {
		t.Errorf("the stream is %s", got)
	}
}

func TestStatusAnswersItsOwnStream(t *testing.T) {
	k := newTalk(nil).greet()
	for stream := uint32(1); stream <= 3; stream++ {
		k.call(client, stream, amf.Str("play"), amf.Num(0), amf.Nul(), amf.Str("a"))
	}
	for _, stream := range []uint32{1, 3, 0} {
		k.call(server, stream, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Play.Start", ""))
	}
	var replies []uint32
	for _, e := range k.entries[10:] {
		replies = append(replies, e.ReplyTo)
	}
	if diff := cmp.Diff([]uint32{8, 10, 9}, replies); diff != "" {
		t.Error(diff)
	}
}

// TestServerThatWasNotReached: the proxy ended the connection, no server did, and
// there is no address to show.
func TestServerThatWasNotReached(t *testing.T) {
	var rows []string
	tl := New(Options{OnEntry: func(e *Entry) { rows = append(rows, string(e.Summary)) }})
	at := time.Unix(1_800_000_000, 0)
	tl.Open(Connection{ID: 1, At: at, Client: "127.0.0.1:5000"})
	tl.Close(1, decode.FromServer, at, End{How: Reset, Cause: DialRefused, Target: "[::1]:1935"})
	want := []string{"127.0.0.1:5000; the server was not reached",
		"upstream [::1]:1935: connection refused, so the proxy ended the client's connection: is the server running, and is this its RTMP port (usually 1935)?"}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if i := tl.Snapshot().Sessions()[0]; i.Trouble != want[1] || i.Open || !i.Closed[decode.FromServer] {
		t.Errorf("%+v", i)
	}
}
