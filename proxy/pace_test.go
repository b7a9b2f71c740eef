package proxy

import (
	"io"
	"runtime"
	"testing"
	"time"
)

// TestLagIsToldInSpans: a receiver lags when what waits for it is more than it takes
// in a second, or when the relay mostly waits for it; it is told every two seconds,
// and once when it has caught up. Who takes nothing is told elsewhere.
func TestLagIsToldInSpans(t *testing.T) {
	begin := time.Unix(1_800_000_000, 0)
	var l lag
	for _, step := range []struct {
		at, blocked          time.Duration
		came, taken, waiting int64
		behind               time.Duration // 0 is nothing told
		over                 bool
	}{
		{0, 0, 0, 0, 0, 0, false},
		{1000, 0, 300, 200, 100, 0, false},
		{2000, 0, 600, 600, 0, 0, false}, // nothing waits at the end, nothing did at the beginning
		{3000, 0, 900, 750, 150, 0, false},
		{4000, 0, 1200, 900, 300, 0, false}, // nothing waited at the beginning
		{6000, 0, 1800, 1200, 600, 2000, false},
		{8000, 500, 2400, 1500, 900, 4000, false},
		{9000, 1500, 2400, 1500, 900, 0, false},
		{10000, 2500, 2400, 1500, 900, 0, false}, // it has stopped
		{12000, 2500, 2400, 2200, 200, 8000, false},
		{14000, 2500, 3000, 3000, 0, 10000, true},
		{16000, 4100, 3600, 3599, 1, 0, false}, // the relay waited, and nothing did at the beginning
		{18000, 5700, 4200, 4199, 1, 2000, false},
		{20000, 6000, 4800, 4799, 1, 4000, true},
	} {
		now := begin.Add(step.at * time.Millisecond)
		p, tell := l.look(now, sample{came: step.came, taken: step.taken, waiting: step.waiting, blocked: step.blocked * time.Millisecond})
		if tell != (step.behind > 0) || tell && (p.Behind != step.behind*time.Millisecond || p.Over != step.over) {
			t.Errorf("at %d ms: told %v: %+v", step.at, tell, p)
		}
	}
}

// TestPaceIsADifference: the numbers are those of the span.
func TestPaceIsADifference(t *testing.T) {
	l := lag{at: sample{came: 1000, taken: 400, blocked: time.Second, path: &Path{Retransmitted: 3, WindowFull: time.Second}}}
	p := l.measure(2*time.Second, sample{came: 1600, taken: 700, waiting: 900, blocked: 9 * time.Second, path: &Path{RTT: 7, Retransmitted: 5, WindowFull: 2500 * time.Millisecond, Unsent: 8}})
	if p.Came != 600 || p.Taken != 300 || p.Waiting != 900 || p.Blocked != 2*time.Second || *p.Path != (Path{RTT: 7, Retransmitted: 2, WindowFull: 1500 * time.Millisecond, Unsent: 8}) {
		t.Errorf("%+v %+v", p, p.Path)
	}
}

// TestReceiverThatReadsSlowly: its pace is told while it lags, with what the system
// knows of the way there, and when it has caught up.
func TestReceiverThatReadsSlowly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere what a receiver takes is not known")
	}
	q := NewQueue(64<<20, false)
	r := start(t, func(s *Server) { s.Tap = q })
	t.Cleanup(q.Close)
	client, server := r.pair()
	must(t, server.SetReadBuffer(256<<10))
	go func() { _, _ = client.Write(make([]byte, 24<<20)) }() // more than the buffers between hold
	fast := make(chan bool)
	go func() {
		ticks := time.NewTicker(20 * time.Millisecond)
		defer ticks.Stop()
		for p := make([]byte, 20_000); ; {
			select {
			case <-ticks.C:
				_, _ = io.ReadFull(server, p)
			case <-fast:
				_, _ = io.Copy(io.Discard, server)
				return
			}
		}
	}()
	p := nextPaced(t, q)
	if p.Behind < PaceSpan || p.Over || p.Taken <= 0 || p.Waiting < p.Taken/2 || p.Path == nil || p.Path.WindowFull < p.Span/4 {
		t.Errorf("told %+v, path %+v", p, p.Path)
	}
	close(fast)
	for !p.Over {
		p = nextPaced(t, q)
	}
}

// nextPaced takes items until one tells of the pace of a receiver.
func nextPaced(t *testing.T, q *Queue) (p *Pace) {
	t.Helper()
	eventually(t, func() bool {
		for it, ok := q.TryNext(); ok; it, ok = q.TryNext() {
			it.Release()
			if it.Kind == ItemPaced {
				p = it.Pace
				return true
			}
		}
		return false
	})
	return p
}
