package record

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// stalled is a recording in which the server takes nothing for a while, and a
// client that takes nothing until it resets the connection.
func stalled(t *testing.T) *source.Memory {
	t.Helper()
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	at := func(seconds int) time.Time { return told.Start.Add(time.Duration(seconds) * time.Second) }
	check(r.Open(1, at(0), at(0), told.Addr("192.0.2.7:5000"), told.Addr("198.51.100.1:1935")))
	check(r.Data(1, false, at(1), []byte("question")))
	check(r.Held(1, false, at(3), capture.Hold{For: 2 * time.Second, Waiting: 4711}))
	check(r.Held(1, false, at(5), capture.Hold{For: 4 * time.Second, Waiting: 65536}))
	check(r.Held(1, false, at(6), capture.Hold{For: 5 * time.Second}))
	check(r.Data(1, true, at(7), []byte("answer")))
	check(r.Held(1, true, at(9), capture.Hold{For: time.Second, Waiting: 6}))
	check(r.Reset(1, false, at(10), "client: connection reset by peer"))
	check(r.Reset(1, true, at(10), ""))
	if r.Held(1, true, at(11), capture.Hold{}) == nil {
		t.Error("a connection that is over is held")
	}
	check(r.Close())
	return m
}

// TestHeld: what keeps bytes waiting is read back at its place, with the offset up
// to which they had come.
func TestHeld(t *testing.T) {
	r, err := capture.NewReader(stalled(t))
	if err != nil {
		t.Fatal(err)
	}
	type hold struct {
		At         time.Duration
		FromServer bool
		Offset     int64
		Hold       capture.Hold
	}
	var got []hold
	for rec, err := r.Next(); err == nil; rec, err = r.Next() {
		if rec.Kind == capture.Held {
			got = append(got, hold{rec.Time.Sub(told.Start), rec.FromServer, rec.Offset, rec.Hold})
		} else if rec.Hold != (capture.Hold{}) {
			t.Errorf("a %s holds something: %+v", rec.Kind, rec.Hold)
		}
	}
	want := []hold{
		{3 * time.Second, false, 8, capture.Hold{For: 2 * time.Second, Waiting: 4711}}, {5 * time.Second, false, 8, capture.Hold{For: 4 * time.Second, Waiting: 65536}},
		{6 * time.Second, false, 8, capture.Hold{For: 5 * time.Second, Waiting: 0}}, {9 * time.Second, true, 6, capture.Hold{For: time.Second, Waiting: 6}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOthersSeeHeld: to other programs the receiver's window is full, and no byte is
// missing or sent twice.
func TestOthersSeeHeld(t *testing.T) {
	path := save(t, stalled(t))
	shut := told.Tshark(t, path, "-Y", "tcp.window_size_value == 0 and tcp.flags.reset == 0", "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.len")
	if want := "1935\t0\n1935\t0\n5000\t0"; shut != want {
		t.Errorf("windows of 0: %q, want %q", shut, want)
	}
	odd := told.Tshark(t, path, "-Y", "tcp.analysis.lost_segment or tcp.analysis.retransmission or tcp.analysis.ack_lost_segment or tcp.checksum.status == 0")
	if odd != "" {
		t.Errorf("odd packets:\n%s", odd)
	}
	if words := told.Tshark(t, path, "-T", "fields", "-e", "frame.comment"); !strings.Contains(words, "the server has taken no bytes for 4s; 65536 wait for it") {
		t.Errorf("comments: %q", words)
	}
}

// TestPaced: how fast a receiver takes what it gets is read back at its place, and is
// an acknowledgement like others to other programs.
func TestPaced(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	at := func(seconds int) time.Time { return told.Start.Add(time.Duration(seconds) * time.Second) }
	slow := capture.Pace{Behind: 4 * time.Second, Span: 2 * time.Second, Came: 650, Taken: 300, Blocked: time.Second, Waiting: 77,
		Path: &capture.Path{RTT: time.Millisecond, Delivery: 150, Retransmitted: 3, Unacked: 2, Unsent: 55, WindowFull: time.Second}}
	over := capture.Pace{Behind: 6 * time.Second, Over: true, Span: 2 * time.Second, Came: 1, Taken: 351}
	for _, err := range []error{
		r.Open(1, at(0), at(0), told.Addr("192.0.2.7:5000"), told.Addr("198.51.100.1:1935")), r.Data(1, false, at(1), []byte("question")),
		r.Paced(1, false, at(3), slow), r.Data(1, true, at(4), []byte("answer")), r.Paced(1, false, at(5), over), r.Paced(1, true, at(6), capture.Pace{Span: -1, Path: &capture.Path{RTT: -1}}),
		r.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	in, err := capture.NewReader(m)
	if err != nil {
		t.Fatal(err)
	}
	type heard struct {
		At         time.Duration
		FromServer bool
		Offset     int64
		Pace       capture.Pace
	}
	var got []heard
	for rec, err := in.Next(); err == nil; rec, err = in.Next() {
		if rec.Kind == capture.Paced {
			got = append(got, heard{rec.Time.Sub(told.Start), rec.FromServer, rec.Offset, *rec.Pace})
		} else if rec.Pace != nil {
			t.Errorf("a %s has a pace: %+v", rec.Kind, rec.Pace)
		}
	}
	want := []heard{{3 * time.Second, false, 8, slow}, {5 * time.Second, false, 8, over}, {6 * time.Second, true, 6, capture.Pace{Path: &capture.Path{}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	words := told.Tshark(t, save(t, m), "-T", "fields", "-e", "frame.comment")
	if !strings.Contains(words, "the server has lagged for 4s: of 650 bytes it took 300 in 2s; 77 wait for it") || !strings.Contains(words, "the server keeps up again; it lagged for 6s") {
		t.Errorf("comments: %q", words)
	}
}
