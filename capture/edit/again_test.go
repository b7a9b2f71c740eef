package edit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// saveAs saves a file under another name and returns what is there.
func saveAs(t *testing.T, from, to string, changes ...capture.Note) ([]byte, Saved) {
	t.Helper()
	saved, err := Save(told.File(t, from), to, changes...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if saved.Bytes != int64(len(b)) {
		t.Errorf("%d bytes are said to be saved, %d are there", saved.Bytes, len(b))
	}
	return b, saved
}

func without(list []capture.Note) (gone []capture.Note) {
	for _, n := range list {
		n.Deleted = true
		gone = append(gone, n)
	}
	return gone
}

// TestNotesLeaveNoTrace: what is saved with notes, and then without them, is byte for
// byte what it was, wherever the notes stood; one that is changed stands there once.
func TestNotesLeaveNoTrace(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	notes := []capture.Note{noteAt("a", 1, false, 3, evil), noteAt("b", 1, true, 0, "one"), noteAt("c", 1, true, 5, "two"), noteAt("d", 1, false, capture.WholeSession, "whole"),
		{ID: "t", Kind: capture.Title, Offset: capture.WholeSession, Text: "A title", At: told.Start}}
	chat(t, at("live"), notes[:2]...)
	chat(t, at("plain"))
	plain, err := os.ReadFile(at("plain"))
	if err != nil {
		t.Fatal(err)
	}
	if same, saved := saveAs(t, at("plain"), at("copy")); !bytes.Equal(same, plain) || saved.Notes != 0 || saved.Torn != nil || saved.Missing != 0 {
		t.Errorf("a copy without notes differs: %+v", saved)
	}
	for _, c := range []struct {
		name  string
		with  []capture.Note
		total int
	}{{"plain", notes, 5}, {"live", notes[2:], 5}} {
		if _, saved := saveAs(t, at(c.name), at(c.name+"1"), c.with...); saved.Notes != c.total {
			t.Errorf("%s: %d notes are saved", c.name, saved.Notes)
		}
		want := append([]capture.Note(nil), notes...)
		capture.SortNotes(want)
		if diff := cmp.Diff(want, told.Notes(t, at(c.name+"1"))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		edited := notes[1]
		edited.Text = "another"
		saveAs(t, at(c.name+"1"), at(c.name+"2"), edited)
		if again := told.Notes(t, at(c.name+"2")); len(again) != 5 || !has(again, "another") || has(again, "one") {
			t.Errorf("%s, changed: %+v", c.name, again)
		}
		if bare, saved := saveAs(t, at(c.name+"2"), at(c.name+"3"), without(notes)...); saved.Notes != 0 || len(bare) != len(plain) || c.name == "plain" && !bytes.Equal(bare, plain) {
			t.Errorf("%s: %d notes are left, or bytes of them: %d bytes, want %d", c.name, saved.Notes, len(bare), len(plain))
		}
	}
}

func has(list []capture.Note, text string) bool {
	for _, n := range list {
		if n.Text == text {
			return true
		}
	}
	return false
}

// simple is a simple packet block (draft-ietf-opsawg-pcapng §4.4), and enhanced an
// enhanced one (§4.3) with a comment of somebody else.
func simple(packet []byte) []byte {
	return honest(pcapng.KindSimple, append(words(uint32(len(packet))), padded(packet)...))
}

func enhanced(packet []byte, comments ...string) []byte {
	b := append(words(0, 0, 1000, uint32(len(packet)), uint32(len(packet))), padded(packet)...)
	for _, c := range comments {
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, pcapng.OptComment), uint16(len(c)))
		b = append(b, padded([]byte(c))...)
	}
	if len(comments) > 0 {
		b = append(b, 0, 0, 0, 0)
	}
	return honest(pcapng.KindEnhanced, b)
}

func padded(p []byte) []byte { return append(append([]byte(nil), p...), make([]byte, -len(p)&3)...) }

