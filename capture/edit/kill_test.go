package edit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
)

// killedEnv names the file that this test program records to when it is run to
// be killed.
const killedEnv = "CAPTURE_TEST_RECORD_TO"

// TestRecordUntilKilled is no test: TestKilledAtAnyMoment runs it.
func TestRecordUntilKilled(t *testing.T) {
	path := os.Getenv(killedEnv)
	if path == "" {
		t.Skip("it is run by TestKilledAtAnyMoment")
	}
	rec, err := record.Create(path, record.Options{Rotate: record.Rotate{Bytes: 150_000}})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")); err != nil {
		t.Fatal(err)
	}
	var sent int64
	for i := 0; ; i++ {
		p := make([]byte, 1+i*37%3000)
		for j := range p {
			p[j] = byte(sent + int64(j))
		}
		sent += int64(len(p))
		if err := rec.Data(1, false, told.Start, p); err != nil {
			t.Fatal(err)
		}
		if i%5 != 0 {
			continue
		}
		n := capture.NewNote(capture.PlainNote, fmt.Sprint(sent), told.Start)
		n.Conn, n.Offset = 1, sent-1
		if err := rec.Note(n); err != nil { // it writes out all that came before, too
			t.Fatal(err)
		}
		fmt.Println("flushed", sent)
	}
}

func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 100 {
		path := filepath.Join(t.TempDir(), "k.pcapng")
		flushed := runAndKill(t, path, 1+rng.IntN(150))
		src := told.File(t, path)
		r, err := capture.NewReader(src)
		if err != nil {
			t.Fatal(err)
		}
		all, err := told.All(t, r)
		var torn *pcapng.TornError
		if err != io.EOF && !errors.As(err, &torn) {
			t.Fatal(err)
		}
		checkKilled(t, all, r.Notes(), flushed)
		checkRepaired(t, path)
		if i%25 == 0 {
			checkSavedNotes(t, path, len(r.Notes()))
		}
	}
}

// checkSavedNotes saves what is left and wants from tshark each note at the frame
// with the byte that it is about, which its text numbers.
func checkSavedNotes(t *testing.T, path string, notes int) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "saved.pcapng")
	if saved, err := Save(told.File(t, path), out); err != nil || saved.Notes != notes {
		t.Fatalf("%+v, %v; want %d notes", saved, err, notes)
	}
	text := told.Tshark(t, out, "-Y", "frame.comment contains \"Note: \"", "-T", "fields", "-e", "tcp.seq", "-e", "tcp.len", "-e", "frame.comment")
	found := 0
	for line := range strings.Lines(text) {
		var seq, length, at int // seq counts the SYN too
		if _, err := fmt.Sscanf(line, "%d\t%d\tNote: %d", &seq, &length, &at); err != nil || seq+length-1 != at {
			t.Errorf("a note stands at the wrong frame: %v, %.80s", err, line)
		}
		found++
	}
	if found != notes {
		t.Errorf("tshark shows %d of %d notes", found, notes)
	}
}

// checkKilled wants all that was flushed, notes included.
func checkKilled(t *testing.T, all []told.Kept, notes []capture.Note, flushed int64) {
	t.Helper()
	var end int64
	for _, k := range all {
		if k.Kind == capture.Noted {
			continue
		}
		if k.Offset != end {
			t.Fatalf("offset %d, want %d: %+v", k.Offset, end, k.Record)
		}
		for i := range k.Text {
			if k.Text[i] != byte(k.Offset+int64(i)) {
				t.Fatalf("other bytes at %d", k.Offset)
			}
		}
		end = k.End()
	}
	if end < flushed {
		t.Errorf("%d bytes can be read, %d had been flushed", end, flushed)
	}
	if len(notes) == 0 || notes[len(notes)-1].Offset < flushed-1 {
		t.Errorf("of %d notes the last that was written at %d is missing", len(notes), flushed)
	}
}

// checkRepaired repairs the last segment and lets tshark read it.
func checkRepaired(t *testing.T, path string) {
	t.Helper()
	names, err := capture.Segments(path)
	if err != nil {
		t.Fatal(err)
	}
	last := names[len(names)-1]
	out := filepath.Join(t.TempDir(), "repaired.pcapng")
	d, err := Repair(last, out)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Inspect(out); err != nil || again.Cause != nil || again.Packets != d.Packets {
		t.Errorf("repaired: %+v, %v; was %+v", again, err, d)
	}
}

// runAndKill records until so many flushes were reported, and returns how many
// bytes the last one that arrived spoke of.
func runAndKill(t *testing.T, path string, flushes int) (flushed int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRecordUntilKilled$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), killedEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if n == flushes {
			cmd.Process.Kill() // the test would hang otherwise
		}
		if words := strings.Fields(lines.Text()); len(words) == 2 && words[0] == "flushed" {
			if at, err := strconv.ParseInt(words[1], 10, 64); err == nil && strings.HasPrefix(lines.Text(), "flushed ") {
				flushed = max(flushed, at)
			}
		}
	}
	cmd.Wait() // it was killed
	if flushed == 0 {
		t.Fatal("the writer wrote nothing")
	}
	return flushed
}
