//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// errPipe is what a write to a closed pipe returns.
var errPipe error = syscall.EPIPE

// ignorePipe makes a write to a closed pipe an error instead of the program's
// end: relaying must go on when the reader of our rows has gone.
func ignorePipe() { signal.Ignore(syscall.SIGPIPE) }

// endSignals are the signals that end the program.
var endSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// exitCodeOf is the exit code of a program that a signal ended.
func exitCodeOf(s os.Signal) int {
	if s == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupt
}
