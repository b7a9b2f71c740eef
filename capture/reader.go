package capture

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Reader reads records from a capture. It is not safe for concurrent use;
// several readers can share one source.
type Reader struct {
	blocks   blocks
	importer *wire.Importer[place]
	packet   packet
	at       place // of the packet at hand
	skipped  Skipped
	settings *settings

	flows   map[tuple]*flow
	byConn  map[uint32]*connection
	groups  map[hosts]*tunnels
	retired []*flow
	open    [2][]*flow // by age: those not told, those told; some are gone already
	swept   [2]int     // how many of open were left when it was swept last
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

	segment  *meta.Segment     // of the section at hand
	beaten   time.Time         // of the latest beat
	stale    []*flow           // that were not carried on yet
	recorded uint32            // connections opened in the recording
	numbers  map[uint32]uint32 // from numbers in the recording to ours; nil when they are the same
	notes    notebook
	early    []Record // notes about connections that are not told yet

	stash      *stash // nil until it is needed
	stashAfter int64
	maxStash   int64
	aside      *stashReader // of a reader that began at a mark in a stash

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

// String says it in words; "" is nothing.
func (s Skipped) String() string {
	if s.Packets == 0 {
		return ""
	}
	return fmt.Sprintf("%d packets were passed over, the first at byte %d: %s", s.Packets, s.Pos, s.Reason)
}

// NewReader reads a capture from its beginning. It waits for the first bytes
// when the source is still empty. When the source is, or wraps (has a method
// Unwrap() Source), an [Input], its [OpenOptions] apply.
func NewReader(src source.Source) (*Reader, error) {
	r := newReader(src, optionsOf(src))
	if err := r.blocks.begin(); err != nil {
		return nil, err
	}
	return r, nil
}

func newReader(src source.Source, o *settings) *Reader {
	r := &Reader{
		blocks:   newBlocks(src),
		settings: o,
		flows:    map[tuple]*flow{},
		byConn:   map[uint32]*connection{},
		groups:   map[hosts]*tunnels{},
		leftOut:  map[string]int64{},

		stashAfter: stashAfter,
		maxStash:   maxStash,
	}
	r.importer = wire.NewImporter(func(at place) { r.skip(wire.ErrFragment, at.Pos()) })
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
			r.keepGiven(&r.out[r.given-1])
			return &r.out[r.given-1], nil
		}
		if r.err != nil {
			if r.stash != nil && !r.stash.cut {
				r.stash.end(r.err)
			}
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
func (r *Reader) Offset() int64 { return r.blocks.Pos() }

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

// String is, for example, "TLS 3".
func (l LeftOut) String() string { return fmt.Sprintf("%s %d", l.What, l.Connections) }

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

// Recorded says whether the section being read was written by a recorder.
func (r *Reader) Recorded() bool { return r.blocks.sect.own }

// step reads one block.
func (r *Reader) step() {
	if r.aside != nil {
		r.aside.step(r)
		return
	}
	r.at = r.blocks.here()
	found, err := r.blocks.next(&r.packet)
	switch {
	case err != nil:
		r.pass(err)
	case r.blocks.turned:
		r.blocks.turned = false
		r.turn()
	case found && r.packet.beat:
		r.packet.beat, r.beaten = false, r.packet.Time
		if r.only == nil && r.packet.Pos >= r.from {
			r.out = append(r.out, Record{Kind: Beat, Time: r.packet.Time, Pos: r.packet.Pos})
		}
	case found:
		r.take()
	}
}

// pass goes on behind segments that were removed while they were being read.
func (r *Reader) pass(err error) {
	if r.only != nil || !r.blocks.Pass(err) {
		r.stop(err)
	}
}

// stop ends reading. At an end of the capture, what still waits for bytes
// before it will not get them.
func (r *Reader) stop(err error) {
	r.err = err
	r.settleStale()
	var torn *pcapng.TornError
	var format *pcapng.FormatError
	if errors.Is(err, io.EOF) || errors.As(err, &torn) || errors.As(err, &format) {
		r.endFlows()
		r.tellEarly(math.MaxUint32)
	}
}

// endSection ends every connection: the next section is another capture.
func (r *Reader) endSection() {
	r.endFlows()
	r.tellEarly(math.MaxUint32)
	clear(r.flows)
	clear(r.byConn)
	clear(r.groups)
	r.latest, r.retired, r.waiting, r.open = nil, nil, nil, [2][]*flow{}
	if r.only != nil {
		r.err = io.EOF
	}
}

func (r *Reader) endFlows() {
	r.packet.Pos = r.blocks.Pos()
	r.importer.End()
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
