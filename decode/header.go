package decode

import (
	"encoding/binary"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// readHeader reads a whole chunk header and opens or continues a message.
func (d *Decoder) readHeader() bool {
	p := d.peek(1)
	if p == nil {
		return false
	}
	n := chunk.Need(p[0])
	size := n + chunk.MessageSize(p[0]>>6)
	if p = d.peek(size); p == nil {
		return false
	}
	b := chunk.ParseBasic(p)
	s, ok := d.openStream(b)
	if !ok {
		return true
	}
	m := chunk.ParseMessage(b.Fmt, p[n:])
	if !d.settleSize(s.lengthAfter(b.Fmt, m)) {
		return false
	}
	ext := m.Time == chunk.ExtendedMark
	if b.Fmt == 3 && s.ext {
		present, known := d.extendedOnFmt3(s, size)
		if !known {
			return false
		}
		ext = present
	}
	if ext {
		if p = d.peek(size + 4); p == nil {
			return false
		}
		m.Time = binary.BigEndian.Uint32(p[size:])
		size += 4
	}
	d.begin(s, b.Fmt, m, ext, size)
	return true
}

// openStream finds the chunk stream of a header, and refuses what cannot be
// framed: a header that inherits from nothing.
func (d *Decoder) openStream(b chunk.Basic) (*stream, bool) {
	if s := d.streams.get(b.Stream); s != nil {
		return s, true
	}
	switch {
	case b.Fmt >= 2:
		d.lose(d.offset, "fresh-stream", fmt.Sprintf("a chunk of format %d opens chunk stream %d, but there is no earlier header whose length it could inherit", b.Fmt, b.Stream))
		return nil, false
	case len(d.streams.all) >= d.lim.ChunkStreams:
		d.lose(d.offset, "too-many-streams", fmt.Sprintf("more than %d chunk streams in one direction", d.lim.ChunkStreams))
		return nil, false
	case b.Fmt == 1:
		d.anomaly(d.offset, "fresh-stream-fmt1", fmt.Sprintf("chunk stream %d begins with format 1; message stream 0 and timestamp 0 are taken as its past", b.Stream))
	}
	return d.streams.add(b.Stream), true
}

// lengthAfter is how many body bytes are to come when this header has been
// applied.
func (s *stream) lengthAfter(format uint8, m chunk.Message) uint32 {
	switch {
	case format <= 1:
		return m.Length
	case s.open:
		return s.length - s.have()
	}
	return s.length
}

// begin takes in a header of size bytes and goes on to its payload.
func (d *Decoder) begin(s *stream, format uint8, m chunk.Message, ext bool, size int) {
	if s.open && format != 3 {
		d.anomaly(d.offset, "header-mid-message", fmt.Sprintf("a new header of format %d on chunk stream %d, with %d of %d bytes of its message still to come", format, s.id, s.length-s.have(), s.length))
		d.abort(s, "header-mid-message", "a new message began on the same chunk stream")
	}
	if !s.open {
		d.streams.inAssembly++
		s.start, s.firstFmt, s.firstExt, s.chunks, s.missing, s.open = d.offset, format, ext, 0, 0, true
		s.resolve(d, format, m, ext)
	}
	s.chunks++
	d.cur = current{
		stream: s, start: d.offset, header: uint8(size), format: format, ext: ext,
		left: min(d.chunkSize, s.length-s.have()),
	}
	d.skip(size)
	d.phase = inPayload
}

// resolve applies the header that begins a message: what it carries, what it
// inherits, and the timestamp that follows (RTMP 1.0 §5.3.1.2).
func (s *stream) resolve(d *Decoder, format uint8, m chunk.Message, ext bool) {
	if format <= 1 {
		s.length, s.typ = m.Length, m.Type
	}
	switch format {
	case 0:
		s.streamID, s.timestamp, s.added = m.StreamID, m.Time, 0
		s.delta, s.afterZero = m.Time, true
	case 1, 2:
		s.delta, s.afterZero = d.deltaOf(s, m.Time, ext), false
		s.added = s.delta
		s.timestamp += s.added
	case 3:
		s.added = d.deltaOfFmt3(s)
		s.timestamp += s.added
	}
	if format != 3 {
		s.ext, s.field = ext, m.Time
	}
}

// readPayload reads payload bytes of the current chunk.
func (d *Decoder) readPayload() bool {
	s, left := d.cur.stream, int(d.cur.left)
	if s.chunks == 1 && s.missing == 0 && len(s.buf) == 0 && uint32(left) == s.length && len(d.stash) == 0 && len(d.in) >= left {
		body := d.in[:left] // the whole message in one piece: no copy
		d.skip(left)
		d.cur.left = 0
		d.emitChunk(false)
		d.complete(s, body)
		return true
	}
	for left > 0 {
		p := d.take(left)
		if len(p) == 0 {
			d.cur.left = uint32(left)
			return false
		}
		if !d.assemble(s, p) {
			return true
		}
		left -= len(p)
	}
	d.cur.left = 0
	d.emitChunk(false)
	if s.have() == s.length {
		d.complete(s, s.buf)
	}
	return true
}

// assemble adds payload bytes to the message, within the limit.
func (d *Decoder) assemble(s *stream, p []byte) bool {
	if d.buffers.held += len(p); d.buffers.held > d.lim.Assembly {
		d.buffers.held -= len(p)
		d.emitChunk(true)
		d.lose(d.offset, "assembly", fmt.Sprintf("more than %d bytes of unfinished messages", d.lim.Assembly))
		return false
	}
	if s.buf == nil {
		s.buf = d.buffers.get()
	}
	s.buf = append(s.buf, p...)
	return true
}

// emitChunk reports the current chunk and leaves its payload.
func (d *Decoder) emitChunk(cut bool) {
	e := Event{
		Kind: Chunk, Cut: cut, Extended: d.cur.ext, Fmt: d.cur.format,
		HeaderLen: d.cur.header, Offset: d.cur.start, End: d.offset, Chunks: d.cur.stream.chunks,
	}
	e.header(d.cur.stream)
	d.emit(e)
	d.phase = inHeader
}
