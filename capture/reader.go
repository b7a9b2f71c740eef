package capture

import (
	"cmp"
	"errors"
	"io"
	"slices"
)

// Limits on the connections that are remembered at a time.
const (
	// maxDone is how many that are done.
	maxDone = 4096
	// maxFlows is how many that never ended, of those told and of the others.
	maxFlows = 1 << 15
)

// Reader reads records from a capture. It is not safe for concurrent use;
// several readers can share one source.
type Reader struct {
	blocks   blocks
	importer *importer
	packet   packet
	at       place // of the packet at hand
	skipped  Skipped
	settings *settings

	flows   map[tuple]*flow
	byConn  map[uint32]*connection
	groups  map[hosts]*tunnels
	retired []*flow
	open    [2][]*flow // by age: those not told, those told; some are gone already
	waiting []*sniffer // by age: those that may be told because nothing is said
	latest  *flow      // most packets belong to the same connection as the one before
	conns   uint32
	born    uint64
	tunnels []*tunnel // by age
	leftOut map[string]int64

	out   []Record // from the packet at hand
	given int      // how many of out were returned
	err   error    // what Next returns after out

	current   *flow  // whose packet is at hand
	before    moment // of current, before it
	marked    bool   // before can be used
	fragments place  // of the first IP fragment that waited before it

	segment  *segmentInfo      // of the section at hand
	stale    []*flow           // that were not carried on yet
	recorded uint32            // connections opened in the recording
	numbers  map[uint32]uint32 // from numbers in the recording to ours; nil when they are the same
	notes    notebook

	only   *interest // of a reader that began at a mark
	number uint32    // of the connection that it reads
	from   int64     // where it begins; before that only fragments are of interest
	resume int       // records that were returned before the mark
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
// when the source is still empty. When the source is, or wraps (has a method
// Unwrap() Source), an [Input], its [OpenOptions] apply.
func NewReader(src Source) (*Reader, error) {
	r := newReader(src, optionsOf(src))
	if err := r.blocks.begin(); err != nil {
		return nil, err
	}
	return r, nil
}

func newReader(src Source, o *settings) *Reader {
	r := &Reader{
		blocks:   blocks{feed: newFeeder(src)},
		importer: &importer{},
		settings: o,
		flows:    map[tuple]*flow{},
		byConn:   map[uint32]*connection{},
		groups:   map[hosts]*tunnels{},
		leftOut:  map[string]int64{},
	}
	r.importer.fragments = fragments{waiting: map[fragmentKey]*datagram{}, lost: func(at place) { r.skip(errFragment, at.pos) }}
	return r
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

func (r *Reader) skip(err error, pos int64) {
	if r.skipped.Packets == 0 {
		r.skipped.Reason, r.skipped.Pos = err.Error(), pos
	}
	r.skipped.Packets++
}

// LeftOut is a number of connections of one sort that are not told of, because
// they are no RTMP.
type LeftOut struct {
	// What they are, for example "TLS".
	What string
	// Connections is how many there were so far.
	Connections int64
}

// LeftOut tells which connections were left out so far, most first.
func (r *Reader) LeftOut() []LeftOut {
	var all []LeftOut
	for what, n := range r.leftOut {
		all = append(all, LeftOut{what, n})
	}
	slices.SortFunc(all, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(b.Connections, a.Connections), cmp.Compare(a.What, b.What))
	})
	return all
}

// Recorded says whether the section being read was written by a [Recorder].
func (r *Reader) Recorded() bool { return r.blocks.sect.own }

// step reads one block.
func (r *Reader) step() {
	r.at = r.blocks.here()
	found, err := r.blocks.next(&r.packet)
	switch {
	case err != nil:
		r.pass(err)
	case r.blocks.turned:
		r.blocks.turned = false
		r.turn()
	case found && r.packet.beat:
		r.packet.beat = false
		if r.only == nil && r.packet.pos >= r.from {
			r.out = append(r.out, Record{Kind: Beat, Time: r.packet.time, Pos: r.packet.pos})
		}
	case found:
		r.take()
	}
}

// pass goes on behind segments that were removed while they were being read.
func (r *Reader) pass(err error) {
	var rotated *RotatedError
	if errors.As(err, &rotated) && rotated.Next > r.blocks.pos && r.only == nil {
		r.blocks.pos = rotated.Next
		return
	}
	r.stop(err)
}

