package record

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
)

func TestNotesDuringAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.pcapng")
	d := &disk{}
	rec := onDisk(t, path, d, Options{})
	open := told.Call{Kind: capture.Opened, At: told.Start, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	if err := errors.Join(open.Do(rec), rec.Flush()); err != nil {
		t.Fatal(err)
	}
	d.full = true
	note := capture.Note{ID: "n", Kind: capture.PlainNote, Conn: 1, Text: "while full", At: told.Start}
	if err := rec.Note(note); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	d.full = false
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if got := told.Notes(t, path); len(got) != 1 || got[0].Text != "while full" {
		t.Errorf("notes %+v", got)
	}
}
