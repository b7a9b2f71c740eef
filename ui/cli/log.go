package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/spf13/cobra"
)

func newLog() *cobra.Command {
	var out outputFlags
	c := &cobra.Command{
		Use:   "log FILE…",
		Short: "Print the rows of a capture on standard output",
		Long: `Print the rows of finished captures: those that rtmpscope recorded, and pcap or
pcapng files of others. Several files are printed one after the other; rows and
sessions are counted anew for each.`,
		Example: `  rtmpscope log session.pcapng
  rtmpscope log --jsonl session.pcapng | jq 'select(.command == "publish")'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			ignorePipe()
			f := formPlain
			if out.jsonl {
				f = formJSONL
			}
			sink := out.sink(f, os.Stdout)
			for _, file := range files {
				if err := logFile(file, sink); err != nil {
					return err
				}
			}
			return nil
		},
	}
	out.add(c)
	return c
}

// logFile writes the rows of one file. A torn tail is reported after the rows
// that are whole.
func logFile(file string, sink export.Sink) error {
	src, err := capture.File(file)
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	defer src.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var broken error
	a := analyst.New(src, analyst.Options{OnEntry: func(e *session.Entry) {
		if broken == nil {
			if broken = sink.Row(e); broken != nil {
				stop() // nobody reads on
			}
		}
	}})
	err = a.Run(ctx)
	if broken == nil {
		broken = sink.Flush()
	}
	switch {
	case isClosedPipe(broken):
		return &exitError{code: exitOK}
	case broken != nil:
		return fail(exitFailed, "writing rows: %w", broken)
	}
	return readError(file, a, err)
}

// readError puts what went wrong with a capture into words.
func readError(file string, a *analyst.Analyst, err error) error {
	if s := a.Skipped(); s != "" {
		fmt.Fprintf(os.Stderr, "rtmpscope: %s: %s\n", file, s)
	}
	var torn *capture.TornError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &torn):
		return fail(exitIncomplete, "%s: %w", file, err)
	}
	return fail(exitFailed, "%s: %w", file, err)
}
