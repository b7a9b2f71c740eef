package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/spf13/cobra"
)

// exportFlags are the flags of export.
type exportFlags struct {
	input    inputFlags
	rules    ruleFlags
	filter   filterFlag
	format   string
	out      string
	sessions sessionsFlag
	rows     rowsFlag
	redact   bool
	secrets  bool
	from     string
	stream   uint32
	track    int
	list     bool
}

func newExport() *cobra.Command {
	var o exportFlags
	c := &cobra.Command{
		Use:   "export FILE",
		Short: "Write a capture, or a part of it, in another format",
		Long: `Write a capture in another format: rows for programs and spreadsheets, reports for
people, the media as it was sent, or a capture without credentials. FILE is a
capture of rtmpscope, any other pcap or pcapng file, or - for standard input.

Stream keys and tokens are masked unless --show-secrets is given. The output goes
to a new file in this directory, to the one named with -o, or with -o - to
standard output; a file that exists is never overwritten.`,
		Example: `  rtmpscope export session.pcapng --as md
  rtmpscope export session.pcapng --as flv --session 2 -o video.flv
  rtmpscope export session.pcapng --as jsonl -o - -Y '~cmd' | jq .command
  rtmpscope export session.pcapng --as pcapng -o for-the-issue.pcapng
  rtmpscope export --list`,
		RunE: func(_ *cobra.Command, args []string) error {
			ignorePipe()
			if o.list {
				return listFormats(os.Stdout)
			}
			return o.run(o.input.files(args)[0])
		},
	}
	o.add(c)
	return c
}

func (o *exportFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.format, "as", "", "the `format`; --list names them; without it the extension of -o says")
	f.StringVarP(&o.out, "output", "o", "", "write to this `FILE`, - is standard output (default: a new file here); or a format, as --as")
	o.sessions.add(c)
	o.filter.add(c)
	f.Var(&o.rows, "rows", "only rows A to B, both included; A- and -B leave an end open")
	f.BoolVar(&o.redact, "redact", false, "mask stream keys and tokens (the default; the opposite of --show-secrets)")
	f.BoolVar(&o.secrets, "show-secrets", false, "write stream keys and tokens instead of masking them")
	f.StringVar(&o.from, "from", "", "media: sent by this `side`, client or server")
	f.Uint32Var(&o.stream, "message-stream", 0, "media: of message stream `N`")
	f.IntVar(&o.track, "track", -1, "media: Enhanced RTMP track number `N`, for h264 and aac (default: the first with that codec)")
	f.BoolVar(&o.list, "list", false, "list the formats")
	o.input.addRead(c, 1, 1)
	named := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		if o.list {
			return cobra.NoArgs(c, args)
		}
		return named(c, args)
	}
	o.input.add(c)
	o.rules.add(c)
	c.MarkFlagsMutuallyExclusive("redact", "show-secrets")
}

func listFormats(w io.Writer) error {
	for _, f := range export.Formats() {
		if _, err := fmt.Fprintf(w, "%-8s %s\n", f.Name, f.Describe); err != nil {
			return fail(exitFailed, "%w", err)
		}
	}
	return nil
}

// run exports one file.
func (o *exportFlags) run(file string) error {
	format, err := o.chosen()
	if err != nil {
		return err
	}
	rules, opts, err := o.options()
	if err != nil {
		return err
	}
	in, err := o.input.open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	shown, clean := showProgress(in, inputName(file))
	defer clean()
	src, stop := interruptible(shown)
	defer stop()
	if err := readable(file, src); err != nil {
		return err
	}
	var read *capture.Reader
	var chosen string
	opts.File = inputName(filepath.Base(file))
	opts.Read = func(r *capture.Reader) { read = r }
	opts.Chosen = func(what, others string) { chosen = choiceWords(what, others) }
	if opts.Sessions, err = o.sessions.of(src.ctx, file, src, rules); err != nil {
		return err
	}
	if f := foreseeing(src.ctx, o.filter.filter, src, rules); f != nil {
		opts.Keep = f.Match
	}
	out, err := o.create(file, format)
	if err != nil {
		return err
	}
	err = export.Write(out, src, format.Name, opts)
	clean()
	tellRead(file, read)
	if chosen != "" {
		inform("%s", chosen)
	}
	return o.finish(file, out, src, err)
}

// choiceWords say which media were chosen, and how to choose others.
func choiceWords(what, others string) string {
	if others == "" {
		return what
	}
	return fmt.Sprintf("%s; not %s: --session, --from, --message-stream and --track choose", what, others)
}

