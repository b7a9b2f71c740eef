package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/check"
	"github.com/spf13/cobra"
)

// checkFlags say what is checked and how the verdict is written.
type checkFlags struct {
	rules    ruleFlags
	failOn   string
	expect   []string
	format   formatFlag
	sessions sessionsFlag
	secrets  bool
}

// ruleFlags are the flags of every command that judges.
type ruleFlags struct{ set []string }

func (r *ruleFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&r.set, "set", nil, "change a rule's threshold, as in ts-jump.gap=3s, or switch a rule off, as in cmd-abrupt-end=off; may be repeated")
}

// config reads the thresholds.
func (r *ruleFlags) config() (c lint.Config, err error) {
	for _, s := range r.set {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return c, fail(exitUsage, "--set %s: write name=value", s)
		}
		if err := c.Set(name, value); err != nil {
			return c, fail(exitUsage, "--set %s: %w", s, err)
		}
	}
	return c, nil
}

func (f *checkFlags) add(c *cobra.Command) {
	f.addLive(c)
	f.format.add(c, []ownFlag{
		{"json", "json", "write the verdict as JSON (rtmpscope help verdicts)"}, {"junit", "junit", "write the verdict as JUnit XML"}, {"md", "md", "write the verdict as Markdown"},
		{"brief", "brief", "write a line a session, and one for attempts at the same thing"},
	}, "text", "brief", "json", "junit", "md")
	c.Flags().BoolVar(&f.secrets, "show-secrets", false, "show stream keys and tokens instead of masking them")
	f.sessions.add(c)
}

// addLive adds the flags that a live session has as well.
func (f *checkFlags) addLive(c *cobra.Command) {
	f.rules.add(c)
	c.Flags().StringVar(&f.failOn, "fail-on", "error", "exit with 3 if a finding is at least this severe: error, warning or note")
	c.Flags().StringArrayVar(&f.expect, "expect", nil, "what every session that published or played must show, as in 'keyframe within 3s'; behind \"publish:\", \"play:\" or \"any:\" what those, or one of all, must show; may be repeated")
}

// plan reads the flags.
func (f *checkFlags) plan() (config lint.Config, expects []check.Expectation, o check.Options, err error) {
	severities := map[string]session.Severity{"error": session.Error, "warning": session.Warning, "note": session.Note}
	o.Version, o.ShowSecrets, o.FailOn = version(), f.secrets, severities[cmp.Or(f.failOn, "error")]
	if o.FailOn == 0 {
		return config, nil, o, fail(exitUsage, "--fail-on %s: use error, warning or note", f.failOn)
	}
	if config, err = f.rules.config(); err != nil {
		return config, nil, o, err
	}
	for _, text := range f.expect {
		saved, err := savedFilters(text)
		if err != nil {
			return config, nil, o, err
		}
		x, err := check.ParseExpectation(text, saved)
		if err != nil {
			return config, nil, o, fail(exitUsage, "--expect: %w", shown(err))
		}
		expects = append(expects, x)
	}
	return config, expects, o, nil
}

// write writes results in the chosen form.
func (f *checkFlags) write(w io.Writer, results []*check.Result, o check.Options) error {
	switch f.format.chosen {
	case "json":
		return check.JSON(w, results, o)
	case "junit":
		return check.JUnit(w, results, o)
	case "brief":
		return check.Brief(w, results, o)
	case "md":
		return check.Markdown(w, results, o)
	}
	return check.Text(w, results, o)
}

func newCheck() *cobra.Command {
	var flags checkFlags
	var input inputFlags
	c := &cobra.Command{
		Use:   "check FILE…",
		Short: "Judge the sessions of captures; exit with 3 when something is wrong",
		Long: `Read captures and say for each session who the two ends are, how far it came and
how long each step took, what was sent, and what is wrong with it. The exit code
is 3 when a finding is as severe as --fail-on says, a publish or play ended before it
had any media, an expectation is not met, or a capture holds no session.
'rtmpscope explain RULE' tells more of a rule.`,
		Example: `  rtmpscope check session.pcapng
  rtmpscope check --fail-on warning --expect 'keyframe within 3s' *.pcapng
  rtmpscope check --brief --expect 'play: keyframe within 3s' session.pcapng
  rtmpscope check --session 'role == "play" and lasted > 10s' session.pcapng
  rtmpscope check --junit session.pcapng > report.xml`,
		RunE: func(_ *cobra.Command, args []string) error {
			ignorePipe()
			return checkFiles(input.files(args), &flags, &input)
		},
	}
	flags.add(c)
	input.addRead(c, 1, 0)
	input.add(c)
	return c
}

func checkFiles(files []string, flags *checkFlags, input *inputFlags) error {
	config, expects, o, err := flags.plan()
	if err != nil {
		return err
	}
	var results []*check.Result
	var ended several
	for _, file := range files {
		r, err := checkFile(file, input, check.NewCollector(config, expects))
		if r != nil {
			err = errors.Join(flags.only(file, r), err)
			results = append(results, r)
		}
		if !ended.add(err) {
			return err
		}
	}
	if len(results) == 0 {
		return ended.err()
	}
	found := problems(results, o.FailOn)
	o.Incomplete = ended.code != exitOK && found == nil
	if err := flags.write(unlessQuiet(os.Stdout), results, o); err != nil && !isClosedPipe(err) {
		return fail(exitFailed, "writing the verdict: %w", err)
	}
	ended.add(found)
	return ended.err()
}

// only leaves in a result the sessions that are asked for.
func (f *checkFlags) only(file string, r *check.Result) error {
	if !f.sessions.given() {
		return nil
	}
	about := make([]filter.Session, len(r.Sessions))
	for i := range r.Sessions {
		s := &r.Sessions[i]
		about[i] = filter.Session{Info: s.Info, Client: s.Report.Client.Name, Server: s.Report.Server.Name}
	}
	numbers, err := f.sessions.among(file, about)
	if err == nil {
		r.Only(numbers)
	}
	return err
}

// checkFile judges one capture. A torn one gives both a result and an error.
func checkFile(file string, input *inputFlags, c *check.Collector) (*check.Result, error) {
	in, err := input.open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	src, shown := showProgress(in, inputName(file))
	defer shown()
	a := analyst.New(src, analyst.Options{Consumers: []analyst.Consumer{c.Entry}, Judge: c.Judge()})
	err = a.Run(context.Background())
	var torn *pcapng.TornError
	if err != nil && !errors.As(err, &torn) {
		return nil, readError(file, a, err)
	}
	return c.Result(inputName(file), a.Snapshot()), readError(file, a, err)
}

// problems is the error of results that are not good enough.
func problems(results []*check.Result, failOn session.Severity) error {
	for _, r := range results {
		if r.Fails(failOn) {
			return &exitError{code: exitProblems}
		}
	}
	return nil
}
