package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// lastMoment is how long after a second signal the program is gone, whatever
	// waits by then. Within that time the capture becomes whole.
	lastMoment = 800 * time.Millisecond
	// stalledFor is how long the view may stand still, when the capture is whole,
	// before the rest of the rows is given up: somebody who reads slowly gets all of
	// them, one who reads nothing does not keep the program.
	stalledFor = 3 * time.Second
)

// leaving hears what ends a live session, a signal or --for, on a goroutine that
// waits for nothing else: neither a terminal nor a pipe that takes nothing keeps
// the listeners open.
type leaving struct {
	l       *live
	signals chan os.Signal
	told    chan int      // the exit code, once
	hungUp  chan struct{} // the terminal is gone
	ended   chan struct{}
	drain   context.Context
	cut     context.CancelFunc
	begun   atomic.Bool
	last    atomic.Pointer[time.Timer]
	parts   sync.WaitGroup
}

// hearken begins to listen for the end.
func (l *live) hearken() *leaving {
	if l.exit == nil {
		l.exit = os.Exit
	}
	s := &leaving{l: l, signals: make(chan os.Signal, 4), told: make(chan int, 1), hungUp: make(chan struct{}, 1), ended: make(chan struct{})}
	s.drain, s.cut = context.WithCancel(context.Background())
	signal.Notify(s.signals, endSignals()...)
	var over <-chan time.Time
	if l.flags.duration > 0 {
		over = time.After(l.flags.duration)
	}
	s.parts.Go(func() { s.hear(over) })
	return s
}

// hear reacts to the first signal, and to the second, until over is called.
func (s *leaving) hear(over <-chan time.Time) {
	for {
		select {
		case <-s.ended:
			return
		case <-over:
			if over = nil; !s.begun.Load() {
				s.tell(exitOK)
			}
		case sig := <-s.signals:
			switch {
			case isHangup(sig):
				s.hangUp()
			case !s.begun.Load():
				s.tell(exitCodeOf(sig))
			default:
				s.atOnce(exitCodeOf(sig))
			}
		}
	}
}

// tell begins the end: the listeners close before anything else.
func (s *leaving) tell(code int) {
	s.told <- code
	s.begin()
}

// code is the exit code when the relay has ended: that of whoever ended it, who
// is heard before the listeners close.
func (s *leaving) code() int {
	select {
	case code := <-s.told:
		return code
	default:
		return exitOK
	}
}

// hangUp says that the terminal is gone, which both the kernel and the shell do.
func (s *leaving) hangUp() {
	select {
	case s.hungUp <- struct{}{}:
	default:
	}
	if !s.l.flags.keepRunning {
		s.begin()
	}
}

// begin begins to end the relay, once.
func (s *leaving) begin() {
	if s.begun.Swap(true) {
		return
	}
	if words := waitingFor(s.l.server.Connections(), s.l.flags.drain); words != "" && !s.l.flags.alone {
		fmt.Fprintln(stderr, "rtmpscope: "+words)
	}
	s.parts.Go(func() { s.l.engine.Shutdown(s.drain) })
}

// quicklyCopied is how much of a capture without a name is given one in the last
// moment, with a segment on top.
const quicklyCopied = 160 << 20

// atOnce cuts what is open, and the program when it is not gone by itself.
func (s *leaving) atOnce(code int) {
	s.cut()
	s.l.hurried.Store(true)
	s.last.CompareAndSwap(nil, time.AfterFunc(lastMoment, func() {
		s.l.lastWords()
		s.l.exit(code)
	}))
}

// lastCopy is how long leaving a capture may take that has begun already.
const lastCopy = 2 * time.Second

// lastWords leaves what there is time for of a capture without a name, where there is a
// person who would have been asked, and says what is lost.
func (l *live) lastWords() {
	defer stderr.flush(lastMoment)
	switch {
	case l.file.path != "":
		return
	case l.sink != nil:
		fmt.Fprintln(stderr, "rtmpscope: the capture is discarded; -w FILE keeps it")
		return
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		l.abandon("told to be gone")
	}()
	select {
	case <-left:
	case <-time.After(lastCopy):
		fmt.Fprintln(stderr, "rtmpscope: there was no time to copy the whole capture: the last of it is lost")
	}
}

// shutdown ends the relay and the capture and waits until the capture is whole.
func (s *leaving) shutdown() {
	s.begin()
	<-s.l.engine.Whole()
}

// over ends the listening; the program ends by itself now.
func (s *leaving) over() {
	signal.Stop(s.signals)
	close(s.ended)
	s.parts.Wait()
	s.cut()
	if t := s.last.Load(); t != nil {
		t.Stop()
	}
}

// readToTheEnd waits until the view has every row, or stands still.
func (l *live) readToTheEnd(s *leaving) {
	every := time.NewTicker(stalledFor / 10)
	defer every.Stop()
	rows, since := int64(-1), time.Now()
	for {
		select {
		case <-l.engine.Followed():
			return
		case <-every.C:
		}
		if n := l.analyst.Read(); n != rows {
			rows, since = n, time.Now()
		}
		if time.Since(since) >= stalledFor {
			l.stuck = true
			fmt.Fprintln(stderr, "rtmpscope: nobody takes the rows that are left; they are in the capture")
			return
		}
	}
}
