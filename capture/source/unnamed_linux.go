package source

import (
	"os"

	"golang.org/x/sys/unix"
)

// unnamed makes a file in dir that never has a name (open(2), O_TMPFILE), or returns
// nil where the file system has no such files.
func unnamed(dir string) *os.File {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_EXCL|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), "a temporary file in "+dir)
}