// TestPacketsOfOthers: blocks without notes stay byte for byte, comments of somebody else
// too; a simple packet that gets a note becomes an enhanced one with the same bytes.
func TestPacketsOfOthers(t *testing.T) {
	var packets [][]byte
	for _, f := range append(told.Greeting[:3:3], told.Frame{Seq: 1001, Ack: 9001, Flags: "A", Data: "hello"}) {
		packets = append(packets, f.Packet())
	}
	file := append([]byte(nil), prelude...)
	file = append(append(append(file, simple(packets[0])...), simple(packets[1])...), simple(packets[2])...)
	file = append(file, enhanced(packets[3], "mine", "also mine")...)
	file = append(file, honest(0x0bad, words(1, 2))...) // a block that nobody knows
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("others"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if same, _ := saveAs(t, at("others"), at("same")); !bytes.Equal(same, file) {
		t.Error("a copy without notes differs")
	}
	notes := []capture.Note{noteAt("w", 1, false, capture.WholeSession, "on the first packet"), noteAt("h", 1, false, 2, "on hello")}
	with, _ := saveAs(t, at("others"), at("with"), notes...)
	if !bytes.Contains(with, packets[0]) || bytes.Count(with, simple(packets[1])) != 1 || bytes.Count(with, simple(packets[0])) != 0 || bytes.Count(with, []byte("mine")) != 2 {
		t.Error("packets beside the notes have changed")
	}
	bare, _ := saveAs(t, at("with"), at("bare"), without(notes)...)
	if !bytes.Contains(bare, enhanced(packets[3], "mine", "also mine")) || bytes.Contains(bare, []byte("on hello")) || bytes.Contains(bare, []byte("on the first packet")) {
		t.Error("notes that were taken back are there, or comments of others are not")
	}
	for name, n := range map[string]capture.Note{"a session that is not there": noteAt("x", 2, false, 0, "?"), "no text": {ID: "y", Conn: 1}} {
		if _, err := Save(told.File(t, at("others")), at("none"), n); err == nil {
			t.Errorf("a note about %s is saved", name)
		}
		if _, err := os.Stat(at("none")); err == nil {
			t.Errorf("a note about %s leaves a file", name)
		}
	}
	torn := append(append([]byte(nil), file...), simple(packets[1])[:9]...)
	if err := os.WriteFile(at("torn"), torn, 0o600); err != nil {
		t.Fatal(err)
	}
	var cause *pcapng.TornError
	if whole, saved := saveAs(t, at("torn"), at("whole")); !bytes.Equal(whole, file) || saved.Missing != 9 || !errors.As(saved.Torn, &cause) {
		t.Errorf("of a torn file: %+v", saved)
	}
	if _, err := Save(source.NewFinished(bytes.NewReader(nil), 0), at("none")); err == nil {
		t.Error("nothing is saved")
	}
}

// TestAClassicFileBecomesPcapng: without notes the packets have no options, and whatever
// order notes come in, the file is the same.
func TestAClassicFileBecomesPcapng(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	frames := append(told.Greeting[:3:3], told.Frame{Seq: 1001, Ack: 9001, Flags: "A", Data: "hello"})
	classic := told.Frames(binary.LittleEndian, false, frames...)
	if err := os.WriteFile(at("classic"), classic.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	bare, _ := saveAs(t, at("classic"), at("bare"))
	packets := 0
	for _, f := range frames {
		packets += 32 + len(padded(f.Packet()))
	}
	first := bytes.Index(bare, append([]byte{6, 0, 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(32+len(padded(frames[0].Packet()))))...))
	if first < 0 || len(bare)-first != packets {
		t.Errorf("%d bytes from the first packet on, want %d", len(bare)-first, packets)
	}
	notes := []capture.Note{noteAt("a", 1, false, 0, "one"), noteAt("b", 1, false, 1, "two"), noteAt("c", 1, false, 0, "three")}
	for i := range notes {
		notes[i].At = told.Start.Add(time.Duration(i) * time.Minute)
	}
	with, _ := saveAs(t, at("classic"), at("with"), notes...)
	turned, _ := saveAs(t, at("classic"), at("turned"), notes[2], notes[1], notes[0])
	if !bytes.Equal(with, turned) || len(with) <= len(bare) {
		t.Error("the order in which notes are given is in the file")
	}
}

// TestNotesStandBetweenTheEnds of their connection.
func TestNotesStandBetweenTheEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	chat(t, path)
	count := func() int {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(b, []byte{192, 0, 2, 1, 192, 0, 2, 2})
	}
	before := count()
	if err := Annotate(path, noteAt("n", 1, true, 3, "later")); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != before+1 {
		t.Errorf("%d packets from client to server, were %d", got, before)
	}
}

// TestWhatIsNotRepaired: a file that is none is left alone, with the reason.
func TestWhatIsNotRepaired(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte("this is no capture at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := RepairInPlace(path); err == nil {
		t.Errorf("%+v", d)
	}
	if d, err := Repair(path, path+".out"); err == nil {
		t.Errorf("%+v", d)
	}
	if d, err := Inspect(path); err == nil {
		t.Errorf("%+v", d)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "this is no capture at all" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := os.Stat(path + ".out"); err == nil {
		t.Error("there is a file")
	}
}
