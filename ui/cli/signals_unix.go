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

// endSignals are the signals that end the program. Whoever starts it with nohup
// does not want SIGHUP among them.
func endSignals() []os.Signal {
	s := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		s = append(s, syscall.SIGHUP)
	}
	return s
}

// isHangup reports whether a signal says that the terminal is gone.
func isHangup(s os.Signal) bool { return s == syscall.SIGHUP }

// exitCodeOf is the exit code of a program that a signal ended.
func exitCodeOf(s os.Signal) int {
	switch s {
	case syscall.SIGTERM:
		return exitTerminated
	case syscall.SIGHUP:
		return exitHangup
	}
	return exitInterrupt
}