// stop ends reading. At an end of the capture, what still waits for bytes
// before it will not get them.
func (r *Reader) stop(err error) {
	r.err = err
	r.settleStale()
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
	clear(r.groups)
	r.latest, r.retired, r.waiting, r.open = nil, nil, nil, [2][]*flow{}
	if r.only != nil {
		r.err = io.EOF
	}
}

func (r *Reader) endFlows() {
	r.packet.pos = r.blocks.pos
	r.importer.fragments.end()
	var all []*flow
	for _, f := range r.flows {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *flow) int { return cmp.Compare(a.born, b.born) })
	for _, f := range all {
		f.end()
	}
	r.endTunnels()
}

// take follows the packet at hand.
func (r *Reader) take() {
	defer r.tellNotes()
	r.fragments, _ = r.importer.fragments.oldest()
	s, err := r.importer.take(&r.packet, r.at)
	if err != nil {
		r.skip(err, r.packet.pos)
	}
	if s == nil || r.packet.pos < r.from || r.only != nil && !r.only.covers(s) {
		return
	}
	r.hurry()
	f := r.find(s)
	if r.packet.resume != nil && r.Recorded() {
		r.carryOn(f, s, r.packet.resume)
		return
	}
	r.settleStale()
	if f != nil && f.reused(s) {
		f.end()
		r.forget(f)
		f = nil
		if r.only != nil && !r.only.tunnels {
			r.err = io.EOF
			return
		}
	}
	r.follow(f, s)
}

func (r *Reader) tellNotes() {
	for i := range r.packet.notes {
		r.note(&r.packet.notes[i])
	}
}

// follow gives a segment to its connection, nil being a new one, after noting
// where that was.
func (r *Reader) follow(f *flow, s *segment) {
	switch {
	case f == nil && (s.is(flagRST) || !s.is(flagSYN) && len(s.data) == 0):
		return // the tail of a connection that ended before the capture
	case f == nil:
		f = r.begin(s)
	case f.left:
		if s.flags&(flagRST|flagFIN) != 0 && !f.retired {
			r.retire(f)
		}
		return
	case f.conn != nil:
		r.before, r.marked = f.moment(), !f.waits()
	}
	r.current = f
	f.segment(s, r.packet.time, r.packet.reason)
	if f.done() && !f.retired {
		r.retire(f)
	}
}

// begin begins to follow a connection.
func (r *Reader) begin(s *segment) *flow {
	r.born++
	f := &flow{client: s.from, server: s.to, time: r.packet.time, own: r.Recorded(), born: r.born, reader: r}
	reason := r.packet.reason
	if r.packet.resume != nil && f.own {
		reason = "the beginning of the connection is in segments of the recording that are not here"
		f.time = r.packet.resume.time(f.time)
	} else if r.recorded++; s.flags&(flagSYN|flagACK) != flagSYN {
		f.client, f.server, reason = r.settings.guess(s)
	}
	f.number = r.recorded
	r.flows[tuple{client: f.client, server: f.server}] = f
	r.latest = f
	origin := r.mark(f, f.moment(), r.at, r.fragments)
	origin.fresh = true
	if f.own {
		f.conn, f.kept = r.newConnection(f, origin, -1), true
		r.numbered(f, f.number)
	} else {
		r.sniff(f, origin, s.is(flagSYN))
	}
	r.bound(f)
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
	r.drop(oldest)
}

// drop ends and forgets a connection, unless that was done.
func (r *Reader) drop(f *flow) {
	if !f.gone {
		f.end()
		r.forget(f)
	}
}

func (r *Reader) forget(f *flow) {
	f.gone = true
	if f.conn != nil {
		delete(r.byConn, f.conn.num)
	}
	delete(r.flows, tuple{f.client, f.server})
	if r.latest == f {
		r.latest = nil
	}
}

// bound gives up on the oldest connections that never ended when there are too
// many.
func (r *Reader) bound(f *flow) {
	list := &r.open[0]
	if f.kept {
		list = &r.open[1]
	}
	*list = append(*list, f)
	if len(*list) <= 2*maxFlows {
		return
	}
	*list = slices.DeleteFunc(*list, func(g *flow) bool { return g.gone || g.retired || g.kept != f.kept })
	for len(*list) > maxFlows {
		r.drop((*list)[0])
		*list = (*list)[1:]
	}
}
