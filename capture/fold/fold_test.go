package fold

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var at = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// told is a judge that only listens.
type told struct {
	around []session.Around
	holds  []session.Hold
	paces  []session.Pace
	ended  int
	latest time.Time
}

func (j *told) Begin(func(session.Finding)) {}
func (j *told) Entry(*session.Entry)        {}
func (j *told) Time(now time.Time)          { j.latest = now }
func (j *told) Held(h session.Hold)         { j.holds = append(j.holds, h) }
func (j *told) Paced(p session.Pace)        { j.paces = append(j.paces, p) }
func (j *told) Outer(a session.Around)      { j.around = append(j.around, a) }
func (j *told) End()                        { j.ended++ }

// opened is the record with which connection 3 begins.
func opened() *capture.Record {
	return &capture.Record{Kind: capture.Opened, Conn: 3, Time: at, Client: netip.MustParseAddrPort("10.0.0.1:5000"), Server: netip.MustParseAddrPort("10.0.0.2:1935"),
		Reason: "a guess", Relayed: true, Facts: capture.Facts{{Key: "tls.version", Value: "1.3"}}}
}

// fed feeds records to a timeline and tells its rows in a line each.
func fed(records ...*capture.Record) (rows []string, t *session.Timeline, j *told) {
	j = &told{}
	t = session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		rows = append(rows, fmt.Sprintf("%s %s +%v @%d %s", e.Kind, e.From, e.Elapsed, e.Offset, e.Summary))
	}})
	for _, r := range records {
		Feed(t, r)
	}
	return rows, t, j
}

