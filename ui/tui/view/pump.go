package view

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

const (
	// frameEvery bounds how often news is drawn; keys are always drawn at once.
	frameEvery = 50 * time.Millisecond
	// heartbeat is how often the header is refreshed in silence.
	heartbeat = time.Second
	// hurry is how often it is refreshed while a person waits for something.
	hurry = 200 * time.Millisecond
)

// changes is what the pump does to the screen. Each waits until it is done, and none
// may be called once the loop has ended.
type changes interface {
	refresh()            // take in what is new, and draw it
	answer(model.Action) // take in what was read or written for the model
	signal(os.Signal)    // do what a shell asks for
	end()                // end the loop
}

// news is what a pump waits for; a [Source] is one.
type news interface {
	Changed() <-chan struct{}
	Done() <-chan struct{}
}

// pump is all that reaches the screen besides keys and the mouse: what is new in the
// capture, what was read for the model, signals, and that time passes. It is the only
// one that queues changes for the loop, one after the other.
type pump struct {
	src     news
	drawn   chan struct{}     // closed with the first frame; before that there is nothing to end
	quit    chan struct{}     // the person is done
	again   chan struct{}     // the model has more to take in
	answers chan model.Action // for the model
	jobs    chan os.Signal    // from a shell
	hurried atomic.Bool       // a person waits
	clock   clock
}

// clock is how the pump hears that time has passed. Its functions are called once for
// each run, but rest after each refresh for news.
type clock struct {
	beat, quick, rest func() (ticks <-chan time.Time, stop func())
}

func newPump(src news) *pump {
	return &pump{src: src, drawn: make(chan struct{}), quit: make(chan struct{}, 1), again: make(chan struct{}, 1),
		answers: make(chan model.Action), jobs: make(chan os.Signal, 4),
		clock: clock{every(heartbeat), every(hurry), after(frameEvery)}}
}

func every(d time.Duration) func() (<-chan time.Time, func()) {
	return func() (<-chan time.Time, func()) {
		t := time.NewTicker(d)
		return t.C, t.Stop
	}
}

func after(d time.Duration) func() (<-chan time.Time, func()) {
	return func() (<-chan time.Time, func()) { return time.After(d), func() {} }
}

// run brings what comes to the screen and ends it, when the person is done or ctx is.
// A screen that is over is left alone.
func (p *pump) run(ctx context.Context, screen changes, over <-chan struct{}) {
	select {
	case <-p.drawn:
	case <-over:
		return
	}
	defer screen.end()
	defer p.watchJobs()()
	beat, stop := p.clock.beat()
	defer stop()
	quick, stop := p.clock.quick()
	defer stop()
	changed, done := p.src.Changed(), p.src.Done()
	var rested <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-over:
			return
		case <-p.quit:
			return
		case d := <-p.answers:
			screen.answer(d)
			continue
		case s := <-p.jobs:
			screen.signal(s)
			continue
		case <-rested:
			changed, rested = p.src.Changed(), nil
			continue
		case <-changed:
			changed = nil
			rested, _ = p.clock.rest()
		case <-p.again:
		case <-done:
			done = nil
		case <-beat:
		case <-quick:
			if !p.hurried.Load() {
				continue
			}
		}
		screen.refresh()
	}
}

// tell leaves a word for the pump, unless one is there already.
func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
