//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"golang.org/x/sys/unix"
)

// TestAStreamIsSavedBeforeItEnds: what has arrived of a capture that still
// arrives is saved and exported with its notes, by the options that it was opened
// with, and nothing waits for its end.
func TestAStreamIsSavedBeforeItEnds(t *testing.T) {
	whole, err := os.ReadFile(capturePath(t, "ffmpeg5__nginx__publish_badname"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipe can be made:", err)
	}
	end := make(chan struct{})
	defer close(end)
	go func() {
		if w, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
			w.Write(whole) // the reader would miss it
			<-end
			w.Close()
		}
	}()
	src, err := capture.OpenFile(pipe, capture.OpenOptions{Ports: []uint16{1935}})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go a.Run(ctx) // the stream does not end before the test
	for a.Snapshot().Len() < 20 || src.Size() < int64(len(whole)) {
		select {
		case <-a.Changed():
		case <-time.After(time.Minute):
			t.Fatalf("%d rows after a minute", a.Snapshot().Len())
		}
	}
	o := fileDesk("-", src, a, false)
	done := make(chan error, 1)
	go func() {
		_, err := o.Note(desk.Note{Row: 8, Text: "while it arrives", Mark: false})
		for _, name := range []string{"copy.pcapng", "report.md"} {
			if err == nil && strings.HasSuffix(name, "md") {
				_, err = o.Export(filepath.Join(dir, name))
			} else if err == nil {
				_, err = o.Save(filepath.Join(dir, name))
			}
		}
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("saving waits for the end of the stream")
	}
	if notes, err := readNotes(filepath.Join(dir, "copy.pcapng")); err != nil || len(notes) != 1 || notes[0].Text != "while it arrives" {
		t.Errorf("%+v, %v", notes, err)
	}
}
