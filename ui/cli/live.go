package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/check"
	engine "github.com/rtmpscope/rtmpscope/ui/live"
	"github.com/rtmpscope/rtmpscope/ui/tui"
)

// live is a running proxy with everything behind it: relay, queue, recorder,
// analyst and the view.
type live struct {
	flags     *liveFlags
	to        target
	hints     func(s *proxy.Server) []string
	log       *eventLog
	server    *proxy.Server
	engine    *engine.Engine
	file      *captureFile
	analyst   *analyst.Analyst
	stdout    io.Writer
	sink      export.Sink // nil for the terminal UI
	rules     lint.Config
	verdicts  *check.Collector // filled when --check asks for it
	view      tui.Options      // of the terminal UI
	options   check.Options
	lost      error                                                // why rows are no longer written
	shows     func(context.Context, tui.Source, tui.Options) error // the terminal UI
	hungUp    bool                                                 // the terminal is gone, and with it whoever could be asked
	deaf      bool                                                 // the terminal takes nothing, so nobody can be asked
	stuck     bool                                                 // nobody took the last rows: the analyst still goes on
	hurried   atomic.Bool                                          // told twice to be gone: there is no time to copy much
	abandoned sync.Once                                            // the capture was left where it is
	exit      func(code int)                                       // leaves the program at once
}

// runLive relays until something ends it: a signal, the person at the terminal
// UI, --for, or during, which runs beside the relay and ends it with an error.
func runLive(flags *liveFlags, to target, hints func(*proxy.Server) []string, log *eventLog, during func(ctx context.Context, l *live) error) error {
	ignorePipe()
	defer log.flush()
	l := &live{flags: flags, to: to, hints: hints, log: log, stdout: os.Stdout, shows: tui.Run, exit: os.Exit}
	if err := l.prepare(); err != nil {
		return err
	}
	code, err := l.run(during)
	return l.verdict(code, err)
}

// prepare opens everything that can fail before the first byte moves.
func (l *live) prepare() (err error) {
	if err := l.flags.output.filter.live(l.flags.output.live()); err != nil {
		return err
	}
	if err := l.flags.segments.check(l.flags.write != ""); err != nil {
		return err
	}
	config, expects, o, err := l.flags.check.plan()
	if err != nil {
		return err
	}
	l.rules, l.verdicts, l.options = config, check.NewCollector(config, expects), o
	if err := l.look(); err != nil {
		return err
	}
	upstream, err := l.flags.tls.upstream(l.to)
	if err != nil {
		return err
	}
	listeners, err := l.flags.tls.listeners(l.flags.listen)
	if err != nil {
		return err
	}
	l.engine, err = engine.Open(context.Background(), engine.Config{
		Relay: l.flags.server(upstream, l.log), Listen: listeners, Budget: int64(l.flags.budget), Lossless: l.flags.lossless,
		Record: l.create, Follow: l.rows(), Log: l.log,
	})
	if err != nil {
		return openFailed(err)
	}
	l.server, l.analyst = l.engine.Relay(), l.engine.Analyst()
	return nil
}

// create makes the capture.
func (l *live) create() (*record.Recorder, error) {
	if files, size := record.Sweep(os.TempDir()); files > 0 {
		l.log.Infof("removed what a program that was killed had left in %s: recordings of %s in %d files", os.TempDir(), text.Size(size), files)
	}
	file, err := createCapture(l.flags.write, &l.flags.segments, l.log)
	if err != nil {
		return nil, err
	}
	l.file = file
	return file.Recorder, nil
}

// openFailed gives what could not be opened its exit code.
func openFailed(err error) error {
	var failed *engine.OpenError
	switch {
	case !errors.As(err, &failed):
		return err
	case failed.Step == engine.Reaching:
		return fail(exitUnreachable, "%w", failed.Err)
	case failed.Step == engine.Recording:
		return failed.Err
	}
	return listenFailed(failed.Err)
}

// rows connects the analyst to the rules and, unless there is a screen, to
// standard output.
func (l *live) rows() analyst.Options {
	o := analyst.Options{Judge: lint.New(l.rules)}
	if l.flags.verdict {
		o.Judge, o.Consumers = l.verdicts.Judge(), []analyst.Consumer{l.verdicts.Entry}
	}
	f := l.flags.output.live()
	if f == formScreen {
		o.Measure = true
		return o
	}
	l.sink = l.flags.output.sink(f, l.stdout, "")
	o.Consumers = append(o.Consumers, func(e *session.Entry) { l.written(l.sink.Row, e) })
	o.OnIdle = func() { l.written(func(*session.Entry) error { return l.sink.Flush() }, nil) }
	return o
}

