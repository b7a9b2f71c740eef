// Package analyst follows a capture and folds it into a timeline: the one
// reader behind the terminal UI, the line output and every later view.
//
// It cannot tell a capture that still grows from a finished file. Run reads
// records on the caller's goroutine and feeds a session.Timeline; other
// goroutines take immutable snapshots, wait on Changed, and open single rows
// with Detail, which reads the capture again from the nearest checkpoint.
//
// The package draws nothing, writes nothing and moves no bytes.
package analyst

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// snapshotEvery is how often a snapshot is published while records keep coming:
// twice per frame of the fastest view.
const snapshotEvery = 25 * time.Millisecond

// Source is a capture that grows or is finished. *source.Finished,
// *source.Growing and *source.Memory are sources.
type Source interface {
	source.Source
	// Size is how many bytes can be read without waiting.
	Size() int64
}

// Analyst follows one capture. Create it with New and call Run once.
type Analyst struct {
	src       Source
	reader    *capture.Reader
	timeline  *session.Timeline
	consumers []Consumer
	keeper    *keeper // nil when nothing is measured
	idle      func()
	state     atomic.Pointer[State]
	changed   chan struct{}
	done      chan struct{}
	err       error        // why reading ended early; set before done is closed
	read      atomic.Int64 // records so far
	shown     time.Time

	places  places
	configs configs
	rows    fold.RowFile
	texts   fold.TextFile
	notes   notes
}

// Consumer takes in a row with all that was decoded, on the goroutine of Run. The
// entry is valid during the call. A consumer must not wait: the fold would.
type Consumer func(*session.Entry)

// State is the timeline at one moment with what was measured and judged by then.
// It never changes, may be read by any number of goroutines, and nobody waits
// for one who holds it.
type State struct {
	Timeline *session.Snapshot
	Board    Board
}

// Options configure an Analyst.
type Options struct {
	// Consumers receive every row, one after the other.
	Consumers []Consumer
	// Measure says that measurements, reports and proofs are published with each
	// snapshot; see Board.
	Measure bool
	// Judge, if not nil, watches the rows and reports findings.
	Judge session.Judge
	// OnIdle, if not nil, is called when all that is there has been read: the
	// moment to flush a line output.
	OnIdle func()
}

// New prepares to follow src from its beginning.
func New(src Source, o Options) *Analyst {
	a := &Analyst{
		src: src, consumers: o.Consumers, idle: o.OnIdle,
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if o.Measure {
		a.keeper = &keeper{}
		a.keeper.judge, _ = o.Judge.(reporter)
	}
	a.timeline = session.New(session.Options{OnEntry: a.entry, Judge: o.Judge, Rows: &a.rows, Texts: &a.texts})
	a.publish(true)
	return a
}

// Run reads until the capture ends, or ctx is cancelled. A capture that ends in
// mid block is read as far as it goes and reported as a *pcapng.TornError.
func (a *Analyst) Run(ctx context.Context) error {
	defer close(a.done)
	defer a.finish()
	a.err = a.follow(ctx)
	return a.err
}

func (a *Analyst) follow(ctx context.Context) error {
	reader, err := capture.NewReader(&attentive{Source: a.src, beforeWait: a.caughtUp})
	if err != nil {
		return err
	}
	a.reader = reader
	for ctx.Err() == nil {
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		a.record(rec)
	}
	return ctx.Err()
}

// Err is what Run returned: nil, or why the capture was not read to its end. It
// may be called when Done is closed.
func (a *Analyst) Err() error { return a.err }

// Skipped says what of a foreign capture could not be read, in words, or "".
// It may be called when Done is closed.
func (a *Analyst) Skipped() string {
	if a.reader == nil {
		return ""
	}
	return a.reader.Skipped().String()
}

// LeftOut says which connections of a foreign capture are not shown because
// they are no RTMP, in words, or "". It may be called when Done is closed.
func (a *Analyst) LeftOut() string {
	if a.reader == nil {
		return ""
	}
	var all []string
	for _, l := range a.reader.LeftOut() {
		all = append(all, l.String())
	}
	return strings.Join(all, ", ")
}

// Snapshot returns the timeline so far; it is never nil and never changes.
func (a *Analyst) Snapshot() *session.Snapshot { return a.state.Load().Timeline }

// State returns the timeline so far with its measurements. Without
// Options.Measure the board is empty.
func (a *Analyst) State() State { return *a.state.Load() }

// Changed receives a value when there is a newer snapshot. It has capacity one
// and is never closed.
func (a *Analyst) Changed() <-chan struct{} { return a.changed }

// Read is how many records of the capture have been folded: whether it moves tells
// a fold that is behind from one that is stuck.
func (a *Analyst) Read() int64 { return a.read.Load() }

// Done is closed when the capture has ended and all of it is in the snapshot.
func (a *Analyst) Done() <-chan struct{} { return a.done }

// record feeds one record to the timeline.
func (a *Analyst) record(rec *capture.Record) {
	fold.Feed(a.timeline, rec)
	a.keepPlace(rec)
	a.notes.keep(rec)
	a.read.Add(1)
	if now := time.Now(); now.Sub(a.shown) >= snapshotEvery {
		a.shown = now
		a.publish(false)
	}
}

// caughtUp makes everything visible, because the reader is about to wait.
func (a *Analyst) caughtUp() {
	if a.idle != nil {
		a.idle()
	}
	a.publish(false)
}

// followEvery is how often a reader that has read all there is looks for more: several
// times a frame of the fastest view. More would be wake-ups that nobody sees.
const followEvery = 20 * time.Millisecond

// attentive is a source that says when its reader is about to wait. Its reader does
// not wait more often than every followEvery; what comes after a silence is read at once.
type attentive struct {
	Source
	beforeWait func()
	waited     time.Time // when it began to wait last
}

// Unwrap lets a reader find out how the capture was opened.
func (s *attentive) Unwrap() source.Source { return s.Source }

// Grown implements source.Source.
func (s *attentive) Grown(n int64) bool {
	if rest := followEvery - time.Since(s.waited); s.Size() <= n && rest > 0 {
		time.Sleep(rest)
	}
	if s.Size() > n {
		return s.Source.Grown(n)
	}
	s.beforeWait()
	s.waited = time.Now()
	more := s.Source.Grown(n)
	if !more {
		s.waited = time.Time{} // it is finished, and not waited for
	}
	return more
}

func direction(fromServer bool) decode.Direction {
	if fromServer {
		return decode.FromServer
	}
	return decode.FromClient
}

// entry keeps a checkpoint when one is due and a codec configuration, and hands
// the row on.
func (a *Analyst) entry(e *session.Entry) {
	a.configs.learn(e)
	a.places.rest(e, a.timeline)
	if a.keeper != nil {
		a.keeper.entry(e)
	}
	for _, take := range a.consumers {
		take(e)
	}
}

func (a *Analyst) finish() {
	a.timeline.Finish()
	if a.idle != nil {
		a.idle()
	}
	a.publish(true)
}

// publish makes what is known by now visible; all says that it is the last word.
func (a *Analyst) publish(all bool) {
	s := &State{Timeline: a.timeline.Snapshot()}
	if a.keeper != nil {
		s.Board = Board{s.Timeline, a.keeper.freeze(time.Now(), all)}
	}
	a.state.Store(s)
	select {
	case a.changed <- struct{}{}:
	default:
	}
}