// TestFeed: what each kind of record says of a connection.
func TestFeed(t *testing.T) {
	later := func(n int, r capture.Record) *capture.Record {
		r.Conn, r.Time = 3, at.Add(time.Duration(n)*time.Second)
		return &r
	}
	path := &capture.Path{RTT: time.Millisecond, Delivery: 1, Retransmitted: 2, Unacked: 3, Unsent: 4, WindowFull: 5}
	rows, tl, j := fed(opened(),
		later(1, capture.Record{Kind: capture.Data, Data: []byte{3}, Length: 1}),
		later(2, capture.Record{Kind: capture.Data, Data: []byte{3}, Length: 1, FromServer: true}),
		later(3, capture.Record{Kind: capture.Gap, Length: 40, FromServer: true}),
		later(4, capture.Record{Kind: capture.Held, FromServer: true, Hold: capture.Hold{For: time.Minute, Waiting: 7}}),
		later(5, capture.Record{Kind: capture.Paced, FromServer: true, Pace: &capture.Pace{Behind: 1, Over: true, Span: 2, Came: 3, Taken: 4, Blocked: 5, Waiting: 6, Path: path}}),
		later(6, capture.Record{Kind: capture.Outer, FromServer: true, Around: capture.Around{Alert: 40}}),
		later(7, capture.Record{Kind: capture.Outer, Around: capture.Around{Poll: true}}),
		later(8, capture.Record{Kind: capture.Noted, FromServer: true, Reason: "see", Note: &capture.Note{ID: "n", Kind: "mark", Conn: 3, Offset: 0, Text: "see"}}),
		later(9, capture.Record{Kind: capture.Noted, Note: &capture.Note{ID: "t", Kind: "title", Text: "of the whole capture"}}),
		later(10, capture.Record{Kind: capture.Fin, Reason: "in words"}),
		later(11, capture.Record{Kind: capture.Reset, FromServer: true, Cause: capture.Cause{Token: "broken", Detail: "no buffers"}}),
		later(12, capture.Record{Kind: capture.Beat}),
	)
	want := []string{
		"opened client +0s @0 10.0.0.1:5000 to 10.0.0.2:1935: a guess",
		"handshake client +1s @0 version 3",
		"handshake server +2s @0 version 3",
		"gap server +3s @1 40 bytes were not captured",
		"note server +8s @0 see",
		"closed client +10s @1 the client's side was ended: in words",
		"closed server +11s @41 the connection to the server broke: no buffers",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	i := tl.Snapshot().Session(1)
	if v, ok := i.Facts.Get("tls.version"); v != "1.3" || !ok {
		t.Errorf("facts %v", i.Facts)
	}
	if diff := cmp.Diff([]session.Hold{{Session: 1, From: decode.FromServer, At: at.Add(4 * time.Second), For: time.Minute, Waiting: 7}}, j.holds); diff != "" {
		t.Error(diff)
	}
	pace := session.Pace{Session: 1, From: decode.FromServer, At: at.Add(5 * time.Second), Behind: 1, Over: true, Span: 2, Came: 3, Taken: 4, Blocked: 5, Waiting: 6,
		Path: &session.Path{RTT: time.Millisecond, Delivery: 1, Retransmitted: 2, Unacked: 3, Unsent: 4, WindowFull: 5}}
	if diff := cmp.Diff([]session.Pace{pace}, j.paces); diff != "" {
		t.Error(diff)
	}
	around := []session.Around{{Session: 1, From: decode.FromServer, At: at.Add(6 * time.Second), Alert: 40}, {Session: 1, From: decode.FromClient, At: at.Add(7 * time.Second), Poll: true}}
	if diff := cmp.Diff(around, j.around); diff != "" {
		t.Error(diff)
	}
	if !j.latest.Equal(at.Add(12 * time.Second)) {
		t.Errorf("a beat brings the time to %v", j.latest)
	}
	if notes := tl.Snapshot().Notes(); len(notes) != 1 || notes[0].ID != "n" || notes[0].Name != "mark" || notes[0].Row != 3 || !notes[0].At.Equal(at.Add(8*time.Second)) {
		t.Errorf("notes %+v", notes)
	}
}

func TestServersThatWereNotReached(t *testing.T) {
	for addr, want := range map[string]string{"0.0.0.0:0": "", "[::]:0": "", "0.0.0.0:1935": "0.0.0.0:1935", "10.0.0.2:0": "10.0.0.2:0", "10.0.0.2:1935": "10.0.0.2:1935"} {
		if got := serverOf(&capture.Record{Server: netip.MustParseAddrPort(addr)}); got != want {
			t.Errorf("%s is shown as %q", addr, got)
		}
	}
	rows, _, _ := fed(&capture.Record{Kind: capture.Opened, Conn: 1, Time: at, Client: netip.MustParseAddrPort("10.0.0.1:5000"), Server: netip.MustParseAddrPort("0.0.0.0:0")})
	if len(rows) != 1 || rows[0] != "opened client +0s @0 10.0.0.1:5000; the server was not reached" {
		t.Errorf("%q", rows)
	}
	if got := noteName(&capture.Note{Kind: "mark", Deleted: true}); got != "mark"+session.TakenBack {
		t.Error(got)
	}
}

func TestTornIsNoFailure(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {errors.New("disk"), false}, {&pcapng.TornError{}, true}, {&pcapng.FormatError{}, true}, {fmt.Errorf("while reading: %w", &pcapng.TornError{}), true},
	} {
		if got := IsTorn(c.err); got != c.want {
			t.Errorf("%v: %v", c.err, got)
		}
	}
}

// classic is a pcap file of raw IP without packets, or with the beginning of one.
func classic(more ...byte) source.Source {
	m := source.NewMemory()
	head := []byte{0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 101}
	n, _ := m.Write(append(head, more...)) // memory takes all
	m.Advance(int64(n))
	m.Finish()
	return m
}

const withRows = "../../testdata/captures/ffmpeg5__nginx__publish_badname.pcapng"

