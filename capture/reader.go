package capture

import (
	"errors"
	"io"
	"maps"
	"slices"
)

// maxDone is how many connections that are done are remembered.
const maxDone = 4096

// Reader reads records from a capture. It is not safe for concurrent use;
// several readers can share one source.
type Reader struct {
	blocks   blocks
	importer *importer
	packet   packet
	skipped  Skipped

	flows   map[tuple]*flow
	byConn  map[uint32]*flow
	retired []*flow
	latest  *flow // most packets belong to the same connection as the one before
	conns   uint32

	out   []Record // from the packet at hand
	given int      // how many of out were returned
	err   error    // what Next returns after out

	current *flow // whose packet is at hand
	before  Mark  // where current was before it
	marked  bool  // before can be used

	only   *tuple // the one connection of a reader that began at a mark
	resume int    // records of it that were returned before the mark
}

// Skipped tells of packets that may have held TCP and could not be read.
type Skipped struct {
	// Packets is how many there were.
	Packets int64
	// Reason is why the first of them could not be read, and Pos where it is.
	Reason string
	Pos    int64
}

// NewReader reads a capture from its beginning. It waits for the first bytes
// when the source is still empty.
func NewReader(src Source) (*Reader, error) {
	r := newReader(src)
	if err := r.blocks.begin(); err != nil {
		return nil, err
	}
	return r, nil
}

func newReader(src Source) *Reader {
	return &Reader{
		blocks:   blocks{feed: newFeeder(src)},
		importer: newImporter(),
		flows:    map[tuple]*flow{},
		byConn:   map[uint32]*flow{},
	}
}

// Next returns the next record, borrowed until the following call. When the
// source is still growing it waits. At the end it returns [io.EOF], or a
// [*TornError] when the capture ends in mid block, or a [*FormatError]; all
// records before were returned. When the source was closed meanwhile, the error
// is [os.ErrClosed].
func (r *Reader) Next() (*Record, error) {
	for {
		if r.given < len(r.out) {
			r.given++
			return &r.out[r.given-1], nil
		}
		if r.err != nil {
			return nil, r.err
		}
		r.out, r.given, r.current = r.out[:0], 0, nil
		r.step()
		r.swallow()
	}
}

// swallow drops records that were returned before the mark.
func (r *Reader) swallow() {
	n := min(r.resume, len(r.out))
	r.given += n
	r.resume -= n
}

// Offset is how far the capture has been read, in bytes.
func (r *Reader) Offset() int64 { return r.blocks.pos }

// Skipped tells what could not be read so far.
func (r *Reader) Skipped() Skipped { return r.skipped }

// Recorded says whether the section being read was written by a [Recorder].
func (r *Reader) Recorded() bool { return r.blocks.sect.own }

// step reads one block.
func (r *Reader) step() {
	found, err := r.blocks.next(&r.packet)
	switch {
	case err != nil:
		r.stop(err)
	case r.blocks.turned:
		r.blocks.turned = false
		r.endSection()
	case found:
		r.take()
	}
}

// stop ends reading. At an end of the capture, what still waits for bytes
// before it will not get them.
func (r *Reader) stop(err error) {
	r.err = err
	var torn *TornError
	var format *FormatError
	if errors.Is(err, io.EOF) || errors.As(err, &torn) || errors.As(err, &format) {
		r.endFlows()
	}
}

// endSection ends every connection: the next section is another capture.
func (r *Reader) endSection() {
	r.endFlows()
	clear(r.flows)
	clear(r.byConn)
	r.latest, r.retired = nil, nil
	if r.only != nil {
		r.err = io.EOF
	}
}

func (r *Reader) endFlows() {
	r.packet.pos = r.blocks.pos
	for _, conn := range slices.Sorted(maps.Keys(r.byConn)) {
		r.byConn[conn].end()
	}
}

// take follows the packet at hand.
func (r *Reader) take() {
	s, err := r.importer.take(&r.packet)
	if err != nil {
		if r.skipped.Packets == 0 {
			r.skipped.Reason, r.skipped.Pos = err.Error(), r.packet.pos
		}
		r.skipped.Packets++
	}
	if s == nil || r.only != nil && !r.only.carries(s) {
		return
	}
	f := r.find(s)
	if f != nil && f.reused(s) {
		f.end()
		r.forget(f)
		f = nil
		if r.only != nil {
			r.err = io.EOF
			return
		}
	}
	r.follow(f, s)
}

// follow gives a segment to its connection, nil being a new one, after noting
// where that was.
func (r *Reader) follow(f *flow, s *segment) {
	if f == nil {
		if s.is(flagRST) || !s.is(flagSYN) && len(s.data) == 0 {
			return // the tail of a connection that ended before the capture
		}
		f = r.open(s)
	} else {
		r.before, r.marked = r.mark(f, r.packet.pos), !f.waits()
	}
	r.current = f
	f.segment(s, r.packet.time, r.packet.reason)
	if f.done() && !f.retired {
		r.retire(f)
	}
}

// open begins a connection.
func (r *Reader) open(s *segment) *flow {
	r.conns++
	f := &flow{conn: r.conns, client: s.from, server: s.to, time: r.packet.time, own: r.Recorded(), reader: r}
	reason := r.packet.reason
	if s.flags&(flagSYN|flagACK) != flagSYN {
		f.client, f.server, reason = guess(s)
	}
	r.before, r.marked = r.mark(f, r.packet.pos), true
	r.before.fresh = true
	r.flows[tuple{client: f.client, server: f.server}] = f
	r.byConn[f.conn] = f
	r.latest = f
	f.emit(Record{Kind: Opened, Reason: reason})
	return f
}

// find returns the connection a segment belongs to, or nil.
func (r *Reader) find(s *segment) *flow {
	if r.latest != nil && (tuple{r.latest.client, r.latest.server}).carries(s) {
		return r.latest
	}
	f := r.flows[tuple{s.from, s.to}]
	if f == nil {
		f = r.flows[tuple{s.to, s.from}]
	}
	if f != nil {
		r.latest = f
	}
	return f
}

// carries says that a segment goes from one end to the other.
func (t tuple) carries(s *segment) bool {
	return s.from == t.client && s.to == t.server || s.from == t.server && s.to == t.client
}

// retire remembers a connection that is done for a while, so that late
// duplicates of its packets are not taken for a new one.
func (r *Reader) retire(f *flow) {
	f.retired = true
	r.retired = append(r.retired, f)
	if len(r.retired) <= maxDone {
		return
	}
	oldest := r.retired[0]
	r.retired = r.retired[1:]
	if r.byConn[oldest.conn] == oldest {
		oldest.end()
		r.forget(oldest)
	}
}

func (r *Reader) forget(f *flow) {
	delete(r.byConn, f.conn)
	delete(r.flows, tuple{f.client, f.server})
	if r.latest == f {
		r.latest = nil
	}
}

func (r *Reader) emit(rec Record) {
	rec.Pos = r.packet.pos
	r.out = append(r.out, rec)
}
