package analyst

import (
	"sort"
	"sync"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// placeEvery is how many bytes of a direction lie between two checkpoints: what
// has to be decoded again, at most, before a message that somebody opens. At
// 6 Mbit/s that is one checkpoint in five seconds.
const placeEvery = 4 << 20

// keptPlaces is how many checkpoints of a capture are kept, some 2 KiB each. When there
// are more, every second one is forgotten and from then on twice as much lies between two.
const keptPlaces = 4096

// place is a checkpoint: reading the capture from mark and skipping bytes of the
// direction up to offset, dec can go on.
type place struct {
	mark   capture.Mark
	offset int64
	dec    *decode.Decoder
}

// lane is one direction of one connection.
type lane struct {
	conn uint32
	dir  decode.Direction
}

// places keeps the checkpoints of a capture. The analyst's goroutine adds, any
// goroutine finds.
type places struct {
	mu    sync.Mutex
	start map[uint32]*capture.Mark // where reading a connection begins
	order []uint32                 // keys of start, the oldest first
	list  map[lane][]place         // later places, ascending offsets
	due   map[lane]due
	kept  int   // places in list
	every int64 // how far they lie apart at least, 0 for placeEvery; doubled when there are too many
}

// due is a mark that waits for a moment when no message is in assembly.
type due struct {
	mark capture.Mark
	at   int64 // offset of the first byte that reading from mark gives
}

// keepPlace notes where reading could begin again after this record.
func (a *Analyst) keepPlace(rec *capture.Record) {
	p := &a.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.list == nil {
		p.start, p.list, p.due = map[uint32]*capture.Mark{}, map[lane][]place{}, map[lane]due{}
	}
	switch rec.Kind {
	case capture.Opened, capture.Connected:
		if m, ok := a.reader.Mark(rec.Conn); ok {
			p.begin(rec.Conn, &m)
		}
	case capture.Data:
		p.wanted(a.reader, lane{rec.Conn, direction(rec.FromServer)}, rec.End())
	}
}

// keptStarts is of how many connections, the latest ones, it is known where reading
// begins, some 350 bytes each. An earlier one is looked for from the beginning of the
// capture.
const keptStarts = 10_000

// begin notes where reading a connection begins.
func (p *places) begin(conn uint32, m *capture.Mark) {
	p.start[conn] = m
	if p.order = append(p.order, conn); len(p.order) > keptStarts {
		p.forget(p.order[0])
		p.order = p.order[1:]
	}
}

// forget drops what is known of a connection.
func (p *places) forget(conn uint32) {
	delete(p.start, conn)
	for _, dir := range []decode.Direction{decode.FromClient, decode.FromServer} {
		l := lane{conn, dir}
		p.kept -= len(p.list[l])
		delete(p.list, l)
		delete(p.due, l)
	}
}

// distance is how many bytes of a direction lie between two checkpoints at least.
func (p *places) distance() int64 { return max(p.every, placeEvery) }

// thin forgets every second checkpoint, of each direction the first one of two.
func (p *places) thin() {
	p.every, p.kept = 2*p.distance(), 0
	for l, all := range p.list {
		fewer := make([]place, 0, len(all)/2)
		for i := 1; i < len(all); i += 2 {
			fewer = append(fewer, all[i])
		}
		p.list[l] = fewer
		p.kept += len(fewer)
	}
}

// wanted takes a mark when the last checkpoint of a lane lies far enough back.
func (p *places) wanted(r *capture.Reader, l lane, at int64) {
	last := int64(0)
	if n := len(p.list[l]); n > 0 {
		last = p.list[l][n-1].offset
	}
	if d, waiting := p.due[l]; at-last < p.distance() || waiting && at-d.at < p.distance() {
		return
	}
	if m, ok := r.Mark(l.conn); ok {
		p.due[l] = due{mark: m, at: at}
	}
}

// rest turns a due mark into a checkpoint when the decoder is at rest.
func (p *places) rest(e *session.Entry, t *session.Timeline) {
	l := lane{e.Conn, e.From}
	p.mu.Lock()
	defer p.mu.Unlock()
	d, waiting := p.due[l]
	if !waiting {
		return
	}
	dec, offset := t.Checkpoint(e.Conn, e.From)
	if dec == nil || offset < d.at {
		return
	}
	delete(p.due, l)
	p.add(l, place{mark: d.mark, offset: offset, dec: dec})
}

// add keeps a checkpoint.
func (p *places) add(l lane, at place) {
	p.list[l] = append(p.list[l], at)
	if p.kept++; p.kept > keptPlaces {
		p.thin()
	}
}

// find returns the last checkpoint at or before an offset.
func (p *places) find(l lane, offset int64) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.list[l]
	i := sort.Search(len(list), func(i int) bool { return list[i].offset > offset })
	if i > 0 {
		found := list[i-1]
		found.dec = found.dec.Clone()
		return found, true
	}
	if m := p.start[l.conn]; m != nil {
		return place{mark: *m, dec: decode.New(l.dir, decode.DefaultLimits())}, true
	}
	return place{}, false
}
