package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
)

// kept opens a capture as the open command does and returns what its keys call.
func kept(t *testing.T, file string) desk.Desk {
	t.Helper()
	src, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	a := analyst.New(src, analyst.Options{})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return fileDesk(file, src, a, false)
}

// TestKeysWriteNotesAndFiles: a capture of somebody else is not written to, and
// a saved copy holds the notes at their rows, the last text of each.
func TestKeysWriteNotesAndFiles(t *testing.T) {
	dir := t.TempDir()
	o := kept(t, filepath.Join("../../testdata/captures", "ffmpeg5__nginx__wrong_app.pcapng"))
	for _, text := range []string{"first", "what is this?"} {
		if said, err := o.Note(desk.Note{Row: 8, Text: text, Mark: false}); err != nil || !strings.Contains(said, "save a copy") {
			t.Fatalf("%q, %v", said, err)
		}
	}
	if _, err := o.Note(desk.Note{Row: 2, Text: "mark", Mark: true}); err != nil {
		t.Fatal(err)
	}
	if written, err := o.Save(filepath.Join(dir, "copy")); err != nil || written != filepath.Join(dir, "copy.pcapng") {
		t.Fatal(written, err)
	}
	notes, err := readNotes(filepath.Join(dir, "copy.pcapng"))
	if err != nil || len(notes) != 2 {
		t.Fatalf("%d notes, %v", len(notes), err)
	}
	if _, err := o.Save(filepath.Join(dir, "copy")); err == nil {
		t.Error("a file was overwritten")
	}
	report := filepath.Join(dir, "report.md")
	if _, err := o.Export(report); err != nil {
		t.Fatal(err)
	}
	if p, err := os.ReadFile(report); err != nil || len(p) == 0 {
		t.Errorf("%d bytes, %v", len(p), err)
	}
	if _, err := o.Export(report); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("again: %v", err)
	}
	if _, err := o.Export(filepath.Join(dir, "report.doc")); err == nil {
		t.Error("an unknown format was written")
	}
	for _, f := range desk.Formats() {
		if f == "md" {
			return
		}
	}
	t.Errorf("formats %q", desk.Formats())
}

