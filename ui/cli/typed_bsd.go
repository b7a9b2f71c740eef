//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped throws away what was typed before a question is asked: it was meant
// for something else. Of what is no terminal nothing is thrown away.
func forgetTyped(f *os.File) {
	const read = 1                                             // FREAD of <sys/fcntl.h>
	unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, read) //nolint:errcheck // a pipe has nothing that was typed
}
