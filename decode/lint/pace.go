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
	media played       // when it was told last
	slow  spans        // in which the receiver took less than plays in that time
}

// lags reports whether the receiver lags now.
func (o *pacing) lags() bool { return o.since != 0 }

// played is how far the media of a direction is.
type played struct {
	at     int64
	stream *stream
	bytes  int64
	ms     int64 // of media time
}

// spans add up times in which a receiver took too little.
type spans struct {
	time, media     time.Duration // on the wall, in the timestamps
	taken, bytes    int64         // of the connection, of media
	blocked, window time.Duration
	retransmitted   int64
	path            bool // the last two are known
}

// paced follows what the relay tells of a receiver that lags.
func (v *view) paced(p session.Pace) {
	o, now := &v.paces[p.From], v.playedFrom(p.From, p.At.UnixNano())
	if was := o.media; now.follows(&was, p.Span) {
		o.judge(&p, now.bytes-was.bytes, time.Duration(now.ms-was.ms)*time.Millisecond, v.limit("rate.ratio"))
	}
	o.last, o.media, o.most = p, now, max(o.most, p.Waiting)
	o.since, o.until = p.At.Add(-p.Behind).UnixNano(), p.At.UnixNano()
	v.pace = *o
	v.emit(onPaced, nil)
	if p.Over {
		*o = pacing{last: p, until: o.until}
	}
}

// playedFrom is how far the media is that comes from one side. Its clock is that of
// the newest stream.
func (v *view) playedFrom(d decode.Direction, at int64) played {
	p := played{at: at}
	for _, s := range v.streams {
		if s.direction() != d {
			continue
		}
		for _, t := range s.tracks {
			p.bytes += t.bytes
		}
		if t := s.clock(); t != nil && s.running() {
			p.stream, p.ms = s, t.played
		}
	}
	return p
}

// follows reports whether p is what came of was after a span of that length.
func (p *played) follows(was *played, span time.Duration) bool {
	gap := time.Duration(p.at-was.at) - span
	return p.stream != nil && p.stream == was.stream && p.bytes >= was.bytes && gap.Abs() < span/2
}

// judge adds a span to those in which the receiver took too little: less than plays
// in that time, and not because no more came. Who takes a file as fast as it is
// played makes its sender wait all the time, and misses nothing.
func (o *pacing) judge(p *session.Pace, bytes int64, media time.Duration, ratio float64) {
	if media <= 0 || p.Came <= 0 || p.Span <= 0 {
		return
	}
	share := min(float64(p.Taken)/float64(p.Came), 1)
	if p.Blocked > p.Span/4 || media > p.Span { // what came is what the receiver let come, or more than plays
		share *= float64(media) / float64(p.Span)
	}
	if share >= ratio {
		return
	}
	s := &o.slow
	s.time, s.media, s.taken, s.bytes, s.blocked = s.time+p.Span, s.media+media, s.taken+p.Taken, s.bytes+bytes, s.blocked+p.Blocked
	if p.Path != nil {
		s.path, s.window, s.retransmitted = true, s.window+p.Path.WindowFull, s.retransmitted+p.Path.Retransmitted
	}
}

// rates is "1.2 of 2.6 Mbit/s": what was taken, of what the media needs.
func (s *spans) rates() string {
	taken, needed := float64(s.taken)*8/s.time.Seconds(), float64(s.bytes)*8/s.media.Seconds()
	return text.Share(taken, needed, [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"})
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
