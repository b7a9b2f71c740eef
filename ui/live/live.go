// Package live is the engine of a running proxy: relay, queue, recorder and the
// analyst that follows what is recorded, put together and ended in the right
// order. It shows nothing and asks nobody: the command line, a second front end,
// a daemon and a replay each stand on it with a [Config] of their own.
//
// # Ownership
//
// [Open] takes the relay of the Config, which must not have been used, and makes
// the capture with Config.Record; the [Engine] owns both until it has ended. The
// file of the capture belongs to whoever made it: an Engine never removes one.
// Judge and Consumers belong to the goroutine of the analyst from [Engine.Start]
// until [Engine.Followed] is closed.
//
// # Concurrency
//
// Start begins three goroutines of the engine's own: the relay, which begins two
// for each connection, the recorder with its beat, and the analyst. None waits for
// the next: the relay offers copies to a bounded queue, the recorder drains it
// whatever becomes of the disk, the analyst reads the file behind the recorder. A
// consumer that waits, as one that writes to a pipe nobody reads, holds up the
// analyst and nothing else. All methods of an Engine may be called from any
// goroutine.
//
// # Ending
//
// Ending goes in the direction of the bytes. [Engine.Shutdown] closes the
// listeners before it does anything else, lets connections finish, drains the
// queue, and closes the capture, which is whole when it returns; the analyst
// reads to its end after that and closes Followed. When the context of Shutdown
// is done connections are cut and the rest goes on. Nothing in Shutdown waits for
// the analyst, so a view that is behind, or stuck, does not keep the capture from
// being whole.
package live

import (
	"context"
	"errors"
	"os"
	"sync"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// Logger takes what a person should know. It must not wait for who reads it.
type Logger interface {
	Debugf(format string, args ...any)
	Warnf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Config says what an Engine is made of.
type Config struct {
	// Relay is ready but for its Tap, which Open sets.
	Relay *proxy.Server
	// Listen is where to listen, and how clients are welcomed there.
	Listen []proxy.Listener
	// Budget is how many bytes may wait to be recorded; what comes beyond is a gap
	// in the capture or, with Lossless, waits in the relay.
	Budget   int64
	Lossless bool
	// Record makes the capture. It is called once, when listening has begun and the
	// upstream has a name.
	Record func() (*record.Recorder, error)
	// Follow says what becomes of what is recorded.
	Follow analyst.Options
	// Log takes what happens.
	Log Logger
}

// Step is what Open does, one thing after the other.
type Step uint8

// The steps of Open.
const (
	Listening Step = iota
	Reaching       // the upstream
	Recording
)

// OpenError is why an Engine could not be opened.
type OpenError struct {
	Step Step
	Err  error
}

// Error is the cause in words.
func (e *OpenError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *OpenError) Unwrap() error { return e.Err }

// Engine is a running proxy with everything behind it.
type Engine struct {
	relay    *proxy.Server
	queue    *proxy.Queue
	record   *recording
	source   *source.Growing
	analyst  *analyst.Analyst
	log      Logger
	kill     context.CancelFunc
	relaying context.Context
	served   chan error
	followed chan struct{}
	shut     sync.Once
	whole    chan struct{}
}

// Open does everything that can fail before the first byte moves. An error is an
// *OpenError, and nothing is left open.
func Open(ctx context.Context, c Config) (*Engine, error) {
	e := &Engine{relay: c.Relay, queue: proxy.NewQueue(c.Budget, c.Lossless), log: c.Log,
		served: make(chan error, 1), followed: make(chan struct{}), whole: make(chan struct{})}
	e.relay.Tap = e.queue
	if err := e.relay.Listen(ctx, c.Listen...); err != nil {
		return nil, &OpenError{Listening, err}
	}
	if err := e.relay.CheckUpstream(ctx); err != nil {
		return nil, e.close(ctx, Reaching, err)
	}
	rec, err := c.Record()
	if err != nil {
		return nil, e.close(ctx, Recording, err)
	}
	e.source = rec.Source()
	e.record = startRecording(e.queue, rec, !c.Lossless, c.Log)
	e.analyst = analyst.New(e.source, c.Follow)
	e.relaying, e.kill = context.WithCancel(context.Background())
	return e, nil
}

// close gives up a relay that has served nobody.
func (e *Engine) close(ctx context.Context, at Step, err error) error {
	e.relay.Shutdown(ctx) //nolint:errcheck // nothing is served yet
	return &OpenError{at, err}
}

// Start begins to relay, record and follow. It is called once and returns at once.
func (e *Engine) Start() {
	go func() { e.served <- e.relay.Serve(e.relaying) }()
	go func() {
		defer close(e.followed)
		e.follow()
	}()
}

// follow folds the capture until it ends. A fault of the view stops the view alone.
func (e *Engine) follow() {
	defer func() {
		if p := recover(); p != nil {
			e.log.Errorf("the view has stopped, relaying and recording go on: %v", p)
		}
	}()
	if err := e.analyst.Run(context.Background()); err != nil && !errors.Is(err, os.ErrClosed) {
		e.log.Errorf("reading the capture: %v", err)
	}
}

// Relay is the relay, for its addresses, connections and totals.
func (e *Engine) Relay() *proxy.Server { return e.relay }

// Analyst follows the capture.
func (e *Engine) Analyst() *analyst.Analyst { return e.analyst }

// Source is the capture while it grows.
func (e *Engine) Source() *source.Growing { return e.source }

// Note writes what a person noted to the capture, at once.
func (e *Engine) Note(n capture.Note) error { return e.record.note(n) }

// Served gives how the relay ended, once: nil when it was told to end.
func (e *Engine) Served() <-chan error { return e.served }

// Whole is closed when the capture is closed and holds what was relayed, as far
// as Shortfall does not say otherwise.
func (e *Engine) Whole() <-chan struct{} { return e.whole }

// Followed is closed when the analyst has read the capture to its end, and every
// consumer has had every row.
func (e *Engine) Followed() <-chan struct{} { return e.followed }

// Shortfall is what the capture lacks. It is final once Whole is closed.
func (e *Engine) Shortfall() Shortfall { return e.record.shortfall() }

// Shutdown ends the relay and the capture; see the package comment. It returns
// when the capture is whole. A second call waits for the first.
func (e *Engine) Shutdown(ctx context.Context) {
	e.shut.Do(func() {
		defer close(e.whole)
		if err := e.relay.Shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
			e.log.Warnf("shutdown: %v", err)
		}
		e.kill()
		e.queue.Close()
		<-e.record.done
	})
	<-e.whole
}

// String is the name of the step, for logs.
func (s Step) String() string {
	return [...]string{"listening", "reaching the upstream", "recording"}[s]
}
