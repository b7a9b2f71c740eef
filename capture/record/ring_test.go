package record

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestARingKeepsWhatCameLast: it leaves nothing in the directory, is bounded, says once
// that it forgets, and can be read and copied while and after it forgot.
func TestARingKeepsWhatCameLast(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var reports []string
	r, err := Ring(Options{Rotate: Rotate{Bytes: 100_000}, Keep: Keep{Bytes: 800_000}, Report: func(w string) { reports = append(reports, w) }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Source().Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(r.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")))
	sent := told.Random(rand.New(rand.NewPCG(1, 1)), 3_000_000)
	for at := 0; at < len(sent); at += 1000 {
		must(errors.Join(r.Data(1, false, told.Start.Add(time.Duration(at)), sent[at:at+1000]), r.Flush()))
		if held := r.Size() - r.Forgotten(); held > 900_000 {
			t.Fatalf("%d bytes are held", held)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("%v has a name", entries)
	}
	if len(reports) != 1 || !strings.Contains(reports[0], "dropped") {
		t.Errorf("reported: %q", reports)
	}
	live := told.Read(t, source.Until(r.Source(), r.Source().Size()))
	must(r.Close())
	var file bytes.Buffer
	written, err := source.Copy(&file, source.Until(r.Source(), r.Source().Size()))
	if err != nil || written != int64(file.Len()) || written != r.Size()-r.Forgotten() {
		t.Errorf("copied %d bytes of %d, %v", written, r.Size()-r.Forgotten(), err)
	}
	for name, all := range map[string][]told.Kept{"live": live, "copy": told.Read(t, told.Memory(file.Bytes()))} {
		checkLast(t, name, all, sent)
	}
}

// checkLast wants what was sent, but for one gap, up to its end.
func checkLast(t *testing.T, name string, all []told.Kept, sent []byte) {
	t.Helper()
	var end, gaps int64
	for _, k := range all {
		switch {
		case k.Kind != capture.Data && k.Kind != capture.Gap || k.FromServer:
			continue
		case k.Offset != end:
			t.Fatalf("%s: offset %d, want %d", name, k.Offset, end)
		case k.Kind == capture.Gap:
			gaps++
		case k.Text != string(sent[k.Offset:k.End()]):
			t.Fatalf("%s: other bytes at %d", name, k.Offset)
		}
		end = k.End()
	}
	if gaps != 1 || end != int64(len(sent)) {
		t.Errorf("%s: %d gaps, the end at %d", name, gaps, end)
	}
}

// TestSweep: what a dead program left is removed; what is locked, what was ended in
// order, and what is somebody else's stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	open := told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	recording := func(name string) *Recorder {
		t.Helper()
		if err := os.Mkdir(at(name), 0o700); err != nil {
			t.Fatal(err)
		}
		r, err := Create(filepath.Join(at(name), "capture.pcapng"), Options{})
		if err == nil {
			err = errors.Join(open.Do(r), r.Flush(), r.Beat(told.Start.Add(time.Second)), r.Flush())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close(); r.Source().Close() })
		return r
	}
	recording("rtmpscope-1") // still being written
	dead := recording("rtmpscope-2")
	if err := dead.files.close(); err != nil { // as when it was killed
		t.Fatal(err)
	}
	if err := recording("rtmpscope-3").Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rtmpscope-4.pcap": "no name was possible", "rtmpscope-5.txt": "x", "rtmpscope-20260101-000000.pcapng": "kept"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(at("rtmpscope-6"), 0o700), os.WriteFile(filepath.Join(at("rtmpscope-6"), "diary"), nil, 0o600),
		os.Mkdir(at("rtmpscope-7"), 0o700), os.Symlink(at("rtmpscope-5.txt"), filepath.Join(at("rtmpscope-7"), "capture.pcapng"))); err != nil {
		t.Fatal(err)
	}
	files, size := Sweep(dir)
	if files != 2 || size < 500 {
		t.Errorf("%d files of %d bytes were removed", files, size)
	}
	var left []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if got, want := strings.Join(left, " "), "rtmpscope-1 rtmpscope-20260101-000000.pcapng rtmpscope-3 rtmpscope-5.txt rtmpscope-6 rtmpscope-7"; got != want {
		t.Errorf("left are %s, want %s", got, want)
	}
}
