package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	written "github.com/rtmpscope/rtmpscope/ui/diff"
	"github.com/spf13/cobra"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	sessionA, sessionB uint32
	format             formatFlag
	names, secrets     bool
	input              inputFlags
}

func newDiff() *cobra.Command {
	var o diffFlags
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare a session that works with one that does not",
		Long: `Compare a session of capture A with one of capture B, step by step: handshake,
commands, answers, control messages, codecs, metadata, cadence, and how it ended.
Both may be the same file. Of several sessions those that publish are compared, or
those that play, if it is clear which are meant.
The first meaningful difference comes first, then the others by importance. What
must differ is left out: times, random bytes, ports, numbers, and, without
--names, hosts and stream names. "rtmpscope help comparing" says more.

The exit code is that of diff(1): 0 when nothing differs, 1 when something does,
and 2 when that could not be found out: a capture cannot be read, the command is
wrong, or it is not clear which sessions are meant.`,
		Example: `  rtmpscope diff works.pcapng fails.pcapng
  rtmpscope diff both.pcapng both.pcapng --session-a 1 --session-b 2 --html > diff.html`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, files []string) error {
			ignorePipe()
			return asDiff(o.run(files[0], files[1], os.Stdout))
		},
	}
	f := c.Flags()
	f.Uint32Var(&o.sessionA, "session-a", 0, "compare session `N` of A; 0 chooses one")
	f.Uint32Var(&o.sessionB, "session-b", 0, "compare session `N` of B; 0 chooses one")
	o.format.add(c, []ownFlag{
		{"md", "md", "write Markdown"}, {"json", "json", "write JSON (rtmpscope help comparing)"}, {"html", "html", "write an HTML page that needs nothing else"},
	}, "text", "md", "json", "html")
	f.BoolVar(&o.names, "names", false, "compare hosts and stream names too")
	f.BoolVar(&o.secrets, "show-secrets", false, "show stream keys and tokens instead of masking them")
	o.input.add(c)
	return c
}

// asDiff gives the end of a comparison the exit code that diff(1) has for it.
func asDiff(err error) error {
	var coded *exitError
	switch {
	case !errors.As(err, &coded):
		return err
	case coded.code == exitProblems:
		return &exitError{code: exitFailed, err: coded.err}
	case coded.code == exitFailed, coded.code == exitIncomplete:
		return &exitError{code: exitUsage, err: coded.err, understood: true}
	}
	return err
}

// run compares and writes.
func (o *diffFlags) run(a, b string, w io.Writer) error {
	x, err := collect(a, &o.input)
	if err != nil {
		return err
	}
	y, err := collect(b, &o.input)
	if err != nil {
		return err
	}
	x.Wanted, y.Wanted = o.sessionA, o.sessionB
	one, other, err := diff.Choose(x, y)
	var ambiguous *diff.AmbiguousError
	switch {
	case errors.As(err, &ambiguous):
		return fail(exitUsage, "%w\nchoose with --session-a and --session-b", err)
	case err != nil:
		return fail(exitUsage, "%w", err)
	}
	r := diff.Compare(one, other, diff.Options{Names: o.names})
	if err := o.write(r, unlessQuiet(w)); isClosedPipe(err) {
		return &exitError{code: exitOK}
	} else if err != nil {
		return fail(exitFailed, "writing the comparison: %w", err)
	}
	if !r.Equal() {
		return &exitError{code: exitProblems}
	}
	return nil
}

func (o *diffFlags) write(r *diff.Result, w io.Writer) error {
	show := written.Show{Secrets: o.secrets}
	switch o.format.chosen {
	case "md":
		return written.WriteMarkdown(w, r, show)
	case "json":
		return written.WriteJSON(w, r, show)
	case "html":
		return written.WriteHTML(w, r, show)
	}
	return written.WriteText(w, r, show)
}

// collect folds one file. A torn tail is reported, and the rest compared. The
// rules run along, because their findings are rows too, and row numbers must be
// those that log and open show.
func collect(file string, input *inputFlags) (diff.File, error) {
	src, err := input.open(file)
	if err != nil {
		return diff.File{}, err
	}
	defer src.Close()
	sessions := diff.NewCollector()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{}), Consumers: []analyst.Consumer{sessions.OnEntry}})
	err = readError(file, a, a.Run(context.Background()))
	var coded *exitError
	if errors.As(err, &coded) && coded.code == exitIncomplete {
		fmt.Fprintf(os.Stderr, "rtmpscope: %v\n", err)
		err = nil
	}
	return diff.File{Name: text.Safe(inputName(file)), Sessions: sessions.Sessions()}, err
}
