package source

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestUnnamedWherePossible: where the file system has files without names, one is made.
func TestUnnamedWherePossible(t *testing.T) {
	dir := t.TempDir()
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		unix.Close(fd) // it was opened to see whether it can be
	}
	f := unnamed(dir)
	if (f != nil) != (err == nil) {
		t.Errorf("a file: %v, the system says %v", f != nil, err)
	}
	if f != nil {
		if _, err := f.WriteString("kept"); err != nil {
			t.Error(err)
		}
		f.Close()
	}
	if f := unnamed(filepath.Join(dir, "missing")); f != nil {
		t.Error("a file in a directory that is not there")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}
