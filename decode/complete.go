package decode

import (
	"encoding/binary"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// complete reports a message and applies what it does to the framing.
func (d *Decoder) complete(s *stream, body []byte) {
	if s.missing > 0 {
		if d.abort(s, TokenGap, fmt.Sprintf("%d bytes of the message are missing from the capture", s.missing)); s.typ == chunk.TypeSetChunkSize {
			d.wholeUpTo = 1 // the size is unknown from here on
		}
		return
	}
	e := s.event(Message, d.offset)
	e.Body = body
	d.emit(e)
	d.close(s)
	d.latest = s.timestamp
	switch {
	case s.typ == chunk.TypeSetChunkSize:
		d.setChunkSize(body)
	case s.typ == chunk.TypeAbort:
		d.applyAbort(body)
	}
	d.watchTypes(s)
}

// event describes the message in assembly.
func (s *stream) event(k Kind, end int64) Event {
	e := Event{Kind: k, Extended: s.firstExt, Fmt: s.firstFmt, Chunks: s.chunks, Offset: s.start, End: end}
	e.header(s)
	return e
}

// close ends the message in assembly; its buffer may still be read by events.
func (d *Decoder) close(s *stream) {
	if s.buf != nil {
		d.buffers.lend(s.buf)
	}
	s.buf, s.open = nil, false
	d.streams.inAssembly--
}

// abort reports a message that will not be completed.
func (d *Decoder) abort(s *stream, token, text string) {
	e := s.event(Aborted, d.offset)
	e.Body, e.Reason = s.buf, Reason{token, text}
	d.emit(e)
	d.close(s)
}

// abortAll reports every message in assembly, oldest first.
func (d *Decoder) abortAll(token, text string) {
	for _, s := range d.streams.open() {
		d.abort(s, token, text)
	}
}

// setChunkSize takes effect with the next chunk header of this direction
// (RTMP 1.0 §5.4.1).
func (d *Decoder) setChunkSize(body []byte) {
	at := d.offset
	if len(body) < 4 {
		d.anomaly(at, TokenChunkSizeShort, fmt.Sprintf("Set Chunk Size with %d bytes instead of 4; the chunk size stays %d", len(body), d.chunkSize))
		return
	}
	v := binary.BigEndian.Uint32(body)
	size := v & 0x7fffffff
	switch {
	case size == 0:
		d.anomaly(at, TokenChunkSizeZero, fmt.Sprintf("Set Chunk Size 0 is not allowed; the chunk size stays %d", d.chunkSize))
		return
	case size != v:
		d.anomaly(at, TokenChunkSizeTopBit, fmt.Sprintf("Set Chunk Size with its top bit set, which must be 0; %d is taken", size))
	}
	d.chunkSize, d.wholeUpTo = min(size, chunk.MaxSize), 0
}

// applyAbort drops the message in assembly on the chunk stream that the Abort
// names (RTMP 1.0 §5.4.2). The header state of the chunk stream stays.
func (d *Decoder) applyAbort(body []byte) {
	if len(body) < 4 {
		d.anomaly(d.offset, TokenAbortShort, fmt.Sprintf("Abort Message with %d bytes instead of 4; ignored", len(body)))
		return
	}
	id := binary.BigEndian.Uint32(body)
	if s := d.streams.get(id); s != nil && s.open {
		d.abort(s, TokenAbort, "the sender cancelled it with an Abort Message")
	}
}

// watchTypes gives up framing when message types make no sense any more.
func (d *Decoder) watchTypes(s *stream) {
	if isKnownType(s.typ) {
		d.unknown = 0
		return
	}
	if d.unknown++; d.unknown >= d.lim.UnknownTypes {
		d.lose(d.offset, TokenUnknownTypes, fmt.Sprintf("%d messages of unknown type in a row (the last of type %d)", d.unknown, s.typ))
	}
}
