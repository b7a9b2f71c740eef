package capture

import (
	"net/netip"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// sink takes the records of a connection in order. Their data is borrowed.
type sink interface {
	take(Record)
	// end says that no more records will come.
	end()
}

// connection is one that Next tells of.
type connection struct {
	num    uint32 // 0 when it is read past on the way to another
	reader *Reader
	flow   *flow // whose state a mark can keep; nil when the bytes are not told as TCP carried them
	origin Mark  // from where it can be read again
	told   int
	bytes  int64 // told
	// stashed says that the records are kept as they are given.
	stashed bool
	since   int64 // position of the packet that made it known
}

func (c *connection) take(rec Record) { c.tell(&rec) }

// tell tells a record.
func (c *connection) tell(rec *Record) {
	if c.num == 0 {
		return
	}
	rec.Conn = c.num
	rec.Relayed = rec.Kind == Opened && c.reader.Recorded()
	if rec.Frame == 0 {
		rec.Frame = rec.Pos
	}
	c.told++
	c.bytes += int64(len(rec.Data))
	c.reader.out = append(c.reader.out, *rec)
}

func (c *connection) end() {}

// nobody takes the records of a connection that is left out.
type nobody struct{}

func (nobody) take(Record) {}
func (nobody) end()        {}

// interest is all that a reader follows that began at a mark: one TCP connection, or all
// that may belong to one tunnel.
type interest struct {
	tuple
	tunnels bool // any client port
	ordinal int  // which tunnel
}

// covers says that a segment is of interest.
func (i *interest) covers(s *wire.Segment) bool {
	if !i.tunnels {
		return i.carries(s)
	}
	return s.From.Addr() == i.client.Addr() && s.To == i.server || s.To.Addr() == i.client.Addr() && s.From == i.server
}

// carries says that a segment goes from one end to the other.
func (t tuple) carries(s *wire.Segment) bool {
	return s.From == t.client && s.To == t.server || s.From == t.server && s.To == t.client
}

// newConnection gives the next number to a connection. ordinal counts the
// tunnels between two hosts; it is -1 for what is no tunnel.
func (r *Reader) newConnection(f *flow, origin Mark, ordinal int) *connection {
	c := &connection{reader: r, flow: f, origin: origin, since: r.packet.Pos}
	switch {
	case r.only == nil:
		r.conns++
		c.num = r.conns
	case r.only.tunnels == (ordinal >= 0) && r.only.ordinal == max(ordinal, 0):
		c.num = r.number
	}
	c.origin.conn = c.num
	if c.num != 0 {
		r.byConn[c.num] = c
	}
	return c
}

// hosts names both ends of a tunnel, which may use many client ports.
type hosts struct {
	client netip.Addr
	server netip.AddrPort
}
