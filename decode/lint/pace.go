package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// pacing is what is known of a receiver that lags behind what it is sent.
type pacing struct {
	last  session.Pace // what was told last, also of what is over
	since int64        // when it began to lag; 0 when it keeps up
	until int64        // when it last did
	most  int64        // bytes that waited at most
	first played       // when that was told first
	sum   spans        // since it began to lag
	needs float64      // bits a second that the media needs to play
	slow  bool         // the receiver takes less than that
}

// lags reports whether the receiver lags now.
func (o *pacing) lags() bool { return o.since != 0 }

// played is how far the media of a direction is.
type played struct {
	at     int64
	stream *stream // by whose clock
	ms     int64   // of media time
}

// spans add up the times for which a receiver lagged.
type spans struct {
	time            time.Duration
	came, taken     int64
	blocked, window time.Duration
	retransmitted   int64
	path            bool // the last two are known
}

// add adds one span.
func (s *spans) add(p *session.Pace) {
	s.time, s.came, s.taken, s.blocked = s.time+p.Span, s.came+p.Came, s.taken+p.Taken, s.blocked+p.Blocked
	if p.Path != nil {
		s.path, s.window, s.retransmitted = true, s.window+p.Path.WindowFull, s.retransmitted+p.Path.Retransmitted
	}
}

// paced follows what the relay tells of a receiver that lags.
func (v *view) paced(p session.Pace) {
	o := &v.paces[p.From]
	if !p.Over {
		now, needs := v.playedFrom(p.From, p.At.UnixNano())
		o.sum.add(&p)
		if o.first.at == 0 || o.first.stream != now.stream {
			o.first = now
		}
		if needs > 0 {
			o.needs = needs
		}
		o.slow = o.judge(&now, v.limit("rate.ratio"))
	}
	o.last, o.most = p, max(o.most, p.Waiting)
	o.since, o.until = p.At.Add(-p.Behind).UnixNano(), p.At.UnixNano()
	v.pace = *o
	v.emit(onPaced, nil)
	if p.Over {
		*o = pacing{last: p, until: o.until}
	}
}

// judge reports whether the receiver takes less than it needs, although more comes or
// would come: a player that is served from a file makes its sender wait all the time
// and misses nothing, and an encoder that is too slow is not its receiver's fault. A
// full send buffer takes bytes again when a third of it is free (Linux,
// sk_stream_is_writeable), so that only long times can be compared.
func (o *pacing) judge(now *played, ratio float64) bool {
	s := &o.sum
	if s.time <= 0 || o.rate() >= ratio*o.needs {
		return false
	}
	if float64(s.taken) < ratio*float64(s.came) {
		return true
	}
	wall := float64(now.at-o.first.at) / 1e6
	return s.blocked > s.time/4 && wall > 0 && float64(now.ms-o.first.ms) < ratio*wall
}

// rate is the bits a second that the receiver takes.
func (o *pacing) rate() float64 { return float64(o.sum.taken) * 8 / o.sum.time.Seconds() }

// rates is "1.2 of 2.6 Mbit/s": what is taken, of what the media needs.
func (o *pacing) rates() string {
	return text.Share(o.rate(), o.needs, [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"})
}

// playedFrom is how far the media is that comes from one side, by the clock of the
// newest stream, and how many bits a second it needs to play.
func (v *view) playedFrom(d decode.Direction, at int64) (p played, needs float64) {
	p.at = at
	for _, s := range v.running() {
		if t := s.clock(); t != nil && s.direction() == d {
			p.stream, p.ms = s, t.played
			needs += s.gauge.rate(s.read())
		}
	}
	return p, needs
}

// gauge measures the bit rate of a stream over the last ten to twenty seconds of its
// own time.
type gauge struct{ old, new reading }

// reading is how many bytes of media there were, and how long they play.
type reading struct{ bytes, ms int64 }

// gaugeWindow is how many milliseconds a reading stays the newest.
const gaugeWindow = 10_000

// roll takes a reading.
func (g *gauge) roll(r reading) {
	if r.ms-g.new.ms >= gaugeWindow || r.ms < g.new.ms {
		g.old, g.new = g.new, r
	}
}

// rate is bits a second, 0 when not even a second was seen.
func (g *gauge) rate(r reading) float64 {
	if ms := r.ms - g.old.ms; ms >= 1000 {
		return float64(r.bytes-g.old.bytes) * 8 * 1000 / float64(ms)
	}
	return 0
}

// read is the reading of a stream now.
func (s *stream) read() (r reading) {
	for _, t := range s.tracks {
		r.bytes += t.bytes
	}
	if t := s.clock(); t != nil {
		r.ms = t.played + t.cadence // the last frame is shown too
	}
	return r
}

// why says what the system of the relay knows of the reason, "" when it knows none.
func (s *spans) why() string {
	switch {
	case !s.path:
		return ""
	case s.window >= s.time/2:
		return "; its receive window was full for " + text.Figures(s.window) + " of " + text.Figures(s.time) + ", so it reads too slowly, or a proxy before it"
	case s.retransmitted > 0:
		return "; " + session.Counted(s.retransmitted, "segment") + " had to be sent again, so the network to it loses packets"
	}
	return "; its receive window was open, so it is the network to it that carries no more"
}

// keptWaiting is when one side was last made to wait because the other took
// nothing, or too little: now, while that goes on; 0 when never.
func (v *view) keptWaiting(d decode.Direction) int64 {
	if v.holds[d].yes() || v.paces[d].lags() {
		return v.now()
	}
	return max(v.paces[d].until, v.heldUntil[d])
}
