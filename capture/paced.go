package capture

import (
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
)

// Pace says how fast a receiver takes what it is sent, while it lags behind: bytes
// for it wait all the time, although it takes some.
type Pace struct {
	Behind time.Duration // how long it has lagged
	Over   bool          // it lags no longer, after that time
	// Span is what the next numbers are about: Came bytes came from the sender, Taken
	// were taken, and for Blocked the sender was not read because of that.
	Span        time.Duration
	Came, Taken int64
	Blocked     time.Duration
	Waiting     int64 // bytes that the receiver has not got
	Path        *Path // nil where the relay's system did not tell
}

// Path is what the relay's system measured of the connection to a receiver.
type Path struct {
	RTT           time.Duration
	Delivery      int64         // bytes a second
	Retransmitted int64         // segments, in the span
	Unacked       int64         // segments on their way
	Unsent        int64         // bytes
	WindowFull    time.Duration // of the span, in which only the receiver's window kept bytes back
}

// paced tells what a packet says of the direction that its sender receives.
func (f *flow) paced(fromServer bool) {
	h := &f.half[index(!fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	f.emit(&Record{Kind: Paced, FromServer: !fromServer, Offset: h.off, Pace: paceOf(f.reader.packet.paced)})
}

// paceOf is a pace without negative numbers, which a damaged file may hold.
func paceOf(m *meta.Pace) *Pace {
	p := &Pace{
		Behind: max(m.Behind, 0), Over: m.Over, Span: max(m.Span, 0), Came: max(m.Came, 0), Taken: max(m.Taken, 0),
		Blocked: max(m.Blocked, 0), Waiting: max(m.Waiting, 0),
	}
	if w := m.Path; w != nil {
		p.Path = &Path{
			RTT: max(w.RTT, 0), Delivery: max(w.Delivery, 0), Retransmitted: max(w.Retransmitted, 0),
			Unacked: max(w.Unacked, 0), Unsent: max(w.Unsent, 0), WindowFull: max(w.WindowFull, 0),
		}
	}
	return p
}
