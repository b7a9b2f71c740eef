package record

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// copyOf writes the records of another capture again, as an export does.
func copyOf(t *testing.T, all []told.Kept) *source.Memory {
	t.Helper()
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	for _, k := range all {
		if err != nil {
			t.Fatal(err)
		}
		switch id := uint64(k.Conn); k.Kind {
		case capture.Opened:
			err = r.Begin(id, Opening{Accepted: k.Time, Connected: k.Time, Client: k.Client, Server: k.Server, Reason: k.Reason, Facts: k.Facts})
		case capture.Data:
			err = r.Data(id, k.FromServer, k.Time, []byte(k.Text))
		case capture.Gap:
			err = r.GapCopy(id, k.FromServer, k.Time, k.Length, k.Reason)
		case capture.Outer:
			err = r.OuterCopy(id, k.FromServer, k.Time, k.Around)
		case capture.Fin:
			err = r.Fin(id, k.FromServer, k.Time, k.Reason)
		}
	}
	if err != nil || r.Close() != nil {
		t.Fatal(err)
	}
	return m
}

// What is not known of a capture stays unknown in a copy of it, for the same
// reasons, and takes no room in the offsets.
func TestACopyKeepsWhatIsNotKnown(t *testing.T) {
	foreign := told.Frames(binary.LittleEndian, true,
		told.Frame{Flags: "A", Seq: 1000, Ack: 500, Data: "no beginning"}, // told: port 1935
		told.Frame{FromServer: true, Flags: "A", Seq: 500, Ack: 1012, Data: "answer"},
		told.Frame{Flags: "A", Seq: 1022, Ack: 506, Data: "after a hole"},
		told.Frame{FromServer: true, Flags: "A", Seq: 506, Ack: 1034},
		told.Frame{Flags: "A", Seq: 1034, Ack: 906}) // acknowledges 400 bytes nobody has seen
	all := told.Read(t, foreign)
	again := told.Read(t, copyOf(t, all))
	var unknown, known, reasons int
	for i, k := range again {
		if i >= len(all) {
			t.Fatalf("one more: %+v", k.Record)
		}
		want := all[i]
		if k.Kind != want.Kind || k.Offset != want.Offset || k.Length != want.Length || k.Text != want.Text || k.Reason != want.Reason {
			t.Errorf("record %d is %+v, want %+v", i, k.Record, want.Record)
		}
		if k.Kind == capture.Gap && k.Length < 0 {
			unknown++
		} else if k.Kind == capture.Gap {
			known++
		}
		if k.Kind == capture.Opened && strings.Contains(k.Reason, "the beginning was not captured") {
			reasons++
		}
	}
	if len(again) != len(all) || unknown != 3 || known != 1 || reasons != 1 {
		t.Errorf("%d of %d records, %d gaps of unknown length, %d of known, %d reasons for the opening", len(again), len(all), unknown, known, reasons)
	}
	twice := told.Read(t, copyOf(t, again))
	told.Same(t, twice, again)
}

// A mark behind a gap of unknown length leads to the same rest.
func TestMarksInACopy(t *testing.T) {
	foreign := told.Frames(binary.LittleEndian, true,
		told.Frame{Flags: "A", Seq: 1000, Ack: 500, Data: "no beginning"},
		told.Frame{FromServer: true, Flags: "A", Seq: 500, Ack: 1012, Data: "answer"},
		told.Frame{Flags: "A", Seq: 1012, Ack: 506, Data: "more"})
	if n := checkMarks(t, copyOf(t, told.Read(t, foreign)), 1); n == 0 {
		t.Error("no mark could be used")
	}
}

// The section comment is what the options say, and tells of credentials when
// they say nothing.
func TestTheNoticeStandsInTheSectionComment(t *testing.T) {
	for notice, want := range map[string]string{"": DefaultNotice, "Nothing to see.": "Nothing to see."} {
		m := source.NewMemory()
		r, err := New(m, Options{Version: "test", Notice: notice})
		if err != nil || r.Close() != nil {
			t.Fatal(err)
		}
		if got := string(m.Bytes()); !strings.Contains(got, " "+want) || (want != DefaultNotice && strings.Contains(got, "credentials")) {
			t.Errorf("with the notice %q the file says %q", notice, got[:300])
		}
	}
}

// A beat begins a new segment when the one at hand is old enough, and a segment
// in which nothing happened does not grow old.
func TestRotationInSilence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := Create(path, Options{Rotate: Rotate{Every: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(rec.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")))
	for i := range 600 {
		check(rec.Beat(told.Start.Add(time.Duration(i) * time.Second)))
	}
	names, err := capture.Segments(path)
	if err != nil || len(names) != 2 {
		t.Fatalf("after ten minutes of silence: %q, %v; want a second segment and no third", names, err)
	}
	check(rec.Data(1, false, told.Start.Add(601*time.Second), []byte("at last")))
	check(rec.Beat(told.Start.Add(660 * time.Second)))
	if names, _ = capture.Segments(path); len(names) != 2 {
		t.Errorf("59 s after a record there are already %q", names)
	}
	check(rec.Beat(told.Start.Add(661 * time.Second)))
	check(rec.Close())
	if names, _ = capture.Segments(path); len(names) != 3 {
		t.Errorf("a minute after the record there are %q", names)
	}
	beats := 0
	for _, k := range told.ReadFile(t, path) {
		if k.Kind == capture.Beat {
			beats++
		}
	}
	if beats != 601 { // the first stands at the time of the opening
		t.Errorf("%d beats were read back", beats)
	}
}

// What the protocol around RTMP said comes along.
func TestOuterIsCopied(t *testing.T) {
	client, server := told.Addr("192.0.2.1:50000"), told.Addr("192.0.2.2:1935")
	record := func(k capture.Kind, fromServer bool, a capture.Around) told.Kept {
		return told.Kept{Record: capture.Record{Kind: k, Conn: 1, FromServer: fromServer, Time: told.Start, Client: client, Server: server, Around: a}}
	}
	want := []capture.Around{{Poll: true}, {Alert: 42}}
	var got []capture.Around
	for _, k := range told.Read(t, copyOf(t, []told.Kept{record(capture.Opened, false, capture.Around{}),
		record(capture.Outer, false, want[0]), record(capture.Outer, true, want[1])})) {
		if k.Kind == capture.Outer {
			got = append(got, k.Around)
			if k.FromServer != (k.Around.Alert != 0) {
				t.Errorf("said by the other side: %+v", k.Record)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
