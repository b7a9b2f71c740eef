package capture

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// copyOf writes the records of another capture again, as an export does.
func copyOf(t *testing.T, all []kept) *source.Memory {
	t.Helper()
	m := source.NewMemory()
	r, err := NewRecorder(m, Options{Version: "test"})
	for _, k := range all {
		if err != nil {
			t.Fatal(err)
		}
		switch id := uint64(k.Conn); k.Kind {
		case Opened:
			err = r.Begin(id, Opening{Accepted: k.Time, Connected: k.Time, Client: k.Client, Server: k.Server, Reason: k.Reason, Facts: k.Facts})
		case Data:
			err = r.Data(id, k.FromServer, k.Time, []byte(k.data))
		case Gap:
			err = r.GapCopy(id, k.FromServer, k.Time, k.Length, k.Reason)
		case Outer:
			err = r.OuterCopy(id, k.FromServer, k.Time, k.Around)
		case Fin:
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
	foreign := builder{link: layers.LinkTypeEthernet}.capture(t,
		frame{flags: "A", seq: 1000, ack: 500, data: "no beginning"}, // told: port 1935
		frame{fromServer: true, flags: "A", seq: 500, ack: 1012, data: "answer"},
		frame{flags: "A", seq: 1022, ack: 506, data: "after a hole"},
		frame{fromServer: true, flags: "A", seq: 506, ack: 1034},
		frame{flags: "A", seq: 1034, ack: 906}) // acknowledges 400 bytes nobody has seen
	all := readMemory(t, foreign)
	again := readMemory(t, copyOf(t, all))
	var unknown, known, reasons int
	for i, k := range again {
		if i >= len(all) {
			t.Fatalf("one more: %+v", k.Record)
		}
		want := all[i]
		if k.Kind != want.Kind || k.Offset != want.Offset || k.Length != want.Length || k.data != want.data || k.Reason != want.Reason {
			t.Errorf("record %d is %+v, want %+v", i, k.Record, want.Record)
		}
		if k.Kind == Gap && k.Length < 0 {
			unknown++
		} else if k.Kind == Gap {
			known++
		}
		if k.Kind == Opened && strings.Contains(k.Reason, "the beginning was not captured") {
			reasons++
		}
	}
	if len(again) != len(all) || unknown != 3 || known != 1 || reasons != 1 {
		t.Errorf("%d of %d records, %d gaps of unknown length, %d of known, %d reasons for the opening", len(again), len(all), unknown, known, reasons)
	}
	twice := readMemory(t, copyOf(t, again))
	sameButPlaces(t, twice, again)
}

// A mark behind a gap of unknown length leads to the same rest.
func TestMarksInACopy(t *testing.T) {
	foreign := builder{link: layers.LinkTypeEthernet}.capture(t,
		frame{flags: "A", seq: 1000, ack: 500, data: "no beginning"},
		frame{fromServer: true, flags: "A", seq: 500, ack: 1012, data: "answer"},
		frame{flags: "A", seq: 1012, ack: 506, data: "more"})
	if n := checkMarks(t, copyOf(t, readMemory(t, foreign)), 1); n == 0 {
		t.Error("no mark could be used")
	}
}

// The section comment is what the options say, and tells of credentials when
// they say nothing.
func TestTheNoticeStandsInTheSectionComment(t *testing.T) {
	for notice, want := range map[string]string{"": DefaultNotice, "Nothing to see.": "Nothing to see."} {
		m := source.NewMemory()
		r, err := NewRecorder(m, Options{Version: "test", Notice: notice})
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
	check(rec.Open(1, start, start, ap("192.0.2.1:5000"), ap("192.0.2.2:1935")))
	for i := range 600 {
		check(rec.Beat(start.Add(time.Duration(i) * time.Second)))
	}
	names, err := Segments(path)
	if err != nil || len(names) != 2 {
		t.Fatalf("after ten minutes of silence: %q, %v; want a second segment and no third", names, err)
	}
	check(rec.Data(1, false, start.Add(601*time.Second), []byte("at last")))
	check(rec.Beat(start.Add(660 * time.Second)))
	if names, _ = Segments(path); len(names) != 2 {
		t.Errorf("59 s after a record there are already %q", names)
	}
	check(rec.Beat(start.Add(661 * time.Second)))
	check(rec.Close())
	if names, _ = Segments(path); len(names) != 3 {
		t.Errorf("a minute after the record there are %q", names)
	}
	beats := 0
	for _, k := range readFile(t, path) {
		if k.Kind == Beat {
			beats++
		}
	}
	if beats != 601 { // the first stands at the time of the opening
		t.Errorf("%d beats were read back", beats)
	}
}

// A note about a connection that is recognised only later comes after its
// opening.
func TestANoteWaitsForItsConnection(t *testing.T) {
	foreign := builder{link: layers.LinkTypeEthernet}.capture(t,
		frame{port: 1, flags: "S", seq: 1}, frame{port: 1, fromServer: true, flags: "SA", seq: 1, ack: 2},
		frame{port: 1, flags: "A", seq: 2, ack: 2, data: strings.Repeat("\x03", 1537)})
	in := filepath.Join(t.TempDir(), "in.pcapng")
	if err := os.WriteFile(in, foreign.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.pcapng")
	if _, err := Save(openInput(t, in, OpenOptions{}), out, noteAt("n1", 1, false, WholeSession, "all of it")); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(openInput(t, out, OpenOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(t, r)
	if err != io.EOF {
		t.Fatal(err)
	}
	var kinds []string
	for _, k := range all {
		kinds = append(kinds, k.Kind.String())
	}
	if got := fmt.Sprint(kinds); !strings.HasPrefix(got, "[opened note data") && !strings.HasPrefix(got, "[opened data note") {
		t.Errorf("records are %s", got)
	}
}
