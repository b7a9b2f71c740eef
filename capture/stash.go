package capture

import (
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

const (
	// stashAfter is how many bytes of a connection may be taken out of TLS or
	// HTTP again for a mark: some tenths of a second, and less than it takes to
	// write them to a disk.
	stashAfter = 128 << 20
	// maxStash bounds the temporary file of a Reader.
	maxStash = 4 << 30
	// stashHeader is what stands before the text and the bytes of a record.
	stashHeader = 4 + 4 + 1 + 1 + 2 + 2*19 + 8 + 4 + 4*8 + 4
)

// stash keeps records of connections that are not told as TCP carried them
// (RTMPT, decrypted TLS) in a temporary file from the first mark of a long one
// on: reading from a mark would otherwise take apart all that came before. The
// Reader that reads the capture first writes it, and others read it.
type stash struct {
	*source.Growing
	file *source.TempFile
	size int64
	most int64
	cut  bool // no more is kept

	mu  sync.Mutex
	err error // how the capture ended; io.EOF when it was cut
}

// stashed lets the records of a connection be kept from here on, and says
// whether they are.
func (r *Reader) stashed(c *connection) bool {
	if c.stashed || c.bytes < r.stashAfter || r.only != nil {
		return c.stashed && !r.stash.cut
	}
	if r.stash == nil {
		f, err := source.Nameless()
		if err != nil {
			r.stashAfter = maxOffset // marks are slower without
			return false
		}
		r.stash = &stash{Growing: source.NewGrowing(f), file: f, most: r.maxStash}
		r.settings.closeLater(r.stash)
	}
	c.stashed = !r.stash.cut
	return c.stashed
}

// keepGiven stashes a record that Next is about to return.
func (r *Reader) keepGiven(rec *Record) {
	if r.stash == nil || rec.Kind == Noted || rec.Kind == Beat {
		return
	}
	if c := r.byConn[rec.Conn]; c != nil && c.stashed {
		r.stash.put(rec)
	}
}

// put appends a record. When that fails, those who read the stash go on in the
// capture.
func (s *stash) put(rec *Record) {
	if s.cut {
		return
	}
	b := appendRecord(make([]byte, 0, stashHeader+len(rec.Reason)+len(rec.Data)), rec)
	if _, err := s.file.Write(b); err != nil || s.size+int64(len(b)) > s.most {
		s.cut = true
		s.end(nil)
		return
	}
	s.size += int64(len(b))
	s.Advance(s.size)
}

// end says how the capture ended; nil is that the stash was cut.
func (s *stash) end(err error) {
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
	s.Finish()
}

func (s *stash) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// appendRecord writes a record: its length first, then the connection.
func appendRecord(b []byte, rec *Record) []byte {
	o := binary.LittleEndian
	b = o.AppendUint32(b, uint32(stashHeader+len(rec.Reason)+len(rec.Data)))
	b = o.AppendUint32(b, rec.Conn)
	b = append(b, byte(rec.Kind), byte(index(rec.FromServer)), byte(index(rec.Around.Poll)), rec.Around.Alert)
	b = appendAddress(appendAddress(b, rec.Client), rec.Server)
	b = o.AppendUint64(b, uint64(rec.Time.Unix()))
	b = o.AppendUint32(b, uint32(rec.Time.Nanosecond()))
	for _, n := range [...]int64{rec.Offset, rec.Length, rec.Frame, rec.Pos} {
		b = o.AppendUint64(b, uint64(n))
	}
	b = o.AppendUint32(b, uint32(len(rec.Reason)))
	return append(append(b, rec.Reason...), rec.Data...)
}

// readRecord is the inverse of appendRecord; data is borrowed from b.
func readRecord(b []byte) (rec Record) {
	o := binary.LittleEndian
	rec.Conn, rec.Kind, rec.FromServer = o.Uint32(b[4:]), Kind(b[8]), b[9] == 1
	rec.Around = Around{Poll: b[10] == 1, Alert: b[11]}
	rec.Client, rec.Server = address(b[12:]), address(b[31:])
	b = b[50:]
	rec.Time = time.Unix(int64(o.Uint64(b)), int64(o.Uint32(b[8:]))).UTC()
	for i, n := range [...]*int64{&rec.Offset, &rec.Length, &rec.Frame, &rec.Pos} {
		*n = int64(o.Uint64(b[12+8*i:]))
	}
	reason := int(o.Uint32(b[44:]))
	b = b[48:]
	rec.Reason = string(b[:reason])
	if rec.Kind == Data {
		rec.Data = b[reason:]
	}
	return rec
}

// appendAddress writes an address of a packet, which has no zone, in 19 bytes.
func appendAddress(b []byte, a netip.AddrPort) []byte {
	wide := a.Addr().As16()
	four := byte(0)
	if a.Addr().Is4() {
		four = 1
	}
	return binary.LittleEndian.AppendUint16(append(append(b, four), wide[:]...), a.Port())
}

func address(b []byte) netip.AddrPort {
	a := netip.AddrFrom16([16]byte(b[1:17]))
	if b[0] == 1 {
		a = a.Unmap()
	}
	return netip.AddrPortFrom(a, binary.LittleEndian.Uint16(b[17:]))
}

// stashReader reads one connection from a stash.
type stashReader struct {
	from Mark
	src  source.Source // the capture, where reading goes on when the stash was cut
	feed *source.Feeder
	pos  int64
	told int
}

// step reads one record, of whatever connection.
func (s *stashReader) step(r *Reader) {
	head, err := s.feed.Peek(s.pos, stashHeader)
	if errors.Is(err, io.EOF) {
		s.leave(r)
		return
	}
	var b []byte
	if err == nil {
		b, err = s.feed.Peek(s.pos, int(binary.LittleEndian.Uint32(head)))
	}
	if err != nil {
		r.err = err
		return
	}
	s.pos += int64(len(b))
	if rec := readRecord(b); rec.Conn == s.from.conn {
		s.told++
		r.out = append(r.out, rec)
	}
}

// leave ends as the capture ended, or goes on in the capture.
func (s *stashReader) leave(r *Reader) {
	if r.err = s.from.stash.ended(); r.err != nil {
		return
	}
	m := s.from
	m.stash, m.done = nil, m.done+s.told
	if next, err := NewReaderFrom(s.src, m); err != nil {
		r.err = err
	} else {
		*r = *next
	}
}

// closers are closed with the Input that they belong to.
type closers struct {
	mu     sync.Mutex
	list   []io.Closer
	closed bool
}

// closeLater closes c with the Input; without one the system does it.
func (o *settings) closeLater(c io.Closer) {
	if o.closers == nil {
		return
	}
	o.closers.mu.Lock()
	defer o.closers.mu.Unlock()
	if o.closers.closed {
		c.Close() // a temporary file
		return
	}
	o.closers.list = append(o.closers.list, c)
}

func (c *closers) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, x := range c.list {
		x.Close() // temporary files
	}
	c.list = nil
}
