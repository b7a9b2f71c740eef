package chunk

import "encoding/binary"

// Out is one message to be written.
type Out struct {
	ChunkStream uint32
	Timestamp   uint32 // absolute, milliseconds
	Type        uint8
	StreamID    uint32
	Body        []byte
}

// Writer splits messages into chunks for one direction. It picks the shortest
// header that says the same (formats 0 to 2; 3 for continuations only, because
// receivers disagree about a format 3 that begins a message) and repeats an
// extended timestamp on every continuation (RTMP 1.0 §5.3.1.3). The zero value
// is ready to use with DefaultSize. Not safe for concurrent use.
type Writer struct {
	size    int
	streams map[uint32]last
}

// last is what the receiver remembers of a chunk stream.
type last struct {
	timestamp, length, streamID uint32
	typ                         uint8
}

// SetSize changes the chunk size for all following chunks. The caller sends
// Set Chunk Size itself, before the first message in the new size.
func (w *Writer) SetSize(n int) { w.size = n }

// Append appends the chunks of one message to dst and returns it.
func (w *Writer) Append(dst []byte, m Out) []byte {
	if w.streams == nil {
		w.streams = map[uint32]last{}
	}
	format, field := w.header(m)
	short := min(field, ExtendedMark)
	dst = AppendBasic(dst, format, m.ChunkStream)
	dst = AppendMessage(dst, format, Message{Time: short, Length: uint32(len(m.Body)), Type: m.Type, StreamID: m.StreamID})
	dst = appendExtended(dst, field)
	w.streams[m.ChunkStream] = last{m.Timestamp, uint32(len(m.Body)), m.StreamID, m.Type}
	for body := m.Body; ; {
		n := min(len(body), w.chunkSize())
		dst = append(dst, body[:n]...)
		if body = body[n:]; len(body) == 0 {
			return dst
		}
		dst = appendExtended(AppendBasic(dst, 3, m.ChunkStream), field)
	}
}

// header chooses the format and the value of its time field.
func (w *Writer) header(m Out) (format uint8, field uint32) {
	prev, seen := w.streams[m.ChunkStream]
	switch {
	case !seen, prev.streamID != m.StreamID, m.Timestamp < prev.timestamp:
		return 0, m.Timestamp
	case prev.length != uint32(len(m.Body)), prev.typ != m.Type:
		return 1, m.Timestamp - prev.timestamp
	}
	return 2, m.Timestamp - prev.timestamp
}

func (w *Writer) chunkSize() int {
	if w.size <= 0 {
		return DefaultSize
	}
	return w.size
}

func appendExtended(dst []byte, field uint32) []byte {
	if field < ExtendedMark {
		return dst
	}
	return binary.BigEndian.AppendUint32(dst, field)
}
