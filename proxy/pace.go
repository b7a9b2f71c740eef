package proxy

import "time"

// Pace says how fast the receiver of one direction takes what it is sent, while it
// lags behind: bytes for it wait all the time, although it takes some.
type Pace struct {
	Behind time.Duration // how long it has lagged by now
	Over   bool          // it lags no longer, after that time
	// Span is the time since this was told last, or since it began. In it Came bytes
	// were read from the sender, the receiver took Taken, and for Blocked the relay
	// could not write and so did not read.
	Span        time.Duration
	Came, Taken int64
	Blocked     time.Duration
	Waiting     int64 // bytes that the receiver has not got now
	Path        *Path // nil where the system does not tell
}

// Path is what the system measures of the connection to a receiver (TCP_INFO of
// Linux, tcp(7)).
type Path struct {
	RTT           time.Duration
	Delivery      int64         // bytes a second, as the system measured it last
	Retransmitted int64         // segments, in Span
	Unacked       int64         // segments on their way
	Unsent        int64         // bytes that have not been sent at all
	WindowFull    time.Duration // of Span in which only the receiver's window kept bytes back
}

const (
	// PaceSpan is over how long it is measured what a receiver takes: shorter times see
	// the bursts of keyframes, and of acknowledgements.
	PaceSpan = 2 * time.Second

	// LagAfter is how long bytes may wait, at the rate at which the receiver takes them,
	// before it lags: longer than any round trip.
	LagAfter = time.Second
)

// sample is how far both ends of a direction are at one moment.
type sample struct {
	came, taken, waiting int64
	blocked              time.Duration
	path                 *Path // its counters since the connection began
}

// lag is what is known of the pace of a receiver. Only the goroutine of Server.watch
// uses it.
type lag struct {
	start time.Time // of the span
	at    sample    // then
	least int64     // fewest bytes that waited in it
	since time.Time // when the receiver began to lag; zero when it does not
}

// look takes a sample. Once a span is over it returns what was measured, and whether
// that is to be told.
func (l *lag) look(now time.Time, s sample) (p *Pace, tell bool) {
	if l.start.IsZero() {
		l.begin(now, s)
		return nil, false
	}
	l.least = min(l.least, s.waiting)
	span := now.Sub(l.start)
	if span < PaceSpan {
		return nil, false
	}
	p = l.measure(span, s)
	lagged := !l.since.IsZero()
	switch lags := l.lags(p); {
	case lags && !lagged:
		l.since = l.start
	case p.Taken == 0 && l.least > 0: // it has stopped: that is another thing to tell
		if !lagged {
			l.begin(now, s)
		}
		return p, false
	case !lags && lagged:
		p.Behind, p.Over = now.Sub(l.since), true
		l.since = time.Time{}
	}
	if !l.since.IsZero() {
		p.Behind = now.Sub(l.since)
	}
	l.begin(now, s)
	return p, p.Behind > 0
}

// begin begins a span.
func (l *lag) begin(now time.Time, s sample) { l.start, l.at, l.least = now, s, s.waiting }

// lags reports whether the receiver lagged in a whole span.
func (l *lag) lags(p *Pace) bool {
	if p.Taken <= 0 || l.least == 0 {
		return false
	}
	waited := time.Duration(float64(l.least) / float64(p.Taken) * float64(p.Span))
	return waited >= LagAfter || p.Blocked >= p.Span*3/4
}

// measure is the difference of two samples.
func (l *lag) measure(span time.Duration, s sample) *Pace {
	p := &Pace{Span: span, Came: s.came - l.at.came, Taken: s.taken - l.at.taken, Blocked: min(s.blocked-l.at.blocked, span), Waiting: s.waiting}
	if s.path != nil && l.at.path != nil {
		path := *s.path
		path.Retransmitted -= l.at.path.Retransmitted
		path.WindowFull = min(path.WindowFull-l.at.path.WindowFull, span)
		p.Path = &path
	}
	return p
}

// quiet reports whether nothing has come since a sample that had nothing waiting: the
// system need not be asked how far the receiver is.
func (f *flow) quiet(last sample) bool { return last.waiting == 0 && f.bytes.Load() == last.came }

// sample looks at a direction and its receiver.
func (f *flow) sample(receiver Conn, now time.Time) sample {
	s := sample{came: f.bytes.Load(), waiting: f.pending.Load(), blocked: time.Duration(f.blocked.Load())}
	s.taken = s.came - s.waiting
	if began := f.writing.Load(); began != 0 {
		s.blocked += max(now.Sub(epoch)-time.Duration(began), 0)
	}
	if path, taken, known := measured(receiver); known {
		s.path, s.taken, s.waiting = &path, taken, max(int64(unsent(receiver)), s.waiting)
	}
	return s
}
