package edit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// TestRepairAtEveryByte cuts a capture with notes everywhere and wants the
// repaired copy to be the whole blocks before the cut, exactly.
func TestRepairAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	chat(t, path, noteAt("n", 1, false, 3, "note"))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ends := blockEnds(whole)
	torn, out := filepath.Join(dir, "torn.pcapng"), filepath.Join(dir, "out.pcapng")
	for cut := ends[0]; cut <= len(whole); cut++ {
		want := 0
		for _, end := range ends {
			if end <= cut {
				want = end
			}
		}
		if err := os.WriteFile(torn, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Repair(torn, out)
		if err != nil || d.Whole != int64(want) || d.Lost != int64(cut-want) || (d.Cause == nil) != (cut == want) {
			t.Fatalf("cut at %d: %+v, %v; want %d whole", cut, d, err, want)
		}
		got, _ := os.ReadFile(out)
		if !bytes.Equal(got, whole[:want]) {
			t.Fatalf("cut at %d: the copy differs", cut)
		}
		os.Remove(out)
		if d, err := RepairInPlace(torn); err != nil || d.Lost != int64(cut-want) {
			t.Fatalf("cut at %d, in place: %+v, %v", cut, d, err)
		}
		if got, _ := os.ReadFile(torn); !bytes.Equal(got, whole[:want]) {
			t.Fatalf("cut at %d: the repaired file differs", cut)
		}
	}
}

// blockEnds are the ends of the blocks of a little-endian pcapng file, found by
// their lengths alone.
func blockEnds(file []byte) (ends []int) {
	for at := 0; at < len(file); {
		at += int(binary.LittleEndian.Uint32(file[at+4:]))
		ends = append(ends, at)
	}
	return ends
}

func TestRepairLeavesWholeFilesAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	chat(t, path)
	before, _ := os.ReadFile(path)
	if d, err := RepairInPlace(path); err != nil || d.Cause != nil || d.Lost != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a whole file was changed")
	}
	if _, err := Repair(path, path); !errors.Is(err, os.ErrExist) {
		t.Error(err)
	}
	link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.Symlink(path, link), makePipe(pipe)); err != nil {
		t.Skip(err)
	}
	for _, p := range []string{link, pipe} {
		if _, err := RepairInPlace(p); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestZerosAndGarbageAreCutOff(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	chat(t, path)
	whole, _ := os.ReadFile(path)
	for name, tail := range map[string][]byte{
		"zeros":         make([]byte, 4096),
		"4 GiB block":   block(pcapng.KindEnhanced, words(0, 0), 0xfffffffc),
		"torn and more": append(append([]byte(nil), whole[len(whole)-40:len(whole)-4]...), prelude...),
	} {
		if err := os.WriteFile(path, append(append([]byte(nil), whole...), tail...), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Inspect(path)
		if err != nil || d.Cause == nil || d.Whole != int64(len(whole)) || d.Lost != int64(len(tail)) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// TestHostileComments gives a reader resumptions, notes and section comments
// that nobody honest writes.
func TestHostileComments(t *testing.T) {
	comments := []string{
		`rtmpscope:{"resume":{"conn":4294967295,"offset":[9223372036854775807,-5],"ended":[true,true],"time":-1}}`,
		`rtmpscope:{"resume":{"conn":0,"offset":[1152921504606846975,1152921504606846975]}}`,
		`rtmpscope:{"resume":{"conn":1,"offset":[0,0]}}`,
		`rtmpscope:{"note":{"id":"","kind":"note","conn":1,"text":"no ID"}}`,
		`rtmpscope:{"note":{"id":"a","kind":"virus","conn":1,"text":"unknown kind"}}`,
		`rtmpscope:{"note":{"id":"a","kind":"note","conn":1,"offset":-7,"text":"before the beginning"}}`,
		`rtmpscope:{"note":{"id":"a","kind":"note","conn":99,"offset":7,"text":"on a session that is not there"}}`,
		`rtmpscope:{"note":{"id":"b","kind":"note","text":"` + strings.Repeat("x", 60000) + `"}}`,
		"rtmpscope:{" + strings.Repeat(`"a":{`, 5000), "rtmpscope:{", "rtmpscope:{}", "rtmpscope:{]}",
	}
	o := binary.LittleEndian
	file := honest(pcapng.KindSection, append(words(byteOrderMagic, 1, 0xffffffff, 0xffffffff),
		pcapng.AppendOption(nil, o, pcapng.OptComment, []byte(meta.Section+`x rtmpscope:{"segment":{"recording":"r","number":-1,"after":7,"size":-9,"opened":4294967295}}`))...))
	file = append(file, interfaceBlock...)
	for range 2 {
		for i, c := range comments {
			p := wire.Header{From: told.Addr("192.0.2.1:5000"), To: told.Addr("192.0.2.2:1935"), Seq: uint32(i) << 28, Flags: wire.FlagACK}.Append(nil, nil)
			body := append(words(0, 0, 0, uint32(len(p)), uint32(len(p))), p...)
			file = append(file, honest(pcapng.KindEnhanced, pcapng.AppendOption(body, o, pcapng.OptComment, []byte(c)))...)
		}
	}
	for _, k := range told.Read(t, told.Memory(file)) {
		if k.Offset < 0 || k.Length < -1 || k.Kind == capture.Noted && k.Conn != 0 && k.Note.Text != "on a session that is not there" {
			t.Errorf("%+v", k.Record)
		}
	}
	out := filepath.Join(t.TempDir(), "out.pcapng")
	if _, err := Save(source.Until(told.Memory(file), int64(len(file))), out); err != nil {
		t.Error(err)
	}
}
