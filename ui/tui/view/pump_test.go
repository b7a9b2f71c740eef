package view

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// pumped is a pump whose time and screen the test has in its hands.
type pumped struct {
	t                 *testing.T
	pump              *pump
	f                 *fake
	beat, quick, rest chan time.Time
	over              chan struct{}
	stop              context.CancelFunc
	did               chan string // what reached the screen; unbuffered, so that the pump waits as it does for a loop
	ended             chan struct{}
}

func (p *pumped) refresh()            { p.say("refresh") }
func (p *pumped) answer(model.Action) { p.say("answer") }
func (p *pumped) signal(os.Signal)    { p.say("signal") }
func (p *pumped) end()                { close(p.ended) }

func (p *pumped) say(words string) {
	select {
	case p.did <- words:
	case <-p.t.Context().Done(): // the test has failed
	}
}

// next waits for the next change of the screen.
func (p *pumped) next(want string) {
	p.t.Helper()
	select {
	case is := <-p.did:
		if is != want {
			p.t.Fatalf("%s reached the screen, want %s", is, want)
		}
	case <-time.After(need.Patience):
		p.t.Fatalf("nothing reached the screen, want %s", want)
	}
}

// settled waits until the pump has done what it was told before.
func (p *pumped) settled() {
	p.t.Helper()
	p.pump.answers <- model.Release{}
	p.next("answer")
}

// returned waits for the pump, which has nothing more for the screen.
func (p *pumped) returned(done <-chan struct{}) {
	p.t.Helper()
	select {
	case <-done:
	case did := <-p.did:
		p.t.Fatalf("%s reached a screen that was to end", did)
	}
}

func startPump(t *testing.T) (*pumped, <-chan struct{}) {
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	p := &pumped{t: t, f: newFake(), beat: make(chan time.Time), quick: make(chan time.Time), rest: make(chan time.Time),
		over: make(chan struct{}), stop: stop, did: make(chan string), ended: make(chan struct{})}
	p.pump = newPump(p.f)
	by := func(c chan time.Time) func() (<-chan time.Time, func()) {
		return func() (<-chan time.Time, func()) { return c, func() {} }
	}
	p.pump.clock = clock{by(p.beat), by(p.quick), by(p.rest)}
	done := make(chan struct{})
	go func() { defer close(done); p.pump.run(ctx, p, p.over) }()
	return p, done
}

// TestPumpRests: news is drawn at once, and what comes right after waits for the rest to
// end; answers and the heartbeat do not wait.
func TestPumpRests(t *testing.T) {
	p, done := startPump(t)
	close(p.pump.drawn)
	p.f.add("one", "")
	p.next("refresh")
	p.f.add("two", "")
	p.settled()
	p.beat <- time.Time{}
	p.next("refresh")
	if len(p.f.changed) != 1 {
		t.Fatal("the second change was taken while the screen rests")
	}
	p.rest <- time.Time{}
	p.next("refresh")
	close(p.f.done)
	p.next("refresh")
	p.pump.answers <- model.Release{} // which keeps it busy
	tell(p.pump.again)
	tell(p.pump.again) // one word is enough
	p.next("answer")
	p.next("refresh")
	p.pump.jobs <- os.Interrupt
	p.next("signal")
	tell(p.pump.quit)
	p.returned(done)
	<-p.ended
}

// TestPumpHurriesForAPerson: the quick beat counts only while somebody waits.
func TestPumpHurriesForAPerson(t *testing.T) {
	p, done := startPump(t)
	close(p.pump.drawn)
	p.quick <- time.Time{}
	p.settled()
	p.pump.hurried.Store(true)
	p.quick <- time.Time{}
	p.next("refresh")
	p.stop()
	p.returned(done)
	<-p.ended
}

// TestPumpEndsNoScreenThatNeverWas: a loop that ends before its first frame is not
// ended again, and one that is over is told nothing more.
func TestPumpEndsNoScreenThatNeverWas(t *testing.T) {
	p, done := startPump(t)
	p.f.add("one", "")
	close(p.over)
	p.returned(done)
	select {
	case <-p.ended:
		t.Error("a screen that never was has been ended")
	default:
	}
}

// TestReaderTakesTheNewestWish: of two rows that are wanted while it works, only the
// second one is read.
func TestReaderTakesTheNewestWish(t *testing.T) {
	answers := make(chan model.Action)
	r := newReader(newFake(), answers)
	busy := make(chan struct{})
	r.work <- func() model.Action { <-busy; return model.Release{} }
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); r.run(ctx) }()
	for len(r.work) > 0 { // until it works
		time.Sleep(time.Millisecond)
	}
	r.want(1)
	r.want(2)
	close(busy)
	<-answers
	if d, ok := (<-answers).(model.DetailRead); !ok || d.Row != 2 {
		t.Errorf("answered %+v, want row 2", d)
	}
	stop()
	<-done
}

// TestSifterPassesOver: a row that makes the decoder panic is passed over.
func TestSifterPassesOver(t *testing.T) {
	answers := make(chan model.Action)
	s := newSifter(func(q model.Sift) model.Sifted { panic("a fault of the decoder") }, answers)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.run(ctx) }()
	s.questions <- model.Sift{From: 7}
	if a, ok := (<-answers).(model.Sifted); !ok || a.Last != 7 || len(a.Rows) != 0 {
		t.Errorf("answered %+v", a)
	}
	stop()
	<-done
}
