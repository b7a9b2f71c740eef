package stats

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Direction is what was measured of the bytes of one direction.
type Direction struct {
	Bytes    int64 // on the wire, as far as messages and handshake parts account for them
	Missing  int64 // bytes that were not captured
	Messages int64
	Rate     Series // bytes
	// ChunkSize is the last one announced by the sender, 0 for the 128 bytes of
	// the beginning (RTMP 1.0 §5.4.1).
	ChunkSize uint32
	// Window is the window acknowledgement size that the sender announced, and
	// Bandwidth the limit that the receiver set; 0 when nobody did.
	Window, Bandwidth uint32
	// Acks counts the acknowledgements of the receiver, LastAck is the sequence
	// number of the last one, Unacked how far behind the bytes it was.
	Acks    int
	LastAck uint32
	Unacked int64
	// Behind is the bytes sent and not acknowledged when an acknowledgement
	// came, by the count of the receiver.
	Behind Series
	// LongestSilence is the longest time without a whole message.
	LongestSilence time.Duration
	lastAt         int64
	end            int64
}

func newDirection(start int64) Direction {
	return Direction{Rate: newSeries(start, Sums), Behind: newSeries(start, Tops), lastAt: start}
}

// advance counts the bytes that an entry is the first to account for.
func (d *Direction) advance(e *session.Entry) int64 {
	if e.Kind == session.Gap {
		d.Missing += e.Missing
	}
	end := e.End
	if e.Kind != session.Message && e.Kind != session.Handshake && e.Kind != session.Tallied || end <= d.end {
		return 0
	}
	n := end - d.end
	d.end = end
	d.Bytes += n
	d.Rate.Add(e.Time, float64(n))
	d.LongestSilence = max(d.LongestSilence, time.Duration(e.Time-d.lastAt))
	d.lastAt = e.Time
	return n
}

// acknowledged takes in an acknowledgement of the peer. Its sequence number
// wraps at 2^32 (RTMP 1.0 §5.4.3); what it lacks is counted modulo that.
func (d *Direction) acknowledged(e *session.Entry) {
	d.Acks++
	d.LastAck = e.Message.Value
	d.Unacked = int64(uint32(d.end) - e.Message.Value)
	if d.Unacked > 1<<31 { // more was acknowledged than was seen
		d.Unacked = 0
	}
	d.Behind.Add(e.Time, float64(d.Unacked))
}
