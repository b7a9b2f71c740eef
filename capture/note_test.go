package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// evil holds what must not reach a terminal through a comment.
const evil = "a\x1b]0;PWNED\x07\u009b31m\u202eb\nc\u2028d \U000e0041 \"q\" \\ rtmpscope: x"

func noteAt(id string, conn uint32, fromServer bool, offset int64, text string) Note {
	return Note{ID: id, Kind: PlainNote, Conn: conn, FromServer: fromServer, Offset: offset, Text: text, At: start.Add(time.Hour)}
}

// chat is a recording of one connection with bytes at known offsets.
func chat(t testing.TB, path string, notes ...Note) {
	t.Helper()
	rec, err := Create(path, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	for i, c := range []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: start, data: []byte("0123456789")},
		{kind: Data, at: start, fromServer: true, data: []byte("abcdefghij")},
		{kind: Data, at: start, data: []byte("ABCDEFGHIJ")},
	} {
		if err := c.do(rec); err != nil {
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

func notesOf(t testing.TB, path string) []Note {
	t.Helper()
	r, err := NewReader(openFile(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(t, r); err != io.EOF {
		t.Fatal(err)
	}
	notes := r.Notes()
	SortNotes(notes)
	return notes
}

func withoutNotes(all []kept) []kept {
	return slices.DeleteFunc(all, func(k kept) bool { return k.Kind == Noted })
}

func TestNotesComeBackExactly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	live := []Note{noteAt("n1", 1, false, 3, evil), noteAt("n2", 1, false, WholeSession, "on the session")}
	chat(t, path, live...)
	plain := filepath.Join(t.TempDir(), "b.pcapng")
	chat(t, plain)
	sameButPlaces(t, withoutNotes(readFile(t, path)), readFile(t, plain))
	later := []Note{noteAt("n3", 1, true, 9, "later"), {ID: "t", Kind: Title, Offset: WholeSession, Text: "A title", At: start},
		{ID: "d", Kind: Description, Offset: WholeSession, Text: evil, At: start}}
	if err := Annotate(path, later...); err != nil {
		t.Fatal(err)
	}
	want := append(append([]Note(nil), later[1:]...), live[1], live[0], later[0])
	SortNotes(want)
	if diff := cmp.Diff(want, notesOf(t, path)); diff != "" {
		t.Error(diff)
	}
	edited, gone := live[0], live[1]
	edited.Text, gone.Deleted, gone.Text = "edited", true, ""
	if err := Annotate(path, edited, gone); err != nil {
		t.Fatal(err)
	}
	if got := notesOf(t, path); len(got) != 4 || !strings.Contains(fmt.Sprint(got), "edited") || strings.Contains(fmt.Sprint(got), "on the session") {
		t.Errorf("after an edit and a deletion: %+v", got)
	}
	sameButPlaces(t, withoutNotes(readFile(t, path)), readFile(t, plain))
}

func TestSavedNotesStandAtTheirFrames(t *testing.T) {
	dir := t.TempDir()
	path, out := filepath.Join(dir, "a.pcapng"), filepath.Join(dir, "out.pcapng")
	chat(t, path, noteAt("n1", 1, false, 13, "third data frame"), noteAt("n2", 1, true, 0, "the answer "+evil), noteAt("n3", 1, false, WholeSession, "all of it"),
		Note{ID: "t", Kind: Title, Offset: WholeSession, Text: "A title", At: start})
	before := notesOf(t, path)
	saved, err := Save(openFile(t, path), out)
	if err != nil || saved.Notes != 4 || saved.Torn != nil {
		t.Fatal(saved, err)
	}
	if diff := cmp.Diff(before, notesOf(t, out)); diff != "" {
		t.Error(diff)
	}
	sameButPlaces(t, withoutNotes(readFile(t, out)), withoutNotes(readFile(t, path)))
	lines := tshark(t, out, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "tcp.payload", "-e", "frame.comment")
	want := []string{"1\t\tNote on the session: all of it", "5\t6162636465666768696a\tNote: the answer a\\u001b", "6\t4142434445464748494a\tNote: third data frame"}
	for i, line := range strings.Split(lines, "\n") {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d: %q", i, line)
		}
		for _, r := range line {
			if r != '\t' && invisible(r) {
				t.Errorf("line %d holds %U", i, r)
			}
		}
	}
	again := filepath.Join(dir, "again.pcapng") // a copy of a copy is the same
	if _, err := Save(openFile(t, out), again); err != nil {
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
	foreign := filepath.Join(captureDir, "ffmpeg5__nginx__publish_badname.pcapng")
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
	if _, err := Save(openFile(t, mine), out, n); err != nil {
		t.Fatal(err)
	}
	if got := notesOf(t, out); len(got) != 1 || !cmp.Equal(got[0], n) {
		t.Errorf("notes %+v", got)
	}
	sameButPlaces(t, withoutNotes(readFile(t, out)), readFile(t, mine))
	carries := int64(-1)
	for _, k := range readFile(t, out) {
		if k.Kind == Data && k.FromServer && k.Offset <= n.Offset && n.Offset < k.End() {
			carries = k.Frame
		}
		if k.Kind == Noted && k.Pos != carries {
			t.Errorf("the note stands at %d, its byte at %d", k.Pos, carries)
		}
	}
}

// TestANoteStandsAtAnEarlyFrame puts a note on bytes that arrived before those
// they follow.
func TestANoteStandsAtAnEarlyFrame(t *testing.T) {
	m := builder{link: 101}.capture(t, greeted(
		frame{seq: 1006, ack: 9001, flags: "A", data: "world"},
		frame{seq: 1001, ack: 9001, flags: "A", data: "hello"})...)
	out := filepath.Join(t.TempDir(), "out.pcapng")
	src := source.Until(m, m.Size())
	if _, err := Save(src, out, noteAt("x", 1, false, 6, "early")); err != nil {
		t.Fatal(err)
	}
	if got := tshark(t, out, "-Y", "frame.comment contains \"Note: early\"", "-T", "fields", "-e", "frame.number", "-e", "tcp.payload"); got != "4\t776f726c64" {
		t.Errorf("tshark shows the note at %q", got)
	}
}

func TestAClassicCaptureIsAnnotated(t *testing.T) {
	t.Parallel()
	for _, o := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, magic := range []uint32{pcapMicro, pcapNano} {
			p := builder{link: 101}.packet(t, greeting[0])
			file := append(classic(o, magic, 101), pcapRecord(o, 1_700_000_000, 123456, p)...)
			p = builder{link: 101}.packet(t, frame{seq: 1001, ack: 9001, flags: "A", data: "hello"})
			file = append(file, pcapRecord(o, 1_700_000_001, 999999, p)...)
			m := memory(file)
			out := filepath.Join(t.TempDir(), "out.pcapng")
			title := Note{ID: "t", Kind: Title, Offset: WholeSession, Text: "T", At: start}
			if _, err := Save(source.Until(m, m.Size()), out, noteAt("x", 1, false, 2, "classic"), title); err != nil {
				t.Fatal(err)
			}
			sameButPlaces(t, withoutNotes(readFile(t, out)), readMemory(t, m))
			if got := notesOf(t, out); len(got) != 2 {
				t.Errorf("notes %+v", got)
			}
			if got := tshark(t, out, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number"); got != "2" {
				t.Errorf("tshark shows the note at frame %q", got)
			}
		}
	}
}

func pcapRecord(o binary.AppendByteOrder, sec, fraction uint32, p []byte) []byte {
	b := o.AppendUint32(o.AppendUint32(nil, sec), fraction)
	b = o.AppendUint32(o.AppendUint32(b, uint32(len(p))), uint32(len(p)))
	return append(b, p...)
}

func TestNotesOfARotatedRecording(t *testing.T) {
	calls := script(rand.New(rand.NewPCG(5, 4)), 7, 200)
	path := rotated(t, calls, Options{Rotate: Rotate{Bytes: 200_000}})
	names, _ := Segments(path)
	// The third segment alone numbers its connections anew; a note written
	// there must name the same connection when the whole is read.
	middle := openFile(t, names[2])
	r, err := NewReader(middle)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := readAll(t, r)
	var chosen *kept
	for i := range all {
		if k := &all[i]; k.Kind == Data && k.Conn == 2 {
			chosen = k
		}
	}
	n := noteAt("m", 2, chosen.FromServer, chosen.Offset, "middle")
	if err := Annotate(names[2], n); err != nil {
		t.Fatal(err)
	}
	var conn uint32
	for _, k := range readFile(t, path) {
		if k.Kind == Opened && k.Client == chosen.Client {
			conn = k.Conn
		}
	}
	got := notesOf(t, path)
	if len(got) != 1 || got[0].Conn != conn {
		t.Fatalf("notes of the whole %+v, want one on session %d", got, conn)
	}
	out := filepath.Join(t.TempDir(), "one.pcapng")
	if _, err := Save(openFile(t, path), out); err != nil {
		t.Fatal(err)
	}
	sameButPlaces(t, withoutNotes(readFile(t, out)), readMemory(t, recording(t, calls)))
	if diff := cmp.Diff(got, notesOf(t, out)); diff != "" {
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
	rec, err := Create(filepath.Join(dir, "live.pcapng"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	defer rec.Close()
	if err := errors.Join(call{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")}.do(rec), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	var tornError *pcapng.TornError
	if err := Annotate(torn, n); !errors.As(err, &tornError) {
		t.Errorf("torn: %v", err)
	}
	if err := Annotate(filepath.Join(dir, "live.pcapng"), n); !errors.Is(err, ErrBusy) {
		t.Errorf("being recorded: %v", err)
	}
	for _, p := range []string{link, pipe} {
		if err := Annotate(p, n); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", p, err)
		}
		if _, err := Create(p, Options{}); !errors.Is(err, os.ErrExist) {
			t.Errorf("creating %s: %v", p, err)
		}
		if _, err := Save(openFile(t, path), p); !errors.Is(err, os.ErrExist) {
			t.Errorf("saving to %s: %v", p, err)
		}
	}
	bad := n
	bad.Conn = 9
	if err := Annotate(path, bad); err == nil || !strings.Contains(err.Error(), "no session 9") {
		t.Error(err)
	}
	bad = n
	bad.Text = strings.Repeat("x", maxNote+1)
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
	n := noteAt("x", 1, false, 1, strings.Repeat("\x01", maxNote))
	n.Author = strings.Repeat("\x01", 256)
	if err := Annotate(path, n); err != nil {
		t.Fatal(err)
	}
	if got := notesOf(t, path); len(got) != 1 || got[0].Text != n.Text || got[0].Author != n.Author {
		t.Error("the note came back changed")
	}
}

func TestNotesDuringAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.pcapng")
	d := &disk{}
	rec := onDisk(t, path, d, Options{})
	open := call{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")}
	if err := errors.Join(open.do(rec), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	d.full = true
	if err := rec.Note(noteAt("n", 1, false, 0, "while full")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	d.full = false
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if got := notesOf(t, path); len(got) != 1 || got[0].Text != "while full" {
		t.Errorf("notes %+v", got)
	}
}

func FuzzNotes(f *testing.F) {
	f.Add(evil, "me")
	f.Add("\xff\xfe", "\u202e")
	f.Fuzz(func(t *testing.T, text, author string) {
		n := noteAt("id", 1, true, 77, text)
		n.Author = author
		if n.check() != nil {
			t.Skip()
		}
		for _, comment := range []string{n.words(), meta{Note: n.wire(false)}.comment()} {
			if !utf8.ValidString(comment) || strings.IndexFunc(comment, invisible) >= 0 || len(comment) > pcapng.MaxOption {
				t.Errorf("comment %q", comment)
			}
		}
		m, ok := metaOf([]byte(meta{Note: n.wire(false)}.comment()))
		n.Text, n.Author = strings.ToValidUTF8(text, "\uFFFD"), strings.ToValidUTF8(author, "\uFFFD")
		if !ok || !cmp.Equal(m.Note.note(), n) {
			t.Errorf("read back %+v", m.Note)
		}
		if _, own := strings.CutPrefix(n.words(), commentPrefix); own {
			t.Error("a person's words can be taken for the recorder's")
		}
	})
}
