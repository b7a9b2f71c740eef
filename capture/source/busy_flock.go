//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package source

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// KnowsBusy says that Busy can tell.
const KnowsBusy = true

// Busy reports whether a recorder is writing a file: it holds a lock on it for as
// long. On
// a file system without locks nobody is known to.
func Busy(f *os.File) bool {
	err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if err == nil {
		unix.Flock(int(f.Fd()), unix.LOCK_UN) //nolint:errcheck // closing the file does it too
	}
	return errors.Is(err, unix.EWOULDBLOCK)
}
