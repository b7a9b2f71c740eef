package record

import (
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

const (
	// maxHead is how much of the beginning of each direction a segment repeats of the
	// connections that go on in it: the handshake, the commands up to publish or play
	// with their answers, and the configurations of the codecs, with room to spare.
	maxHead = 8 << 10
	// maxHeads bounds that of all open connections together.
	maxHeads = 16 << 20
)

// head is the beginning of a connection, in the order in which it came.
type head struct {
	pieces []piece
	have   [2]int64 // of each direction
	data   []byte
}

// piece is one record of it.
type piece struct {
	fromServer bool
	at         time.Time
	n          int
}

// keepHead keeps what a direction begins with, after it was recorded.
func (r *Recorder) keepHead(c *recorded, fromServer bool, p []byte) {
	h, i := &c.head, index(fromServer)
	n := min(len(p), maxHead-int(h.have[i]), maxHeads-r.heads)
	if n <= 0 || c.relayed[i]-int64(len(p)) != h.have[i] {
		return // there is enough, or a gap before it
	}
	h.pieces = append(h.pieces, piece{fromServer, c.last, n})
	h.data = append(h.data, p[:n]...)
	h.have[i] += int64(n)
	r.heads += n
}

// repeat writes the beginning of a connection that goes on in a new segment, for who
// has not got the segments before. What has them passes over it.
func (r *Recorder) repeat(c *recorded) error {
	zero := [2]uint32{c.origin(0), c.origin(1)}
	err := r.again(c, piece{at: c.accepted}, wire.FlagSYN, zero[0]-1, 0, nil)
	if err == nil && c.connected {
		err = r.again(c, piece{fromServer: true, at: c.linked}, wire.FlagSYN|wire.FlagACK, zero[1]-1, zero[0], nil)
	}
	seq, rest := zero, c.head.data
	for _, p := range c.head.pieces {
		if err != nil {
			return err
		}
		mine, theirs := &seq[index(p.fromServer)], seq[index(!p.fromServer)]
		err = r.again(c, p, wire.FlagPSH|wire.FlagACK, *mine, theirs, rest[:p.n])
		*mine += uint32(p.n)
		rest = rest[p.n:]
	}
	return err
}

// origin is the sequence number of the first byte of a direction.
func (c *recorded) origin(i int) uint32 {
	h := &c.half[i]
	first := h.next - uint32(h.sent)
	if h.ended && c.ends[i].how == capture.Fin {
		first--
	}
	return first
}

// again writes a packet that repeats one.
func (r *Recorder) again(c *recorded, p piece, flags byte, seq, ack uint32, data []byte) error {
	as := c.standing()
	h := wire.Header{From: as.client, To: as.server, Seq: seq, Ack: ack, Flags: flags}
	if p.fromServer {
		h.From, h.To = as.server, as.client
	}
	comments := []string{meta.Comment{Head: &meta.Head{Conn: c.number}}.String()}
	size := blockOverhead + len(data) + optionOverhead + len(comments[0])
	if flags == wire.FlagSYN {
		comments = append(comments, as.comments...)
		for _, more := range as.comments {
			size += optionOverhead + len(more)
		}
	}
	if err := r.room(size); err != nil {
		return err
	}
	if err := r.out.write(r.clock(c, p.at), h, &segmentOut{data: data, comments: comments}); err != nil {
		return r.fail(err)
	}
	return nil
}

// clock is the time to write for one that was told, or for one that was written.
func (r *Recorder) clock(c *recorded, at time.Time) time.Time {
	if at.IsZero() {
		return c.last
	}
	return r.base.Round(0).Add(at.Sub(r.base))
}
