package edit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// evil holds what must not reach a terminal through a comment.
const evil = "a\x1b]0;PWNED\x07\u009b31m\u202eb\nc\u2028d \U000e0041 \"q\" \\ rtmpscope: x"

func noteAt(id string, conn uint32, fromServer bool, offset int64, text string) capture.Note {
	return capture.Note{ID: id, Kind: capture.PlainNote, Conn: conn, FromServer: fromServer, Offset: offset, Text: text, At: told.Start.Add(time.Hour)}
}

// chat is a recording of one connection with bytes at known offsets.
func chat(t testing.TB, path string, notes ...capture.Note) {
	t.Helper()
	rec, err := record.Create(path, record.Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	for i, c := range []told.Call{
		{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")},
		{Kind: capture.Data, At: told.Start, Data: []byte("0123456789")},
		{Kind: capture.Data, At: told.Start, FromServer: true, Data: []byte("abcdefghij")},
		{Kind: capture.Data, At: told.Start, Data: []byte("ABCDEFGHIJ")},
	} {
		if err := c.Do(rec); err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			for _, n := range notes {
				if err := rec.Note(n); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNotesComeBackExactly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	live := []capture.Note{noteAt("n1", 1, false, 3, evil), noteAt("n2", 1, false, capture.WholeSession, "on the session")}
	chat(t, path, live...)
	plain := filepath.Join(t.TempDir(), "b.pcapng")
	chat(t, plain)
	told.Same(t, told.WithoutNotes(told.ReadFile(t, path)), told.ReadFile(t, plain))
	later := []capture.Note{noteAt("n3", 1, true, 9, "later"), {ID: "t", Kind: capture.Title, Offset: capture.WholeSession, Text: "A title", At: told.Start},
		{ID: "d", Kind: capture.Description, Offset: capture.WholeSession, Text: evil, At: told.Start}}
	if err := Annotate(path, later...); err != nil {
		t.Fatal(err)
	}
	want := append(append([]capture.Note(nil), later[1:]...), live[1], live[0], later[0])
	capture.SortNotes(want)
	if diff := cmp.Diff(want, told.Notes(t, path)); diff != "" {
		t.Error(diff)
	}
	edited, gone := live[0], live[1]
	edited.Text, gone.Deleted, gone.Text = "edited", true, ""
	if err := Annotate(path, edited, gone); err != nil {
		t.Fatal(err)
	}
	if got := told.Notes(t, path); len(got) != 4 || !strings.Contains(fmt.Sprint(got), "edited") || strings.Contains(fmt.Sprint(got), "on the session") {
		t.Errorf("after an edit and a deletion: %+v", got)
	}
	told.Same(t, told.WithoutNotes(told.ReadFile(t, path)), told.ReadFile(t, plain))
}

func TestSavedNotesStandAtTheirFrames(t *testing.T) {
	dir := t.TempDir()
	path, out := filepath.Join(dir, "a.pcapng"), filepath.Join(dir, "out.pcapng")
	chat(t, path, noteAt("n1", 1, false, 13, "third data frame"), noteAt("n2", 1, true, 0, "the answer "+evil), noteAt("n3", 1, false, capture.WholeSession, "all of it"),
		capture.Note{ID: "t", Kind: capture.Title, Offset: capture.WholeSession, Text: "A title", At: told.Start})
	before := told.Notes(t, path)
	saved, err := Save(told.File(t, path), out)
	if err != nil || saved.Notes != 4 || saved.Torn != nil {
		t.Fatal(saved, err)
	}
	if diff := cmp.Diff(before, told.Notes(t, out)); diff != "" {
		t.Error(diff)
	}
	told.Same(t, told.WithoutNotes(told.ReadFile(t, out)), told.WithoutNotes(told.ReadFile(t, path)))
	lines := told.Tshark(t, out, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "tcp.payload", "-e", "frame.comment")
	want := []string{"1\t\tNote on the session: all of it", "5\t6162636465666768696a\tNote: the answer a\\u001b", "6\t4142434445464748494a\tNote: third data frame"}
	for i, line := range strings.Split(lines, "\n") {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d: %q", i, line)
		}
		for _, r := range line {
			if r != '\t' && !unicode.IsGraphic(r) {
				t.Errorf("line %d holds %U", i, r)
			}
		}
	}
	again := filepath.Join(dir, "again.pcapng") // a copy of a copy is the same
	if _, err := Save(told.File(t, out), again); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile(out)
	b, _ := os.ReadFile(again)
	if string(a) != string(b) {
		t.Error("saving a saved file changed it")
	}
}

// TestForeignCapturesAreNeverWritten annotates copies of real captures.
func TestForeignCapturesAreNeverWritten(t *testing.T) {
	foreign := filepath.Join(told.Captures, "ffmpeg5__nginx__publish_badname.pcapng")
	before, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "f.pcapng")
	if err := os.WriteFile(mine, before, 0o600); err != nil {
		t.Fatal(err)
	}
	n := noteAt("x", 1, true, 3073, "here")
	if err := Annotate(mine, n); !errors.Is(err, ErrForeign) {
		t.Errorf("annotating a foreign capture: %v", err)
	}
	if after, _ := os.ReadFile(mine); string(after) != string(before) {
		t.Fatal("a foreign capture was changed")
	}
	out := filepath.Join(t.TempDir(), "out.pcapng")
	if _, err := Save(told.File(t, mine), out, n); err != nil {
		t.Fatal(err)
	}
	if got := told.Notes(t, out); len(got) != 1 || !cmp.Equal(got[0], n) {
		t.Errorf("notes %+v", got)
	}
	told.Same(t, told.WithoutNotes(told.ReadFile(t, out)), told.ReadFile(t, mine))
	carries := int64(-1)
	for _, k := range told.ReadFile(t, out) {
		if k.Kind == capture.Data && k.FromServer && k.Offset <= n.Offset && n.Offset < k.End() {
			carries = k.Frame
		}
		if k.Kind == capture.Noted && k.Pos != carries {
			t.Errorf("the note stands at %d, its byte at %d", k.Pos, carries)
		}
	}
}

// TestANoteStandsAtAnEarlyFrame puts a note on bytes that arrived before those
// they follow.
func TestANoteStandsAtAnEarlyFrame(t *testing.T) {
	m := told.Frames(binary.LittleEndian, true, append(told.Greeting[:3:3],
		told.Frame{Seq: 1006, Ack: 9001, Flags: "A", Data: "world"},
		told.Frame{Seq: 1001, Ack: 9001, Flags: "A", Data: "hello"})...)
	out := filepath.Join(t.TempDir(), "out.pcapng")
	src := source.Until(m, m.Size())
	if _, err := Save(src, out, noteAt("x", 1, false, 6, "early")); err != nil {
		t.Fatal(err)
	}
	if got := told.Tshark(t, out, "-Y", "frame.comment contains \"Note: early\"", "-T", "fields", "-e", "frame.number", "-e", "tcp.payload"); got != "4\t776f726c64" {
		t.Errorf("tshark shows the note at %q", got)
	}
}

func TestAClassicCaptureIsAnnotated(t *testing.T) {
	t.Parallel()
	for _, o := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, nano := range []bool{false, true} {
			m := told.Frames(o, nano, told.Greeting[0], told.Frame{Seq: 1001, Ack: 9001, Flags: "A", Data: "hello"})
			out := filepath.Join(t.TempDir(), "out.pcapng")
			title := capture.Note{ID: "t", Kind: capture.Title, Offset: capture.WholeSession, Text: "T", At: told.Start}
			if _, err := Save(source.Until(m, m.Size()), out, noteAt("x", 1, false, 2, "classic"), title); err != nil {
				t.Fatal(err)
			}
			told.Same(t, told.WithoutNotes(told.ReadFile(t, out)), told.Read(t, m))
			if got := told.Notes(t, out); len(got) != 2 {
				t.Errorf("notes %+v", got)
			}
			if got := told.Tshark(t, out, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number"); got != "2" {
				t.Errorf("tshark shows the note at frame %q", got)
			}
		}
	}
}

func TestNotesOfARotatedRecording(t *testing.T) {
	calls := told.Script(rand.New(rand.NewPCG(5, 4)), 7, 200)
	path := rotated(t, calls, record.Options{Rotate: record.Rotate{Bytes: 200_000}})
	names, _ := capture.Segments(path)
	// The third segment alone numbers its connections anew; a note written
	// there must name the same connection when the whole is read.
	middle := told.File(t, names[2])
	r, err := capture.NewReader(middle)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := told.All(t, r)
	var chosen *told.Kept
	for i := range all {
		if k := &all[i]; k.Kind == capture.Data && k.Conn == 2 {
			chosen = k
		}
	}
	n := noteAt("m", 2, chosen.FromServer, chosen.Offset, "middle")
	if err := Annotate(names[2], n); err != nil {
		t.Fatal(err)
	}
	var conn uint32
	for _, k := range told.ReadFile(t, path) {
		if k.Kind == capture.Opened && k.Client == chosen.Client {
			conn = k.Conn
		}
	}
	got := told.Notes(t, path)
	if len(got) != 1 || got[0].Conn != conn {
		t.Fatalf("notes of the whole %+v, want one on session %d", got, conn)
	}
	out := filepath.Join(t.TempDir(), "one.pcapng")
	if _, err := Save(told.File(t, path), out); err != nil {
		t.Fatal(err)
	}
	told.Same(t, told.WithoutNotes(told.ReadFile(t, out)), told.ReadFile(t, rotated(t, calls, record.Options{})))
	if diff := cmp.Diff(got, told.Notes(t, out)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotAnnotated(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	chat(t, path)
	n := noteAt("x", 1, false, 1, "text")
	whole, _ := os.ReadFile(path)
	torn, link, pipe := filepath.Join(dir, "torn"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.WriteFile(torn, whole[:len(whole)-3], 0o600), os.Symlink(path, link), makePipe(pipe)); err != nil {
		t.Skip(err)
	}
	rec, err := record.Create(filepath.Join(dir, "live.pcapng"), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	defer rec.Close()
	if err := errors.Join(told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}.Do(rec), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	var tornError *pcapng.TornError
	if err := Annotate(torn, n); !errors.As(err, &tornError) {
		t.Errorf("torn: %v", err)
	}
	if err := Annotate(filepath.Join(dir, "live.pcapng"), n); !errors.Is(err, record.ErrBusy) {
		t.Errorf("being recorded: %v", err)
	}
	for _, p := range []string{link, pipe} {
		if err := Annotate(p, n); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", p, err)
		}
		if _, err := record.Create(p, record.Options{}); !errors.Is(err, os.ErrExist) {
			t.Errorf("creating %s: %v", p, err)
		}
		if _, err := Save(told.File(t, path), p); !errors.Is(err, os.ErrExist) {
			t.Errorf("saving to %s: %v", p, err)
		}
	}
	bad := n
	bad.Conn = 9
	if err := Annotate(path, bad); err == nil || !strings.Contains(err.Error(), "no session 9") {
		t.Error(err)
	}
	bad = n
	bad.Text = strings.Repeat("x", 8192+1)
	if err := Annotate(path, bad); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(whole) {
		t.Error("a refused note changed the file")
	}
}

// TestTheLongestNoteFits writes the text that needs most room.
func TestTheLongestNoteFits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	chat(t, path)
	n := noteAt("x", 1, false, 1, strings.Repeat("\x01", 8192))
	n.Author = strings.Repeat("\x01", 256)
	if err := Annotate(path, n); err != nil {
		t.Fatal(err)
	}
	if got := told.Notes(t, path); len(got) != 1 || got[0].Text != n.Text || got[0].Author != n.Author {
		t.Error("the note came back changed")
	}
}

// A note about a connection that is recognised only later comes after its
// opening.
func TestANoteWaitsForItsConnection(t *testing.T) {
	foreign := told.Frames(binary.LittleEndian, true,
		told.Frame{Flags: "S", Seq: 1}, told.Frame{FromServer: true, Flags: "SA", Seq: 1, Ack: 2},
		told.Frame{Flags: "A", Seq: 2, Ack: 2, Data: strings.Repeat("\x03", 1537)})
	in := filepath.Join(t.TempDir(), "in.pcapng")
	if err := os.WriteFile(in, foreign.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.pcapng")
	if _, err := Save(told.File(t, in), out, noteAt("n1", 1, false, capture.WholeSession, "all of it")); err != nil {
		t.Fatal(err)
	}
	r, err := capture.NewReader(told.File(t, out))
	if err != nil {
		t.Fatal(err)
	}
	all, err := told.All(t, r)
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

// rotated records calls in segments and returns the path of the first.
func rotated(t testing.TB, calls []told.Call, o record.Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.pcapng")
	rec, err := record.Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Source().Close() })
	for _, c := range calls {
		if err := c.Do(rec); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
