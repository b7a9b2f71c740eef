package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/config"
	"github.com/spf13/cobra"
)

// filterFlag is -Y. It implements pflag.Value, so that a text that is no filter
// is a wrong flag.
type filterFlag struct{ filter *filter.Filter }

func (f *filterFlag) add(c *cobra.Command) {
	c.Flags().VarP(f, "filter", "Y", "only rows that match (in the terminal UI: to begin with), such as '~err' or 'command == \"publish\"' (rtmpscope help filter)")
}

// String is the text of the filter.
func (f *filterFlag) String() string {
	if f.filter == nil {
		return ""
	}
	return f.filter.String()
}

// Type is the word for the value in --help.
func (f *filterFlag) Type() string { return "expression" }

// Set compiles a filter; the error shows where it is wrong.
func (f *filterFlag) Set(text string) (err error) {
	if text, err = expanded(text); err != nil {
		return err
	}
	f.filter, err = filter.Compile(text)
	return shown(err)
}

// expanded puts the filters of the configuration file in the place of their names.
func expanded(text string) (string, error) {
	saved, err := savedFilters(text)
	if err != nil {
		return "", err
	}
	full, err := filter.Expand(text, saved)
	return full, shown(err)
}

// savedFilters are the filters of the configuration file. That is not read for a text
// that can name none.
func savedFilters(text string) (map[string]string, error) {
	if !strings.Contains(text, "@") {
		return nil, nil
	}
	c, err := config.Load()
	return c.Saved(), err
}

// shown adds to an error of the filter language the text with a caret under the
// place.
func shown(err error) error {
	var wrong *filter.Error
	if errors.As(err, &wrong) {
		return fmt.Errorf("%s\n%s", wrong.Message, wrong.Caret())
	}
	return err
}

// over returns a sink that leaves out the rows that do not match.
func (f *filterFlag) over(s export.Sink) export.Sink {
	if f.filter == nil {
		return s
	}
	return &filtered{s, f.filter}
}

// filtered is a sink for some rows.
type filtered struct {
	export.Sink
	filter *filter.Filter
}

// Row passes on a row that matches.
func (f *filtered) Row(e *session.Entry) error {
	if !f.filter.Match(e) {
		return nil
	}
	return f.Sink.Row(e)
}

// foresee prepares a sink for the rows of src: when its filter asks what only the end
// of the capture tells, that is read for it.
func foresee(ctx context.Context, sink export.Sink, src analyst.Source, rules lint.Config) {
	if f, ok := sink.(*filtered); ok {
		f.filter = foreseeing(ctx, f.filter, src, rules)
	}
}

// foreseeing is the filter for src. The rules are those of the fold to come, since
// findings have row numbers.
func foreseeing(ctx context.Context, f *filter.Filter, src analyst.Source, rules lint.Config) *filter.Filter {
	if f == nil || !f.NeedsAnswers() && !f.NeedsSessions() {
		return f
	}
	sessions := survey(ctx, src, rules)
	waiting := map[uint32]bool{}
	for i := range sessions {
		for _, p := range sessions[i].Pending {
			waiting[p.Row] = true
		}
	}
	return f.Awaiting(func(row uint32) bool { return waiting[row] }).Knowing(func(n uint32) *filter.Session {
		if n == 0 || int(n) > len(sessions) {
			return nil
		}
		return &sessions[n-1]
	})
}

// survey reads a capture to its end for what becomes of its sessions. What is wrong
// with the capture is reported by who reads it next.
func survey(ctx context.Context, src analyst.Source, rules lint.Config) []filter.Session {
	a := analyst.New(src, analyst.Options{Judge: lint.New(rules)})
	a.Run(ctx) //nolint:errcheck // see above
	state := a.State()
	infos := state.Timeline.Sessions()
	sessions := make([]filter.Session, len(infos))
	for i := range infos {
		p := state.Board.Of(infos[i].Number).Programs
		sessions[i] = filter.Session{Info: infos[i], Client: p.Client, Server: p.Server}
	}
	return sessions
}

// live refuses what cannot be done while rows come in, in that form. The
// terminal UI lists what was never answered when it is known.
func (f *filterFlag) live(shown form) error {
	switch {
	case f.filter == nil || shown == formScreen:
	case f.filter.NeedsAnswers():
		return fail(exitUsage, "-Y: whether a request stays unanswered is not known while rows come in; record with -w and use: rtmpscope log -Y '%s' FILE", f)
	case f.filter.NeedsSessions():
		return fail(exitUsage, "-Y: what a session becomes is not known while rows come in; record with -w and use: rtmpscope log -Y '%s' FILE", f)
	}
	return nil
}
