package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/check"
	"github.com/rtmpscope/rtmpscope/ui/tui"
)

// live is a running proxy with everything behind it: relay, queue, recorder,
// analyst and the view.
type live struct {
	flags    *liveFlags
	to       target
	hints    func(s *proxy.Server) []string
	log      *eventLog
	server   *proxy.Server
	queue    *proxy.Queue
	file     *captureFile
	record   *recording
	analyst  *analyst.Analyst
	stdout   io.Writer
	sink     export.Sink // nil for the terminal UI
	verdicts *check.Collector
	view     tui.Options // of the terminal UI
	options  check.Options
	lost     error                                                // why rows are no longer written
	shows    func(context.Context, tui.Source, tui.Options) error // the terminal UI
	hungUp   bool                                                 // the terminal is gone, and with it whoever could be asked
}

// runLive relays until something ends it: a signal, the person at the terminal
// UI, --for, or during, which runs beside the relay and ends it with an error.
func runLive(flags *liveFlags, to target, hints func(*proxy.Server) []string, log *eventLog, during func(ctx context.Context, l *live) error) error {
	ignorePipe()
	l := &live{flags: flags, to: to, hints: hints, log: log, stdout: os.Stdout, shows: tui.Run}
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
	if err := l.flags.segments.check(); err != nil {
		return err
	}
	config, expects, o, err := l.flags.check.plan()
	if err != nil {
		return err
	}
	l.verdicts, l.options = check.NewCollector(config, expects), o
	if err := l.look(); err != nil {
		return err
	}
	l.queue = proxy.NewQueue(int64(l.flags.budget), l.flags.lossless)
	l.server = l.flags.server(l.to, l.queue, l.log)
	ctx := context.Background()
	if err := l.server.Listen(ctx, listeners(l.flags.listen)...); err != nil {
		return listenFailed(err)
	}
	if err := l.server.CheckUpstream(ctx); err != nil {
		l.server.Shutdown(ctx) //nolint:errcheck // nothing is served yet
		return fail(exitUnreachable, "%w", err)
	}
	if l.file, err = createCapture(l.flags.write, l.flags.segments.options(l.log)); err != nil {
		l.server.Shutdown(ctx) //nolint:errcheck // nothing is served yet
		return err
	}
	l.record = startRecording(l.queue, l.file.Recorder, l.log)
	l.analyst = analyst.New(l.file.Source(), l.rows())
	return nil
}

// rows connects the analyst to the rules and, unless there is a screen, to
// standard output.
func (l *live) rows() analyst.Options {
	o := analyst.Options{Judge: l.verdicts.Judge(), Consumers: []analyst.Consumer{l.verdicts.Entry}}
	f := l.flags.output.live()
	if f == formScreen {
		o.Measure = true
		return o
	}
	l.sink = l.flags.output.sink(f, l.stdout)
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

// run starts the parts in the order of the bytes and ends them in that order.
func (l *live) run(during func(context.Context, *live) error) (code int, err error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var parts sync.WaitGroup
	served := make(chan error, 1)
	relay, kill := context.WithCancel(context.Background())
	defer kill()
	parts.Go(func() { served <- l.server.Serve(relay) })
	parts.Go(func() { l.follow() })
	if during != nil {
		parts.Go(func() { l.beside(ctx, stop, during) })
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, endSignals()...)
	defer signal.Stop(signals)
	code, err = l.wait(ctx, signals, served)
	stop()
	l.shutdown(signals)
	l.queue.Close()
	<-l.record.done
	parts.Wait()
	return code, err
}

// follow folds the capture until it ends.
func (l *live) follow() {
	defer func() {
		if p := recover(); p != nil {
			l.log.Errorf("the view has stopped, relaying and recording go on: %v", p)
		}
	}()
	if err := l.analyst.Run(context.Background()); err != nil && !errors.Is(err, os.ErrClosed) {
		l.log.Errorf("reading the capture: %v", err)
	}
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
	for _, a := range l.server.Addrs() {
		fmt.Fprintf(os.Stderr, "rtmpscope %s listening on %s, relaying to %s\n", version(), a, l.to.name())
	}
	for _, h := range l.hints(l.server) {
		fmt.Fprintln(os.Stderr, "  "+h)
	}
	if l.file.temp == "" {
		fmt.Fprintf(os.Stderr, "  recording to %s\n", l.file.path)
	}
}

// verdict turns how the session ended into an exit code, and offers or removes
// the temporary capture.
func (l *live) verdict(code int, err error) error {
	defer l.file.discard()
	defer l.file.Source().Close()
	l.farewell()
	t := l.server.Totals()
	result := l.verdicts.Result("live", l.analyst.Snapshot())
	found := l.judged(result)
	switch incomplete := l.record.incomplete(); {
	case err != nil:
		return fail(exitFailed, "%w", err)
	case t.DialFailures > 0 && t.DialFailures == t.Accepted-t.Refused:
		return fail(exitUnreachable, "no connection reached the upstream: %w", t.LastDial)
	case incomplete != "":
		return fail(exitIncomplete, "%s", incomplete)
	case found != nil:
		return found
	case code != exitOK:
		return &exitError{code: code}
	}
	return nil
}

// judged writes the verdict, if it was asked for, and says whether it is bad.
func (l *live) judged(r *check.Result) error {
	if !l.flags.verdict {
		return nil
	}
	results := []*check.Result{r}
	if err := l.flags.check.write(os.Stderr, results, l.options); err != nil {
		return fail(exitFailed, "writing the verdict: %w", err)
	}
	return problems(results, l.options.FailOn)
}
