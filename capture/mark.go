package capture

import (
	"errors"
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Mark is a place in a capture from which one connection can be read again,
// with the same records as the first time. It is a small value that stays valid
// as long as the capture does.
type Mark struct {
	conn           uint32
	number         uint32 // in the recording
	client, server netip.AddrPort
	moment
	at        place
	fragments place // of the first IP fragment that waits at that place; none without a section
	settings  *settings
	done      int    // records from there on that come before the mark
	fresh     bool   // the packet there opens the connection
	tunnels   bool   // the connection is a tunnel between the two hosts
	ordinal   int    // which of those from there on
	stash     *stash // nil, or where the records are that follow
	stashAt   int64
}

// moment is what there is to know of a TCP connection while nothing of it waits.
type moment struct {
	half    [2]progress
	time    time.Time
	heading bool
}

func (f *flow) moment() moment {
	return moment{half: [2]progress{f.half[0].progress, f.half[1].progress}, time: f.time, heading: f.heading}
}

// Conn is the number of the connection.
func (m Mark) Conn() uint32 { return m.conn }

// Pos is the offset in the file of the block where reading begins again.
func (m Mark) Pos() int64 {
	if !m.fragments.IsZero() {
		return m.fragments.Pos()
	}
	return m.at.Pos()
}

// Mark returns the place after the last record that Next returned, for one
// connection. ok is false while bytes of it are held back that arrived out of
// order, and for a connection that is no longer followed. For a connection that
// is not told as TCP carried it (RTMPT, decrypted TLS) reading from the mark
// begins at its first packet and passes over what came before, until so much has
// come that what follows is kept in a temporary file for that.
func (r *Reader) Mark(conn uint32) (m Mark, ok bool) {
	c := r.byConn[conn]
	if c == nil || c.flow != nil && c.flow.early { // what follows may have other addresses
		return Mark{}, false
	}
	left := 0
	for _, rec := range r.out[r.given:] {
		if rec.Conn == conn && rec.Kind != Noted {
			left++
		}
	}
	f := c.flow
	switch {
	case f == nil, left > 0 && c.since == r.packet.Pos:
		m, ok = c.origin, true
		m.done = c.told - left
		if f == nil && r.stashed(c) {
			m.stash, m.stashAt = r.stash, r.stash.size
		}
	case left == 0:
		waiting, _ := r.importer.Oldest()
		m, ok = r.mark(f, f.moment(), r.blocks.here(), waiting), !f.waits()
	case r.err != nil:
		return Mark{}, false // these records come from the end, not from a packet
	default:
		m, ok = r.mark(f, r.before, r.at, r.fragments), r.marked
		m.done = r.given - r.toldOfOthers(conn)
	}
	m.conn = conn
	return m, ok
}

// toldOfOthers is how many of the records returned from the packet at hand are
// not of a connection.
func (r *Reader) toldOfOthers(conn uint32) (n int) {
	for _, rec := range r.out[:r.given] {
		if rec.Conn != conn || rec.Kind == Noted {
			n++
		}
	}
	return n
}

func (r *Reader) mark(f *flow, m moment, at, fragments place) Mark {
	return Mark{number: f.number, client: f.client, server: f.server, moment: m, at: at, fragments: fragments, settings: r.settings}
}

// NewReaderFrom reads one connection again, from a mark that a Reader over the
// same capture gave. Next returns the records of that connection that follow
// the mark, and at last the same error as the first reader's; [io.EOF] also
// when the addresses and ports are used by a new connection.
func NewReaderFrom(src source.Source, m Mark) (*Reader, error) {
	if m.at.IsZero() {
		return nil, errors.New("an empty mark names no place in a capture")
	}
	r := newReader(src, m.settings)
	if m.stash != nil {
		r.blocks.goTo(m.at)
		r.only = &interest{}
		r.aside = &stashReader{from: m, src: src, feed: source.NewFeeder(m.stash.Growing), pos: m.stashAt}
		return r, nil
	}
	r.blocks.goTo(m.at)
	if !m.fragments.IsZero() {
		r.blocks.goTo(m.fragments)
		r.from = m.at.Pos()
	}
	r.only = &interest{tuple{m.client, m.server}, m.tunnels, m.ordinal}
	r.number, r.resume = m.conn, m.done
	r.segment, r.recorded = m.at.sect.segment, m.number-1
	if m.fresh {
		return r, nil
	}
	f := &flow{client: m.client, server: m.server, time: m.time, own: m.at.sect.own, number: m.number, heading: m.heading, reader: r}
	f.half[0].progress, f.half[1].progress = m.half[0], m.half[1]
	f.retired = true // nothing else is followed that it could be forgotten for
	f.conn = &connection{num: m.conn, reader: r, flow: f, since: -1}
	r.flows[r.only.tuple] = f
	r.byConn[m.conn] = f.conn
	return r, nil
}
