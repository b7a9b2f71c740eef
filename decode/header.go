package decode

import (
	"encoding/binary"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// header is a chunk header as it stands on the wire.
type header struct {
	chunk.Basic
	chunk.Message
	ext  bool // with an extended timestamp, which is in Time
	size int  // in bytes
}

// readHeader reads a whole chunk header and opens or continues a message.
func (d *Decoder) readHeader() bool {
	p := d.peek(1)
	if p == nil {
		return false
	}
	n := chunk.Need(p[0])
	h := header{size: n + chunk.MessageSize(p[0]>>6)}
	if p = d.peek(h.size); p == nil {
		return false
	}
	h.Basic = chunk.ParseBasic(p)
	h.Message = chunk.ParseMessage(h.Fmt, p[n:])
	s, ok := d.openStream(h)
	if !ok {
		return true
	}
	if ok, known := d.stillTrue(s, h); !ok {
		return known
	}
	if !d.settleSize(s.lengthAfter(h.Fmt, h.Message)) || !d.readExtended(s, &h) {
		return false
	}
	again, known := d.repeatsHeader(s, h)
	if known {
		d.begin(s, h, again)
	}
	return known
}

// readExtended adds the extended timestamp to a header that has one. It reports
// false while more bytes are needed.
func (d *Decoder) readExtended(s *stream, h *header) bool {
	h.ext = h.Time == chunk.ExtendedMark
	if h.Fmt == 3 && s.ext {
		present, known := d.extendedOnFmt3(s, h.size)
		if !known {
			return false
		}
		h.ext = present
	}
	if !h.ext {
		return true
	}
	p := d.peek(h.size + 4)
	if p == nil {
		return false
	}
	h.Time = binary.BigEndian.Uint32(p[h.size:])
	h.size += 4
	return true
}

// openStream finds the chunk stream of a header, and refuses what cannot be
// framed: a header that inherits from nothing, and one that makes no sense.
func (d *Decoder) openStream(h header) (*stream, bool) {
	if s := d.streams.get(h.Stream); s != nil {
		return s, true
	}
	switch {
	case h.Fmt >= 2:
		d.lose(d.offset, TokenFreshStream, fmt.Sprintf("a chunk of format %d opens chunk stream %d, but there is no earlier header whose length it could inherit", h.Fmt, h.Stream))
		return nil, false
	case makesNoSense(h):
		d.lose(d.offset, TokenFreshStream, fmt.Sprintf("a chunk of format %d opens chunk stream %d with a header that makes no sense: message type %d, %d bytes, message stream %d", h.Fmt, h.Stream, h.Type, h.Length, h.StreamID))
		return nil, false
	case len(d.streams.all) >= d.lim.ChunkStreams:
		d.lose(d.offset, TokenTooManyStreams, fmt.Sprintf("more than %d chunk streams in one direction", d.lim.ChunkStreams))
		return nil, false
	case h.Fmt == 1:
		d.anomaly(d.offset, TokenFreshStreamFmt1, fmt.Sprintf("chunk stream %d begins with format 1; message stream 0 and timestamp 0 are taken as its past", h.Stream))
	}
	s := d.streams.add(h.Stream)
	s.relative = h.Fmt == 1
	return s, true
}

// makesNoSense judges a header that opens a chunk stream. One strange number is
// an odd sender, two are bytes that are no header.
func makesNoSense(h header) bool {
	strange := 0
	for _, is := range []bool{
		h.Fmt == 1, !isKnownType(h.Type), h.Length > maxPlausible, !believableLength(h.Message), !believableStreamID(h.StreamID),
	} {
		if is {
			strange++
		}
	}
	return strange >= 2
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

// begin takes in a header and goes on to its payload. again says that it only
// repeats the header of the message that it continues.
func (d *Decoder) begin(s *stream, h header, again bool) {
	if s.open && h.Fmt != 3 && !again {
		d.anomaly(d.offset, TokenMidMessage, fmt.Sprintf("the %s begins a new message with a header of format %d on chunk stream %d, with %d of %d bytes of the one before it still to come", d.dir, h.Fmt, s.id, s.length-s.have(), s.length))
		d.abort(s, TokenMidMessage, "a new message began on the same chunk stream")
	}
	if !s.open {
		d.streams.inAssembly++
		s.start, s.firstFmt, s.firstExt, s.chunks, s.missing, s.open = d.offset, h.Fmt, h.ext, 0, 0, true
		s.resolve(d, h)
	}
	if h.Fmt != 3 {
		s.ext, s.field = h.ext, h.Time
	}
	s.chunks++
	d.cur = current{
		stream: s, start: d.offset, header: uint8(h.size), format: h.Fmt, ext: h.ext,
		left: min(d.chunkSize, s.length-s.have()),
	}
	d.skip(h.size)
	d.phase = inPayload
}

// resolve applies the header that begins a message: what it carries, what it
// inherits, and the timestamp that follows (RTMP 1.0 §5.3.1.2).
func (s *stream) resolve(d *Decoder, h header) {
	if h.Fmt <= 1 {
		s.length, s.typ, s.stale = h.Length, h.Type, false
	}
	switch h.Fmt {
	case 0:
		s.streamID, s.timestamp, s.added, s.relative = h.StreamID, h.Time, 0, false
		s.delta, s.afterZero = h.Time, true
		d.watchStreamID(h.StreamID)
	case 1, 2:
		s.delta, s.afterZero = d.deltaOf(s, h.Time, h.ext), false
		s.added = s.delta
		s.timestamp += s.added
	case 3:
		s.added = d.deltaOfFmt3(s)
		s.timestamp += s.added
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
		d.lose(d.offset, TokenAssembly, fmt.Sprintf("more than %d bytes of unfinished messages", d.lim.Assembly))
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
