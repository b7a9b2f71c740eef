package capture

import (
	"errors"
	"net/netip"
	"time"
)

// Mark is a place in a capture from which one connection can be read again,
// with the same records as the first time. It is a small value that stays valid
// as long as the capture does.
type Mark struct {
	conn           uint32
	client, server netip.AddrPort
	half           [2]progress
	time           time.Time
	sect           *section
	last           time.Time // of any packet, for blocks without a time
	pos            int64
	done           int  // records from the packet at pos that come before the mark
	fresh          bool // the packet at pos opens the connection
}

// Conn is the number of the connection.
func (m Mark) Conn() uint32 { return m.conn }

// Pos is the offset in the file of the block where reading begins again.
func (m Mark) Pos() int64 { return m.pos }

// Mark returns the place after the last record that Next returned, for one
// connection. ok is false while bytes of it are held back that arrived out of
// order, and for a connection that is no longer followed.
func (r *Reader) Mark(conn uint32) (m Mark, ok bool) {
	f := r.byConn[conn]
	if f == nil {
		return Mark{}, false
	}
	if r.given == len(r.out) {
		return r.mark(f, r.blocks.pos), !f.waits()
	}
	if r.err != nil {
		return Mark{}, false // these records come from the end, not from a packet
	}
	if f != r.current {
		return r.mark(f, r.blocks.pos), !f.waits()
	}
	m = r.before
	for _, rec := range r.out[:r.given] {
		if rec.Conn == conn {
			m.done++
		}
	}
	return m, r.marked
}

func (r *Reader) mark(f *flow, pos int64) Mark {
	return Mark{conn: f.conn, client: f.client, server: f.server, time: f.time, sect: r.blocks.sect, last: r.blocks.last, pos: pos,
		half: [2]progress{f.half[0].progress, f.half[1].progress}}
}

// NewReaderFrom reads one connection again, from a mark that a Reader over the
// same capture gave. Next returns the records of that connection that follow
// the mark, and at last the same error as the first reader's; [io.EOF] also
// when the addresses and ports are used by a new connection.
func NewReaderFrom(src Source, m Mark) (*Reader, error) {
	if m.sect == nil {
		return nil, errors.New("an empty mark names no place in a capture")
	}
	r := newReader(src)
	r.blocks.sect, r.blocks.pos, r.blocks.last = m.sect, m.pos, m.last
	r.only = &tuple{m.client, m.server}
	r.resume = m.done
	if m.fresh {
		r.conns = m.conn - 1
		return r, nil
	}
	f := &flow{conn: m.conn, client: m.client, server: m.server, time: m.time, own: m.sect.own, reader: r}
	f.half[0].progress, f.half[1].progress = m.half[0], m.half[1]
	f.retired = true // nothing else is followed that it could be forgotten for
	r.flows[*r.only] = f
	r.byConn[m.conn] = f
	return r, nil
}
