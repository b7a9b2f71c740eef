package cli

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/spf13/cobra"
)

// quiet is -q: nothing is said that is no error, and commands whose exit code says it
// all write nothing.
var quiet atomic.Bool

// addQuiet adds -q to every command.
func addQuiet(root *cobra.Command) {
	q := root.PersistentFlags().BoolP("quiet", "q", false, "say nothing but errors; check and diff write nothing, their exit code tells")
	root.PersistentPreRun = func(*cobra.Command, []string) { quiet.Store(*q) }
}

// inform says on standard error something that is no error.
func inform(format string, args ...any) {
	if !quiet.Load() {
		fmt.Fprintf(stderr, "rtmpscope: "+format+"\n", args...)
	}
}

// unlessQuiet is where a verdict is written.
func unlessQuiet(w io.Writer) io.Writer {
	if quiet.Load() {
		return io.Discard
	}
	return w
}
