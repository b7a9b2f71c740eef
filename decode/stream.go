package decode

import "sort"

// stream is what one chunk stream remembers: the last header, which later
// headers inherit from, and the message in assembly.
type stream struct {
	id        uint32
	streamID  uint32
	timestamp uint32 // absolute, of the last message
	delta     uint32 // of the last header that carried one
	added     uint32 // what led to timestamp
	length    uint32
	field     uint32 // last extended timestamp as on the wire
	typ       uint8
	ext       bool   // the last header carried an extended timestamp
	afterZero bool   // the last header was of format 0: delta was never sent
	stale     bool   // headers after the last one known may have been lost
	relative  bool   // timestamp counts from an unknown beginning
	counted   uint32 // in the stretch at hand; see Decoder.Count

	// The message in assembly, when open.
	open     bool
	firstFmt uint8
	firstExt bool
	chunks   uint32
	missing  uint32 // bytes lost to a gap
	start    int64
	buf      []byte
}

// have is how many body bytes are accounted for.
func (s *stream) have() uint32 { return uint32(len(s.buf)) + s.missing }

// streams finds the chunk streams of a direction by ID. Nearly all IDs are
// below 64, so those are found without a map.
type streams struct {
	near [64]*stream
	far  map[uint32]*stream
	all  []*stream // in order of appearance
	// inAssembly counts the streams with an open message.
	inAssembly int
}

// get returns the stream with that ID, or nil when it has not appeared.
func (t *streams) get(id uint32) *stream {
	if id < 64 {
		return t.near[id]
	}
	return t.far[id]
}

// add creates a stream.
func (t *streams) add(id uint32) *stream {
	s := &stream{id: id}
	if id < 64 {
		t.near[id] = s
	} else {
		if t.far == nil {
			t.far = map[uint32]*stream{}
		}
		t.far[id] = s
	}
	t.all = append(t.all, s)
	return s
}

// clone copies the headers of all streams; no message is in assembly.
func (t *streams) clone() (c streams) {
	for _, s := range t.all {
		n := c.add(s.id)
		*n = *s
		n.buf = nil
	}
	return c
}

// open returns the streams with a message in assembly, oldest message first.
func (t *streams) open() (open []*stream) {
	for _, s := range t.all {
		if s.open {
			open = append(open, s)
		}
	}
	sort.SliceStable(open, func(i, j int) bool { return open[i].start < open[j].start })
	return open
}

// keepBuffers is how many assembly buffers are kept for reuse, and maxKept the
// capacity above which one is given back to the garbage collector instead: a
// direction has two or three messages in flight, seldom above 1 MiB.
const (
	keepBuffers = 4
	maxKept     = 1 << 20
)

// buffers hands out memory for messages in assembly and takes it back.
type buffers struct {
	free [][]byte
	lent [][]byte // bodies of events that the caller may still be reading
	held int      // bytes in assembly
}

// get returns an empty buffer.
func (b *buffers) get() []byte {
	if n := len(b.free); n > 0 {
		p := b.free[n-1]
		b.free = b.free[:n-1]
		return p[:0]
	}
	return nil
}

// lend takes a buffer back once the events of this step have been read.
func (b *buffers) lend(p []byte) {
	b.held -= len(p)
	b.lent = append(b.lent, p)
}

// reclaim makes lent buffers reusable.
func (b *buffers) reclaim() {
	for i, p := range b.lent {
		if len(b.free) < keepBuffers && cap(p) <= maxKept {
			b.free = append(b.free, p)
		}
		b.lent[i] = nil
	}
	b.lent = b.lent[:0]
}
