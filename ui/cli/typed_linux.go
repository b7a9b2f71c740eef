package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped throws away what was typed before a question is asked: it was meant
// for something else. Of what is no terminal nothing is thrown away.
func forgetTyped(f *os.File) {
	unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH) //nolint:errcheck // a pipe has nothing that was typed
}
