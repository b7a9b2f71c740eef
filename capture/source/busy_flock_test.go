//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package source

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestBusy: a file is busy as long as somebody holds its lock, and asking leaves none.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	var files [2]*os.File
	for i := range files {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	writer, reader := files[0], files[1]
	if Busy(reader) {
		t.Error("a file that nobody writes is busy")
	}
	switch err := unix.Flock(int(writer.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		t.Fatal("asking has left a lock")
	case err != nil:
		t.Skipf("no locks here: %v", err)
	}
	if !Busy(reader) {
		t.Error("a file that is written is not busy")
	}
	if err := unix.Flock(int(writer.Fd()), unix.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if Busy(reader) {
		t.Error("a file whose writer has gone is busy")
	}
	if err := unix.Flock(int(writer.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Errorf("asking has left a lock: %v", err)
	}
}
