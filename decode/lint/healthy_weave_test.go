package lint

import (
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// weaver cuts the messages of one side into chunks, in one of the ways in which
// programs do it: with the shortest header; with a full header before each message, as
// Node-Media-Server and others; with format 3 where nothing has changed since a header
// of format 1 or 2, as Flash Media Server. Chunks of several chunk streams may be woven
// into each other (RTMP 1.0 §5.3).
type weaver struct {
	size     int
	absolute bool
	threes   bool
	streams  map[uint32]headed
	held     [][]byte // chunks of a message that is not complete yet
	heldOn   uint32   // their chunk stream
}

// headed is what the last header of a chunk stream said.
type headed struct {
	chunk.Out
	delta    uint32
	relative bool // it was of format 1 or 2, or of 3 behind one
}

// cut returns the chunks of a message.
func (w *weaver) cut(m chunk.Out) (out [][]byte) {
	if w.streams == nil {
		w.streams = map[uint32]headed{}
	}
	format, field := w.format(m)
	size := w.size
	if size == 0 {
		size = chunk.DefaultSize
	}
	extended := func(p []byte) []byte {
		if field < chunk.ExtendedMark {
			return p
		}
		return binary.BigEndian.AppendUint32(p, field)
	}
	p := chunk.AppendBasic(nil, format, m.ChunkStream)
	p = chunk.AppendMessage(p, format, chunk.Message{Time: min(field, chunk.ExtendedMark), Length: uint32(len(m.Body)), Type: m.Type, StreamID: m.StreamID})
	for p, body := extended(p), m.Body; ; p = extended(chunk.AppendBasic(nil, 3, m.ChunkStream)) {
		n := min(size, len(body))
		out = append(out, append(p, body[:n]...))
		if body = body[n:]; len(body) == 0 {
			return out
		}
	}
}

// format chooses the header of a message and the value of its time field.
func (w *weaver) format(m chunk.Out) (format uint8, field uint32) {
	last, seen := w.streams[m.ChunkStream]
	now := headed{Out: m, delta: m.Timestamp - last.Timestamp, relative: true}
	switch {
	case !seen, w.absolute, last.StreamID != m.StreamID, m.Timestamp < last.Timestamp:
		now.relative, now.delta = false, 0
		field = m.Timestamp
	case len(last.Body) != len(m.Body), last.Type != m.Type:
		format, field = 1, now.delta
	case w.threes && last.relative && last.delta == now.delta:
		format, field = 3, now.delta
	default:
		format, field = 2, now.delta
	}
	w.streams[m.ChunkStream] = now
	return format, field
}

// flush returns what is held.
func (w *weaver) flush() (p []byte) {
	for _, c := range w.held {
		p = append(p, c...)
	}
	w.held = nil
	return p
}

// weave puts the chunks of a message between those that are held, which are of another
// chunk stream.
func (w *weaver) weave(pieces [][]byte, chance func(int) bool) (p []byte) {
	for len(w.held) > 0 || len(pieces) > 0 {
		from := &w.held
		if len(w.held) == 0 || len(pieces) > 0 && chance(60) {
			from = &pieces
		}
		p = append(p, (*from)[0]...)
		*from = (*from)[1:]
	}
	return p
}

// out brings a message to the wire: behind what is held, between its chunks, or, where
// the next message is due soon, in part.
func (w *cable) out(from decode.Direction, m chunk.Out) {
	x := &w.writers[from]
	if len(x.held) > 0 && x.heldOn == m.ChunkStream {
		w.bytes(from, x.flush())
	}
	pieces := x.cut(m)
	switch {
	case len(x.held) > 0:
		w.bytes(from, x.weave(pieces, w.chance))
	case w.soon && len(pieces) > 1 && w.weaves && chunk.IsMedia(m.Type):
		n := w.between(1, len(pieces)-1)
		x.held, x.heldOn = pieces[n:], m.ChunkStream
		for _, p := range pieces[:n] {
			w.bytes(from, p)
		}
	default:
		for _, p := range pieces {
			w.bytes(from, p)
		}
	}
}

// complete sends what is held of both sides.
func (w *cable) complete() {
	for d := range w.writers {
		if p := w.writers[d].flush(); p != nil {
			w.bytes(decode.Direction(d), p)
		}
	}
}
