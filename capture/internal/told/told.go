// Package told is what the tests of capture's packages share: records that outlive
// the reader, ways to read a whole capture, calls of a recorder made up at random,
// and tshark. It knows no recorder; what it has to say to one goes through [Recorder].
package told

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// Captures is where the real captures are, seen from a package in capture.
var Captures = filepath.Join("..", "..", "testdata", "captures")

// Kept is a record with its own copy of the data, as Text.
type Kept struct {
	capture.Record
	Text string
}

// Keep copies a record.
func Keep(r *capture.Record) Kept {
	k := Kept{Record: *r, Text: string(r.Data)}
	k.Data = nil
	return k
}

// All reads to the end and returns the error that ended it.
func All(t testing.TB, r *capture.Reader) ([]Kept, error) {
	t.Helper()
	var all []Kept
	for {
		rec, err := r.Next()
		if err != nil {
			return all, err
		}
		all = append(all, Keep(rec))
	}
}

// Read reads a whole capture.
func Read(t testing.TB, src source.Source) []Kept {
	t.Helper()
	r, err := capture.NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	all, err := All(t, r)
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if s := r.Skipped(); s.Packets > 0 {
		t.Errorf("skipped %d packets: %s", s.Packets, s.Reason)
	}
	return all
}

// Memory is a finished capture in memory.
func Memory(b []byte) *source.Memory {
	m := source.NewMemory()
	_, _ = m.Write(b) // memory takes all
	m.Advance(int64(len(b)))
	m.Finish()
	return m
}

// File opens a finished capture for the length of a test.
func File(t testing.TB, path string) *source.Finished {
	t.Helper()
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// ReadFile reads a whole file, with the segments that continue it.
func ReadFile(t testing.TB, path string) []Kept {
	t.Helper()
	return Read(t, File(t, path))
}

// Notes reads the notes of a file, in their order.
func Notes(t testing.TB, path string) []capture.Note {
	t.Helper()
	r, err := capture.NewReader(File(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := All(t, r); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	notes := r.Notes()
	capture.SortNotes(notes)
	return notes
}

// WithoutNotes leaves the notes out.
func WithoutNotes(all []Kept) []Kept {
	return slices.DeleteFunc(all, func(k Kept) bool { return k.Kind == capture.Noted })
}

// plainly is a record without what depends on how the file is divided.
func plainly(k Kept) string {
	k.Pos, k.Frame = 0, 0
	return fmt.Sprintf("%+v", k)
}

// Same wants the same records, wherever in the files they stand.
func Same(t testing.TB, got, want []Kept) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if plainly(got[i]) != plainly(want[i]) {
			t.Fatalf("record %d is %+v, want %+v", i, got[i].Record, want[i].Record)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
}

// Line writes records in one line: c and s for the direction, the kind, the
// offset, and the data or the length.
func Line(all []Kept) string {
	var words []string
	for _, r := range all {
		side := "c"
		if r.FromServer {
			side = "s"
		}
		w := fmt.Sprintf("%d%s:%s@%d", r.Conn, side, r.Kind, r.Offset)
		switch r.Kind {
		case capture.Data:
			w += "=" + r.Text
		case capture.Gap:
			w += fmt.Sprintf("=%d", r.Length)
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// Index is 0 for what the client sent and 1 for what the server sent.
func Index(fromServer bool) int {
	if fromServer {
		return 1
	}
	return 0
}

// Tshark runs tshark on a file, or skips the test where there is none.
func Tshark(t testing.TB, path string, args ...string) string {
	t.Helper()
	out, err := exec.Command(need.Program(t, "tshark"), append([]string{"-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
