//go:build !unix

package cli

import (
	"io"
	"os"
)

// errPipe is what a write to a closed pipe returns.
var errPipe = io.ErrClosedPipe

func ignorePipe() {}

// endSignals are the signals that end the program.
func endSignals() []os.Signal { return []os.Signal{os.Interrupt} }

// isHangup reports whether a signal says that the terminal is gone.
func isHangup(os.Signal) bool { return false }

// exitCodeOf is the exit code of a program that a signal ended.
func exitCodeOf(os.Signal) int { return exitInterrupt }
