package record

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// open finds a connection whose direction has not ended, or returns nil and an
// error. With a connection an error says why nothing can be written now. A new
// segment begins here, before anything is noted that it would have to catch up
// with.
func (r *Recorder) open(id uint64, fromServer bool, at time.Time) (*recorded, error) {
	if r.closed {
		return nil, r.err
	}
	c := r.conns[id]
	if c == nil || c.ends[index(fromServer)].how != 0 {
		return nil, fmt.Errorf("connection %d: %w", id, ErrUnknown)
	}
	err := r.ready(at)
	c.at = at
	if fromServer && c.linked.IsZero() {
		c.linked = at
	}
	return c, err
}

// prepare writes the packets that TCP would have needed before.
func (r *Recorder) prepare(c *recorded, fromServer bool, at time.Time) error {
	if fromServer && !c.connected {
		return r.connect(c, at)
	}
	return nil
}

// segmentOut is one segment to write.
type segmentOut struct {
	fromServer bool
	flags      byte
	shut       bool // its window is 0
	moves      bool // it takes the connection to its true addresses
	at         time.Time
	data       []byte
	lent       bool   // data stays as it is until the next flush
	skip       uint32 // bytes before it that are missing
	comments   []string
}

// segment writes one segment of c, after the acknowledgement that is due: the
// other side acknowledges before so much is in flight that 32-bit sequence
// numbers become ambiguous.
func (r *Recorder) segment(c *recorded, s segmentOut) error {
	mine, theirs := &c.half[index(s.fromServer)], index(!s.fromServer)
	if mine.next-mine.acked > ackEvery && c.connected && !(c.half[theirs].ended && c.ends[theirs].how == capture.Reset) {
		if err := r.put(c, segmentOut{fromServer: !s.fromServer, flags: wire.FlagACK, at: s.at}); err != nil {
			return err
		}
	}
	return r.put(c, s)
}

// put writes one segment of c that acknowledges all that the other side sent.
// The caller changes c afterwards, because making room may note what c is.
func (r *Recorder) put(c *recorded, s segmentOut) error {
	size := blockOverhead
	if !r.buf.lends(&s) {
		size += len(s.data)
	}
	for _, comment := range s.comments {
		size += optionOverhead + len(comment)
	}
	if err := r.room(size); err != nil {
		return err
	}
	if !c.touched {
		c.touched = true
		r.touched = append(r.touched, c)
	}
	mine, theirs := &c.half[index(s.fromServer)], &c.half[index(!s.fromServer)]
	ends := c.tuple
	if !s.moves {
		ends = c.standing().tuple
	}
	h := wire.Header{From: ends.client, To: ends.server, Seq: mine.next + s.skip, Flags: s.flags, Shut: s.shut}
	if s.fromServer {
		h.From, h.To = ends.server, ends.client
	}
	if s.flags&wire.FlagACK != 0 && (c.connected || s.fromServer) {
		h.Ack = theirs.next
		theirs.acked = theirs.next
	} else {
		h.Flags &^= wire.FlagACK
	}
	if err := r.out.write(r.stamp(c, s.at), h, &s); err != nil {
		return r.fail(err)
	}
	return nil
}