// recorded is a capture of one connection that sent the beginning of a handshake.
func recorded(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pcapng")
	rec, err := record.Create(path, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_800_000_000, 0)
	hello := append([]byte{3}, make([]byte, 1536)...)
	if err := errors.Join(rec.Open(1, at, at, netip.MustParseAddrPort("10.0.0.1:5000"), netip.MustParseAddrPort("10.0.0.2:1935")),
		rec.Data(1, false, at, hello), rec.Fin(1, false, at, ""), rec.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMarksAndNotesAreTakenBack: what was marked, noted or labelled in one
// sitting is changed and taken back in another, in the file itself.
func TestMarksAndNotesAreTakenBack(t *testing.T) {
	file := recorded(t)
	expect := func(want ...string) {
		t.Helper()
		notes, err := readNotes(file)
		var got []string
		for _, n := range notes {
			got = append(got, string(n.Kind)+" "+n.Text)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("the file holds %q, %v; want %q", got, err, want)
		}
	}
	o := kept(t, file)
	keep := func(text string, mark bool) {
		t.Helper()
		if _, err := o.Note(desk.Note{Row: 3, Text: text, Mark: mark}); err != nil {
			t.Fatal(err)
		}
	}
	keep("mark", true)
	keep("here", true) // a label
	keep("why?", false)
	expect("mark here", "note why?")
	o = kept(t, file)
	keep("because", false)
	keep("", true)
	expect("note because")
	o = kept(t, file)
	keep("", false)
	expect()
	keep("mark", true)
	expect("mark mark")
}

// TestSessionsOfOneFileAreCompared: the rows are those that the screen shows
// (testdata/captures/README.md: the second publish of a name is refused).
func TestSessionsOfOneFileAreCompared(t *testing.T) {
	o := kept(t, filepath.Join("../../testdata/captures", "ffmpeg5__nginx__publish_badname.pcapng"))
	r, err := o.Compare(1, 2)
	if err != nil || len(r.Differences) == 0 {
		t.Fatal(r, err)
	}
	if d := r.Differences[0]; d.A.Row != 19 || d.B.Row != 177 || !strings.Contains(d.Text.Show(false), "NetStream.Publish.BadName") {
		t.Errorf("first difference: rows %d and %d, %s", d.A.Row, d.B.Row, d.Text.Show(false))
	}
	if _, err := o.Compare(1, 3); err == nil {
		t.Error("a session that is not there was compared")
	}
}

// TestNotesOfThisSittingAreWritten: what was written on the screen stands in the copy
// and in the exports, whatever the capture is, and what was taken back does not.
func TestNotesOfThisSittingAreWritten(t *testing.T) {
	for origin, file := range map[string]string{
		"ours":       recorded(t),
		"gone":       recorded(t),
		"compressed": compressed(t, recorded(t)),
		"foreign":    filepath.Join("../../testdata/captures", "ffmpeg5__nginx__wrong_app.pcapng"),
	} {
		t.Run(origin, func(t *testing.T) {
			o, dir := kept(t, file), t.TempDir()
			if origin == "gone" {
				os.Remove(file) // what matters is that nothing can be appended
			}
			for _, n := range []desk.Note{{Row: 1, Text: "of the session"}, {Row: 3, Text: "first"}, {Row: 3, Text: "the cause"}, {Row: 2, Text: "wrong"}, {Row: 2}} {
				if _, err := o.Note(n); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := o.Save(filepath.Join(dir, "copy.pcapng")); err != nil {
				t.Fatal(err)
			}
			for _, ending := range []string{"jsonl", "md", "html", "txt"} {
				path := filepath.Join(dir, "export."+ending)
				if _, err := o.Export(path); err != nil {
					t.Fatal(err)
				}
				p, err := os.ReadFile(path)
				if got := string(p); err != nil || !strings.Contains(got, "the cause") || !strings.Contains(got, "of the session") {
					t.Errorf("%s lacks a note of this sitting: %v", ending, err)
				} else if ending != "jsonl" && (strings.Contains(got, "wrong\n") || strings.Contains(got, "first\n")) {
					t.Errorf("%s holds a note that was taken back", ending)
				}
			}
			if _, err := o.Export(filepath.Join(dir, "masked.pcapng")); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"copy.pcapng", "masked.pcapng"} {
				notes, err := readNotes(filepath.Join(dir, name))
				if err != nil || len(notes) != 2 || notes[0].Text != "of the session" || notes[1].Text != "the cause" {
					t.Errorf("%s holds %+v, %v", name, notes, err)
				}
			}
		})
	}
}

// compressed is a capture packed by gzip.
func compressed(t *testing.T, file string) string {
	t.Helper()
	plain, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(plain)
	path := file + ".gz"
	if err := errors.Join(err, z.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSomeSessionsAreWritten: a copy and an export hold the sessions that were asked
// for, and the notes on them.
func TestSomeSessionsAreWritten(t *testing.T) {
	o, dir := kept(t, filepath.Join("../../testdata/captures", "ffmpeg5__nginx__publish_badname.pcapng")), t.TempDir()
	for _, row := range []int{3, 148} { // of the first session and of the second
		if _, err := o.Note(desk.Note{Row: row, Text: fmt.Sprint("row ", row)}); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(dir, "copy.pcapng")
	if _, err := o.Save(copied, 2); err != nil {
		t.Fatal(err)
	}
	notes, err := readNotes(copied)
	if err != nil || len(notes) != 1 || notes[0].Text != "row 148" {
		t.Errorf("notes of the copy: %+v, %v", notes, err)
	}
	file := filepath.Join(dir, "x.jsonl")
	if _, err := o.Export(file, 2); err != nil {
		t.Fatal(err)
	}
	p, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(p), `"session":1,`) || !strings.Contains(string(p), `"session":2,`) || !strings.Contains(string(p), "row 148") {
		t.Errorf("the export is not of session 2 alone: %v\n%.2000s", err, p)
	}
}
