package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
)

// Pace says how fast the receiver of one direction of a session takes what it is
// sent, while it lags behind. Only a relay can see that, and tells it every few
// seconds.
type Pace struct {
	Session uint32
	From    decode.Direction // of the bytes
	At      time.Time
	Behind  time.Duration // how long the receiver has lagged
	Over    bool          // it lags no longer, after that time
	// Span is what the next numbers are about: Came bytes came from the sender, Taken
	// were taken by the receiver, and for Blocked the relay could not write, and so did
	// not read from the sender.
	Span        time.Duration
	Came, Taken int64
	Blocked     time.Duration
	Waiting     int64 // bytes that the receiver has not got
	Path        *Path // nil where the relay's system did not tell
}

// Path is what the relay's system measured of the connection to a receiver (TCP_INFO
// of Linux, tcp(7)). Values are shared and never change.
type Path struct {
	RTT           time.Duration
	Delivery      int64         // bytes a second, 0 when not measured
	Retransmitted int64         // segments, in the span
	Unacked       int64         // segments on their way
	Unsent        int64         // bytes
	WindowFull    time.Duration // of the span, in which only the receiver's window kept bytes back
}

// Paced says how fast a receiver takes what it is sent; id is the connection's, as
// in Open. It is no row: rules make a finding of it.
func (t *Timeline) Paced(id uint32, p Pace) {
	if c := t.touch(id, p.At); c != nil && t.judge != nil {
		p.Session = c.info.Number
		t.judge.Paced(p)
	}
}