// look reads how the terminal UI is to look, if there will be one.
func (l *live) look() error {
	if l.flags.output.live() != formScreen {
		return nil
	}
	if err := tui.CheckTerminal(); err != nil {
		return fail(exitUsage, "the terminal UI cannot be drawn: %w; --plain writes lines", err)
	}
	l.flags.screen.secrets, l.flags.screen.filter = l.flags.output.secrets, l.flags.output.filter
	l.view = l.flags.screen.options()
	configure(&l.view, os.Stderr)
	return nil
}

// written writes to standard output until that fails; relaying goes on.
func (l *live) written(write func(*session.Entry) error, e *session.Entry) {
	if l.lost != nil {
		return
	}
	if l.lost = write(e); l.lost != nil {
		l.log.Warnf("rows are no longer written, relaying goes on: %v", l.lost)
	}
}

// run starts the parts, waits for the end, and ends them; see [engine.Engine].
// Whatever waits, a signal is heard: see leaving.
func (l *live) run(during func(context.Context, *live) error) (code int, err error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var parts sync.WaitGroup
	l.engine.Start()
	if during != nil {
		parts.Go(func() { l.beside(ctx, stop, during) })
	}
	leaving := l.hearken()
	defer leaving.over()
	code, err = l.wait(ctx, leaving)
	stop()
	leaving.shutdown()
	l.readToTheEnd(leaving)
	parts.Wait()
	return code, err
}

// beside runs what goes on beside the relay.
func (l *live) beside(ctx context.Context, stop func(), during func(context.Context, *live) error) {
	if err := during(ctx, l); err != nil && ctx.Err() == nil {
		l.log.Errorf("%v", err)
		stop()
	}
}

// announce prints on standard error where to connect.
func (l *live) announce() {
	if quiet.Load() {
		return
	}
	for _, a := range l.server.Addrs() {
		fmt.Fprintf(stderr, "rtmpscope %s listening on %s, relaying to %s\n", version(), a, l.to.name())
	}
	for _, h := range l.hints(l.server) {
		fmt.Fprintln(stderr, "  "+h)
	}
	fmt.Fprintf(stderr, "  recording to %s\n", l.file.where())
	if l.file.path == "" {
		fmt.Fprintln(stderr, "  it holds credentials and goes away with the program; --keep SIZE keeps more of it, -w FILE all")
	}
}

// verdict turns how the session ended into an exit code, and offers a capture that
// has no name.
func (l *live) verdict(code int, err error) error {
	defer l.engine.Source().Close()
	l.farewell()
	t := l.server.Totals()
	found := l.judged()
	lost := l.lost != nil && !isClosedPipe(l.lost)
	switch incomplete := incomplete(l.engine.Shortfall()); {
	case err != nil:
		return fail(exitFailed, "%w", err)
	case t.DialFailures > 0 && t.DialFailures == t.Accepted-t.Refused:
		return fail(exitUnreachable, "no connection reached the upstream: %w", t.LastDial)
	case found != nil && incomplete != "":
		return fail(exitProblems, "%s", incomplete)
	case found != nil:
		return found
	case lost:
		return fail(exitFailed, "rows were lost: %w", l.lost)
	case incomplete != "":
		return fail(exitIncomplete, "%s", incomplete)
	case code != exitOK:
		return &exitError{code: code}
	}
	return nil
}

// judged writes the verdict, if it was asked for, and says whether it is bad.
func (l *live) judged() error {
	if !l.flags.verdict || l.stuck {
		return nil // the rules belong to the analyst, which has not ended
	}
	results := []*check.Result{l.verdicts.Result("live", l.analyst.Snapshot())}
	complete := incomplete(l.engine.Shortfall()) == "" && l.server.Totals().DialFailures == 0
	l.options.Incomplete = !complete && problems(results, l.options.FailOn) == nil // another exit code tells
	if err := l.flags.check.write(stderr, results, l.options); err != nil {
		return fail(exitFailed, "writing the verdict: %w", err)
	}
	return problems(results, l.options.FailOn)
}

// incomplete says in words what the capture lacks, or "".
func incomplete(s engine.Shortfall) string {
	switch {
	case s.Stopped != "":
		return "recording stopped: " + s.Stopped
	case s.Paused:
		return fmt.Sprintf("recording stopped for a while; %d bytes that were relayed are not in the capture", s.Missing)
	case s.Missing > 0:
		return fmt.Sprintf("%d bytes were relayed but not recorded, because recording could not keep up; --tap-budget gives it more memory, --lossless makes the relay wait", s.Missing)
	}
	return ""
}
