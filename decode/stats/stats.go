// Package stats measures sessions while they are folded: the media of each
// track and the flow of each direction, over the life of the session.
//
// A [Collector] is given every entry of a fold, in order, and hands out copies:
// [Collector.Session] for one session.
// Whatever happens over time is kept in a fixed number of buckets, which become
// wider as the session goes on, so that a night costs what a minute costs.
//
// The package judges nothing: what is too much is the business of decode/lint.
// It has no clock, no locks and no I/O. A collector belongs to the goroutine
// that feeds the fold; what it returns belongs to the caller.
package stats

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// MaxTracks is how many tracks of one session are measured: more than any
// program sends. Those that come later are counted in Session.MoreTracks.
const MaxTracks = 16

// MaxSessions is how many sessions are measured at a time, at 20 KiB each at most.
// When there are more, the one that was silent for longest is forgotten.
const MaxSessions = 1000

// Session is what was measured of one session. Values without references to
// the collector, except that Tracks is shared between copies of a copy.
type Session struct {
	Number     uint32
	OpenedAt   time.Time
	LastAt     time.Time
	Directions [2]Direction // by decode.Direction
	Tracks     []Track      // in order of appearance
	MoreTracks int          // tracks that are not measured
	// Skew is the last audio timestamp minus the last video timestamp of the
	// same stream, in milliseconds, as the messages arrived.
	Skew Series
	// Pings are the round trips of user control pings.
	Pings Pings
	// Buffer is the last buffer length that a client announced.
	Buffer time.Duration
	bytes  Series // of both directions
}

// Pings counts user control pings and how long their answers took.
type Pings struct {
	Sent, Answered  int
	Last, Max, Mean time.Duration
	open            map[uint32]int64 // timestamp of the request → when it was sent
	total           time.Duration
}

// Collector measures all sessions of one fold. The zero value is ready.
type Collector struct {
	sessions map[uint32]*Session // those that are measured, by number
	begun    []bool              // by number - 1: measured, or forgotten
	part     session.Entry       // a part of the message at hand
}

// Entry takes in one entry of the fold. It keeps nothing of it.
func (c *Collector) Entry(e *session.Entry) {
	if e.Session == 0 || e.Kind == session.Found {
		return
	}
	if s := c.measured(e); s != nil {
		s.entry(e, &c.part)
	}
}

// measured is the session of an entry, begun if need be; nil when it was
// forgotten.
func (c *Collector) measured(e *session.Entry) *Session {
	for int(e.Session) > len(c.begun) {
		c.begun = append(c.begun, false)
	}
	if s := c.sessions[e.Session]; s != nil || c.begun[e.Session-1] {
		return s
	}
	if c.sessions == nil {
		c.sessions = map[uint32]*Session{}
	}
	if len(c.sessions) >= MaxSessions {
		c.forget()
	}
	s := newSession(e)
	c.sessions[e.Session], c.begun[e.Session-1] = s, true
	return s
}

// forget drops the session that was silent for longest.
func (c *Collector) forget() {
	var oldest *Session
	for _, s := range c.sessions {
		if oldest == nil || s.LastAt.Before(oldest.LastAt) || s.LastAt.Equal(oldest.LastAt) && s.Number < oldest.Number {
			oldest = s
		}
	}
	delete(c.sessions, oldest.Number)
}

// Forget drops a session that has ended: its last copy is all that will be known.
func (c *Collector) Forget(number uint32) { delete(c.sessions, number) }

func newSession(e *session.Entry) *Session {
	s := &Session{Number: e.Session, OpenedAt: e.At(), LastAt: e.At(), Pings: Pings{open: map[uint32]int64{}}}
	s.bytes = newSeries(e.Time, Sums)
	s.Skew = newSeries(e.Time, Means)
	for d := range s.Directions {
		s.Directions[d] = newDirection(e.Time)
	}
	return s
}

// Session returns a copy of what was measured of one session, nil when there is
// no such session.
func (c *Collector) Session(number uint32) *Session {
	of := c.sessions[number]
	if of == nil {
		return nil
	}
	s := *of
	s.Skew, s.bytes, s.Pings.open = s.Skew.detached(), s.bytes.detached(), nil
	for d := range s.Directions {
		s.Directions[d].Rate, s.Directions[d].Behind = s.Directions[d].Rate.detached(), s.Directions[d].Behind.detached()
	}
	s.Tracks = append([]Track(nil), s.Tracks...)
	for i := range s.Tracks {
		t := &s.Tracks[i]
		for _, series := range []*Series{&t.Rate, &t.Late, &t.Frames, &t.Groups, &t.Delay} {
			*series = series.detached()
		}
	}
	return &s
}

// Bytes is the bytes of both directions over the life of the session.
func (s *Session) Bytes() Series { return s.bytes }

// inAggregates bounds the values of data messages there, which are not looked at.
var inAggregates = amf.Limits{}

// entry takes in one entry; part is for parts of it.
func (s *Session) entry(e, part *session.Entry) {
	if e.At().After(s.LastAt) {
		s.LastAt = e.At()
	}
	d := &s.Directions[e.From]
	if n := d.advance(e); n > 0 {
		s.bytes.Add(e.Time, float64(n))
	}
	for _, t := range e.Tallies {
		d.Messages += t.Count
	}
	if e.Kind != session.Message {
		return
	}
	d.Messages++
	switch e.Type {
	case chunk.TypeAudio, chunk.TypeVideo, chunk.TypeAggregate:
		e.EachPart(part, inAggregates, func(e *session.Entry) {
			if chunk.IsMedia(e.Type) {
				s.media(e)
			}
		})
	case chunk.TypeUserControl:
		s.control(e)
	case chunk.TypeAcknowledgement:
		s.Directions[1-e.From].acknowledged(e)
	case chunk.TypeSetChunkSize:
		d.ChunkSize = e.Message.Value
	case chunk.TypeWindowAckSize:
		d.Window = e.Message.Value
	case chunk.TypeSetPeerBandwidth:
		s.Directions[1-e.From].Bandwidth = e.Message.Value
	}
}

// The user control events that are measured, RTMP 1.0 §7.1.7.
const (
	setBufferLength = 3
	pingRequest     = 6
	pingResponse    = 7
)

// maxOpenPings bounds the pings that wait for an answer.
const maxOpenPings = 64

func (s *Session) control(e *session.Entry) {
	p := &s.Pings
	switch e.Message.Event {
	case setBufferLength:
		s.Buffer = time.Duration(e.Message.Value2) * time.Millisecond
	case pingRequest:
		if p.Sent++; len(p.open) < maxOpenPings {
			p.open[e.Message.Value] = e.Time
		}
	case pingResponse:
		if at, asked := p.open[e.Message.Value]; asked && e.From == decode.FromClient {
			delete(p.open, e.Message.Value)
			p.answered(time.Duration(e.Time - at))
		}
	}
}

func (p *Pings) answered(took time.Duration) {
	p.Answered++
	p.Last, p.Max = took, max(p.Max, took)
	p.total += took
	p.Mean = p.total / time.Duration(p.Answered)
}
