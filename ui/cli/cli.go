// Package cli is the command line, and the only place that wires bytes moving
// (proxy), bytes kept (capture), bytes understood (decode) and shown (ui/tui)
// together.
//
// One file holds one command. A command prepares what it needs, runs until it is
// done or told to end, and returns an error that carries the exit code. Data go
// to standard output, everything else to standard error.
//
// The package decides nothing about RTMP.
package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/rtmpscope/rtmpscope/decode/message"
)

// Exit codes, documented in the README.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitProblems    = 3
	exitUnreachable = 4
	exitIncomplete  = 5
	exitHangup      = 129
	exitInterrupt   = 130
	exitTerminated  = 143
)

// exitError is an error with an exit code of its own. Without a message only
// the code is used.
type exitError struct {
	code       int
	err        error
	understood bool // exitUsage without a mistake in the command: diff has it for all trouble
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// fail gives an error an exit code.
func fail(code int, format string, args ...any) error {
	return &exitError{code: code, err: fmt.Errorf(format, args...)}
}

// lastWords is how long standard error may take what was said last.
const lastWords = time.Second

// Main runs the program with these arguments and returns its exit code.
func Main(args []string) int {
	defer stderr.flush(lastWords)
	root := newRoot()
	root.SetArgs(args)
	out := &remembering{Writer: os.Stdout}
	root.SetOut(out)
	command, err := root.ExecuteC()
	if out.err != nil && !isClosedPipe(out.err) {
		err = fail(exitFailed, "writing to standard output: %w", out.err)
	}
	if err == nil {
		return exitOK
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		// Everything that is not coded comes from cobra: flags and arguments.
		coded = &exitError{code: exitUsage, err: err}
	}
	if coded.err != nil {
		fmt.Fprintf(stderr, "rtmpscope: %s\n", message.Masked(coded.err.Error()))
	}
	if coded.code == exitUsage && !coded.understood {
		usageHint(stderr, command)
	}
	return coded.code
}

const rootExample = `  rtmpscope demo                                watch a session, nothing else needed
  rtmpscope proxy rtmp://live.example.com/app   stand in front of a server
  rtmpscope proxy -w bad.pcapng rtmp://host     keep what is seen
  rtmpscope log bad.pcapng                      read it again as text
  rtmpscope open bad.pcapng                     read it again in the terminal UI`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "rtmpscope",
		Short: "See what an RTMP client and server say to each other",
		Long: `rtmpscope stands between an RTMP client and a server. It forwards every byte
unchanged and shows the session: handshake, connect, createStream, publish or
play, audio and video, and what went wrong.`,
		Example:       rootExample,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(unknownFlag) // of the commands too
	root.SetVersionTemplate("rtmpscope {{.Version}}\n")
	root.AddCommand(newProxy(), newDemo(), newLog(), newOpen(), newDiff(), newExport(), newCheck(), newExplain(),
		newNote(), newNotes(), newRepair(), newKeys(), newCA(), newVersion())
	root.AddCommand(newTopics()...)
	addQuiet(root)
	addCompletions(root)
	return root
}

// released is set by the linker for a release.
var released = ""

// version is the version of the program.
func version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0-dev"
}
