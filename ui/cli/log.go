package cli

import (
	"context"
	"errors"
	"os"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/spf13/cobra"
)

func newLog() *cobra.Command {
	var out outputFlags
	var input inputFlags
	var rules ruleFlags
	var follow followFlag
	var only sessionsFlag
	c := &cobra.Command{
		Use:   "log FILE…",
		Short: "Print the rows of a capture on standard output",
		Long: `Print the rows of captures: those that rtmpscope recorded, and pcap or pcapng
files of others, also compressed with gzip or zstd; - is standard input. Several
files are printed one after the other, each with row and session numbers of its
own, behind a line with its name; with --jsonl "file" says it in each row. In
captures made by other tools, connections that are not RTMP are skipped.`,
		Example: `  rtmpscope log session.pcapng
  tcpdump -i any -w - | rtmpscope log -
  rtmpscope log --follow session.pcapng
  rtmpscope log -Y '~cmd and rtt > 200ms' session.pcapng
  rtmpscope log --session 2 session.pcapng
  rtmpscope log --jsonl session.pcapng | jq 'select(.command == "publish")'`,
		RunE: func(_ *cobra.Command, args []string) error {
			ignorePipe()
			files := input.files(args)
			config, err := rules.config()
			if err != nil {
				return err
			}
			if follow.on && len(files) > 1 {
				return fail(exitUsage, "--follow follows one file; several have no order while they grow")
			}
			input.growing = follow.of(capture.AsItIs)
			f := formPlain
			if out.format.chosen == asJSONL {
				f = formJSONL
			}
			var ended several
			for i, file := range files {
				sink := out.sink(f, os.Stdout, among(files, i))
				if err := logFile(file, &input, config, sink, &only); !ended.add(err) {
					return err
				}
			}
			return ended.err()
		},
	}
	out.add(c, asText, asJSONL)
	only.add(c)
	input.addRead(c, 1, 0)
	input.add(c)
	rules.add(c)
	follow.add(c)
	return c
}

// among names a file for its rows, "" when it is the only one.
func among(files []string, i int) string {
	if len(files) == 1 {
		return ""
	}
	return inputName(files[i])
}

// logFile writes the rows of one file. A torn tail is reported after the rows
// that are whole.
func logFile(file string, input *inputFlags, rules lint.Config, sink export.Sink, only *sessionsFlag) error {
	in, err := input.open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	src, shown := showProgress(in, inputName(file))
	defer shown()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if in.Growth() == capture.Settled {
		foresee(ctx, sink, src, rules) // what grows has no end that could be known
	}
	numbers, err := only.of(ctx, file, src, rules)
	if err != nil {
		return err
	}
	if numbers != nil {
		sink = &chosen{sink, numbers}
	}
	var broken error
	a := analyst.New(src, analyst.Options{Judge: lint.New(rules), Consumers: []analyst.Consumer{func(e *session.Entry) {
		if broken == nil {
			if broken = sink.Row(e); broken != nil {
				stop() // nobody reads on
			}
		}
	}}, OnIdle: func() {
		if broken == nil {
			broken = sink.Flush() // a stream may pause
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
	if err := only.missing(file, a.State().Timeline.SessionCount()); err != nil {
		return err
	}
	return readError(file, a, err)
}

// readError puts what went wrong with a capture into words.
func readError(file string, a *analyst.Analyst, err error) error {
	if s := a.Skipped(); s != "" {
		inform("%s: %s", inputName(file), s)
	}
	tellLeftOut(file, a)
	var torn *pcapng.TornError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &torn):
		return fail(exitIncomplete, "%s: %w%s", inputName(file), err, repairAdvice(file, err))
	}
	return fail(exitFailed, "%s: %w", inputName(file), err)
}