// recorded opens a capture of a real session.
func recorded(t *testing.T) source.Source {
	t.Helper()
	src, err := capture.File(withRows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// TestRecordsToTheEnd: each record once, the reader as it is there, and the first error
// of whoever takes them ends it.
func TestRecordsToTheEnd(t *testing.T) {
	n := 0
	r, err := Records(recorded(t), func(*capture.Record) error { n++; return nil })
	if r == nil || err != nil || n < 10 {
		t.Fatalf("%d records, %v", n, err)
	}
	enough := errors.New("enough")
	left := 3
	r, err = Records(recorded(t), func(*capture.Record) error {
		if left--; left == 0 {
			return enough
		}
		return nil
	})
	if r == nil || !errors.Is(err, enough) || left != 0 {
		t.Errorf("%v, %d left", err, left)
	}
	if r, err := Records(classic(0, 0, 0), func(*capture.Record) error { return nil }); r == nil || !IsTorn(err) {
		t.Errorf("a torn capture: %v", err)
	}
	if r, err := Records(classic(), func(*capture.Record) error { return nil }); r == nil || err != nil {
		t.Errorf("an empty capture: %v", err)
	}
	empty := source.NewMemory()
	empty.Finish()
	if r, err := Records(empty, func(*capture.Record) error { return nil }); r != nil || err == nil {
		t.Errorf("no capture: %v", err)
	}
}

// TestTimelineIsFinished: rows reach the caller in order; the judge hears the end, unless
// the caller had enough.
func TestTimelineIsFinished(t *testing.T) {
	j := &told{}
	var rows []uint32
	notes := []capture.Note{{ID: "n", Kind: "mark", Conn: 1, Offset: capture.WholeSession, Text: "look\x1b", At: at}, {ID: "s", Kind: "note", Conn: 1, FromServer: true, Offset: 0, Text: "S0", At: at}}
	tl, r, err := Annotated(recorded(t), session.Options{Judge: j}, notes, func(e *session.Entry) error {
		rows = append(rows, e.Number)
		return nil
	})
	if err != nil || r == nil || j.ended != 1 {
		t.Fatalf("%v, ended %d times", err, j.ended)
	}
	s := tl.Snapshot()
	for i, n := range rows[:len(rows)-2] {
		if n != uint32(i+1) {
			t.Fatalf("row %d is number %d", i, n)
		}
	}
	if len(rows) != s.Len()+2 || rows[len(rows)-1] != 0 {
		t.Errorf("%d rows of %d", len(rows), s.Len())
	}
	got := s.Notes()
	if len(got) != 2 || got[0].Row != 1 || string(got[0].Words) != `look\e` || got[0].Name != "mark" || !got[0].At.Equal(at) || s.Row(int(got[1].Row)).From != decode.FromServer {
		t.Errorf("notes %+v", got)
	}
	enough := errors.New("enough")
	calls, quiet := 0, &told{}
	tl, r, err = TimelineAndReader(recorded(t), session.Options{Judge: quiet}, func(*session.Entry) error { calls++; return enough })
	if tl == nil || tl.Snapshot().SessionCount() != 1 || !errors.Is(err, enough) || r == nil || calls != 1 || quiet.ended != 0 {
		t.Errorf("%v after %d rows, ended %d times", err, calls, quiet.ended)
	}
	if tl, err := Timeline(classic(0), session.Options{}, func(*session.Entry) error { return nil }); tl == nil || !IsTorn(err) {
		t.Errorf("a torn capture: %v", err)
	}
}

// TestFeedOfAWait: a connection whose server is dialled, and then reached.
func TestFeedOfAWait(t *testing.T) {
	waits := opened()
	waits.Waits, waits.Server = true, netip.MustParseAddrPort("0.0.0.0:0")
	_, tl, _ := fed(waits)
	if i := tl.Snapshot().Session(1); !i.Dialling {
		t.Errorf("nobody waits: %+v", i)
	}
	Feed(tl, &capture.Record{Kind: capture.Connected, Conn: 3, Time: at.Add(time.Second), Server: netip.MustParseAddrPort("10.0.0.9:1935"), Facts: capture.Facts{{Key: "upstream", Value: "live.test:1935"}}})
	i := tl.Snapshot().Session(1)
	if v, ok := i.Facts.Get("upstream"); i.Dialling || i.Server != "10.0.0.9:1935" || v != "live.test:1935" || !ok {
		t.Errorf("%+v", i)
	}
}
