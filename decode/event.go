package decode

import (
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// Direction says who sent the bytes.
type Direction uint8

// The two directions of a connection.
const (
	FromClient Direction = iota
	FromServer
)

// String is "client" or "server".
func (d Direction) String() string {
	if d == FromServer {
		return "server"
	}
	return "client"
}

// Peer is the direction of the other side.
func (d Direction) Peer() Direction { return d ^ 1 }

// Kind says what an Event reports.
type Kind uint8

// The kinds of event. Handshake, Chunk, Gap, Short and the stretches from Lost to
// Resynced (or to the end) cover every byte of a direction exactly once, except
// that a Gap inside a chunk's payload comes before that Chunk and lies within it.
const (
	// Handshake is one whole part: C0, C1, C2, S0, S1 or S2. Body is the part.
	// When the direction ended in it or bytes of it were not captured, Cut is set
	// and it is what there is, in one event before a gap and one after it.
	Handshake Kind = iota + 1
	// Chunk is one chunk, header and payload. When the direction ended or lost
	// its framing inside it, Cut is set and it ends early.
	Chunk
	// Message is one whole message. Body is its body.
	Message
	// Aborted is a message that will not be completed; Reason says why and Body
	// holds the bytes that arrived.
	Aborted
	// Anomaly is a place where the bytes could not be taken at their word; the
	// decoder chose a reading and goes on. Reason says which.
	Anomaly
	// Lost says that framing cannot be trusted from Offset on, and why. Body is the
	// first byte when that is what says it, otherwise nil.
	Lost
	// Gap is a stretch [Offset, End) that was not captured.
	Gap
	// Resynced says that framing holds again from Offset on, and how that is
	// known.
	Resynced
	// Dialect says which reading was chosen where real senders disagree, from
	// Offset on, with the evidence.
	Dialect
	// Short are short messages, one after the other, that are counted and not told; see
	// Decoder.Count. Tallies says how many of which type.
	Short
)

// String is the kind as it stands in JSONL.
func (k Kind) String() string {
	return [...]string{"", "handshake", "chunk", "message", "aborted", "anomaly", "lost", "gap", "resynced", "dialect", "short"}[k]
}

// Reason is a stable token for one way in which bytes can be wrong, and Text
// says it in words.
type Reason struct {
	Token string
	Text  string
}

// Event is what the decoder says about a stretch of bytes. It is valid until
// the next call of any method of the decoder that returned it; Body may point
// into the bytes given to Write.
type Event struct {
	Kind Kind
	// Cut marks a Chunk that ends before its payload is complete.
	Cut bool
	// Extended says that the header (of a Chunk: this one, of a Message: its
	// first) carried an extended timestamp.
	Extended bool
	// Part is set for Handshake.
	Part handshake.Part
	// Fmt is the format of the chunk, of a message that of its first chunk.
	Fmt uint8
	// Type is the message type ID, resolved through earlier headers.
	Type uint8
	// HeaderLen is the length of a Chunk's header in bytes; its payload is the
	// rest.
	HeaderLen uint8
	// ChunkStream and StreamID are the chunk stream ID and message stream ID.
	ChunkStream, StreamID uint32
	// Timestamp is absolute, in milliseconds modulo 2^32; Delta is what was
	// added to reach it, 0 for format 0.
	Timestamp, Delta uint32
	// Length is the declared length of the message body.
	Length uint32
	// Chunks is how many chunks a Message or Aborted was cut into.
	Chunks uint32
	// Offset and End bound the bytes, half open, counted from the first byte of
	// the direction. Those of a Message run from its first chunk's header to
	// its last byte, and may enclose chunks of other messages.
	Offset, End int64
	// Body is described with each Kind.
	Body []byte
	// Reason is set for Aborted, Anomaly, Lost, Resynced and Dialect.
	Reason Reason
	// Tallies is set for Short.
	Tallies []Tally
}

// isKnownType reports whether anybody sends a message type ID.
func isKnownType(t uint8) bool { return message.Known(t) }

// header copies what the chunk stream knows into an event.
func (e *Event) header(s *stream) {
	e.ChunkStream, e.StreamID, e.Type = s.id, s.streamID, s.typ
	e.Timestamp, e.Delta, e.Length = s.timestamp, s.added, s.length
}