// readable reports what is wrong when nothing of a capture can be read, before a
// file is made for it.
func readable(file string, src source.Source) error {
	_, err := capture.NewReader(src)
	switch {
	case err == nil:
		return nil
	case endsBadly(err):
		return fail(exitIncomplete, "%s: %w", inputName(file), err)
	}
	return fail(exitFailed, "%s: %w", inputName(file), err)
}

// chosen is the format that --as, the extension of -o, or -o itself names: -o md is the
// format, as in other commands, and a new file of that kind.
func (o *exportFlags) chosen() (export.Format, error) {
	var names []string
	for _, f := range export.Formats() {
		switch {
		case o.format == f.Name, o.format == "" && strings.HasSuffix(o.out, "."+f.Extension):
			return f, nil
		case o.format == "" && o.out == f.Name:
			o.out = ""
			return f, nil
		}
		names = append(names, f.Name)
	}
	if o.format == "" {
		return export.Format{}, fail(exitUsage, "name a format with --as: %s", strings.Join(names, ", "))
	}
	return export.Format{}, fail(exitUsage, "there is no format %q; there are %s", o.format, strings.Join(names, ", "))
}

// options are those of package export, which judges by the rules.
func (o *exportFlags) options() (rules lint.Config, opts export.Options, err error) {
	opts = export.Options{ShowSecrets: o.secrets, Rows: o.rows, StreamID: o.stream, Version: version()}
	sides := []string{"", session.ClientSide.String(), session.ServerSide.String()}
	side := slices.Index(sides, o.from)
	if side < 0 {
		return rules, opts, fail(exitUsage, "--from %s: use client or server", o.from)
	}
	opts.From = session.Side(side)
	if o.track < -1 || o.track > math.MaxUint8 {
		return rules, opts, fail(exitUsage, "--track %d: tracks are numbered from 0 to 255", o.track)
	}
	if track := uint8(o.track); o.track >= 0 {
		opts.Track = &track
	}
	rules, err = o.rules.config()
	opts.Judge = lint.New(rules)
	return rules, opts, err
}

// finish ends the output and says how it went.
func (o *exportFlags) finish(file string, out *exportFile, src *stoppable, err error) error {
	var torn error
	if endsBadly(err) {
		torn, err = err, nil
	}
	size, failed := out.close(err == nil)
	switch {
	case src.code() != exitOK:
		return &exitError{code: src.code()}
	case isClosedPipe(err), isClosedPipe(failed):
		return &exitError{code: exitOK}
	case err != nil:
		return fail(exitFailed, "%s: %w", inputName(file), err)
	case failed != nil:
		return fail(exitFailed, "%w", failed)
	}
	if out.path != "" {
		inform("wrote %s (%s)%s", out.path, text.Size(size), o.warning())
	}
	if torn != nil {
		return fail(exitIncomplete, "%s: %w%s", inputName(file), torn, repairAdvice(file, torn))
	}
	return nil
}

// endsBadly reports whether a capture could be read, but not to its end.
func endsBadly(err error) bool {
	var torn *pcapng.TornError
	var format *pcapng.FormatError
	return errors.As(err, &torn) || errors.As(err, &format) && format.Pos > 0
}

func (o *exportFlags) warning() string {
	if o.secrets {
		return "; it contains stream keys in plain text"
	}
	return ""
}

// stoppable is a source whose reading fails once a signal says that it is
// enough, so that an export leaves no half file behind.
type stoppable struct {
	*watched
	ctx context.Context
}

// stopped is why a stoppable source fails.
type stopped struct{ os.Signal }

func (s stopped) Error() string { return "ended by a signal" }

// interruptible makes a source stoppable until stop is called. A second signal
// ends the program as ever.
func interruptible(in *watched) (s *stoppable, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endSignals()...)
	go func() {
		select {
		case sig := <-signals:
			signal.Stop(signals)
			cancel(stopped{sig})
		case <-ctx.Done():
		}
	}()
	return &stoppable{in, ctx}, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// ReadAt reads unless a signal has come.
func (s *stoppable) ReadAt(p []byte, off int64) (int, error) {
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	return s.watched.ReadAt(p, off)
}

// code is the exit code of a signal, or exitOK.
func (s *stoppable) code() int {
	var by stopped
	if errors.As(context.Cause(s.ctx), &by) {
		return exitCodeOf(by.Signal)
	}
	return exitOK
}
