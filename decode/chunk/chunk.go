// Package chunk reads and writes RTMP chunk headers.
//
// [ParseBasic] and [ParseMessage] read one header from bytes that are already
// there; they keep no state, so the half-connection decoder (package decode)
// owns everything that carries over from chunk to chunk. [Writer] is the other
// direction: it splits messages into chunks the way common encoders do, for the
// built-in server and for tests.
//
// The package does not reassemble messages and never fails: too few bytes is an
// answer ("n is 0"), not an error.
//
// Source: RTMP 1.0 §5.3.1.
package chunk

import "encoding/binary"

const (
	// DefaultSize is the chunk size of both directions until Set Chunk Size
	// (RTMP 1.0 §5.4.1).
	DefaultSize = 128
	// MaxSize is the largest effective chunk size: a message is at most
	// 16,777,215 bytes long (RTMP 1.0 §5.4.1).
	MaxSize = 0xFFFFFF
	// ControlStream is the chunk stream ID of protocol control messages
	// (RTMP 1.0 §5.3).
	ControlStream = 2
	// MaxStream is the largest chunk stream ID (RTMP 1.0 §5.3.1.1).
	MaxStream = 65599
	// ExtendedMark in the 24-bit timestamp field says that a 32-bit field
	// follows (RTMP 1.0 §5.3.1.3).
	ExtendedMark = 0xFFFFFF
	// MaxHeader is the length of the longest chunk header in bytes.
	MaxHeader = 3 + 11 + 4
)

// Basic is a chunk basic header: the format, the chunk stream ID and the number
// of bytes that carried them (1 to 3).
type Basic struct {
	Fmt    uint8
	Stream uint32
	Size   int
}

// ParseBasic reads the basic header at the start of p (RTMP 1.0 §5.3.1.1). When
// p is too short Size is 0 and [Need] tells how many bytes it takes.
func ParseBasic(p []byte) Basic {
	if len(p) == 0 || len(p) < Need(p[0]) {
		return Basic{}
	}
	b := Basic{Fmt: p[0] >> 6, Size: Need(p[0])}
	switch b.Size {
	case 1:
		b.Stream = uint32(p[0] & 0x3f)
	case 2:
		b.Stream = 64 + uint32(p[1])
	case 3:
		b.Stream = 64 + uint32(p[1]) + uint32(p[2])<<8
	}
	return b
}

// Need is the length of the basic header that begins with this byte.
func Need(first byte) int {
	switch first & 0x3f {
	case 0:
		return 2
	case 1:
		return 3
	}
	return 1
}

// MessageSize is the length of the message header for a format, without the
// extended timestamp (RTMP 1.0 §5.3.1.2).
func MessageSize(format uint8) int {
	return [4]int{11, 7, 3, 0}[format&3]
}

// Message is a chunk message header as it stands on the wire. Fields that the
// format does not carry are zero.
type Message struct {
	// Time is the 24-bit field: the timestamp for format 0, a delta for 1 and 2.
	Time     uint32
	Length   uint32 // body bytes of the whole message
	Type     uint8  // message type ID
	StreamID uint32 // message stream ID, little endian on the wire
}

// ParseMessage reads the message header of that format from p, which holds at
// least MessageSize bytes.
func ParseMessage(format uint8, p []byte) (m Message) {
	if format <= 2 {
		m.Time = uint24(p)
	}
	if format <= 1 {
		m.Length = uint24(p[3:])
		m.Type = p[6]
	}
	if format == 0 {
		m.StreamID = binary.LittleEndian.Uint32(p[7:])
	}
	return m
}

func uint24(p []byte) uint32 {
	return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
}

// AppendBasic appends a basic header in its shortest form.
func AppendBasic(dst []byte, format uint8, stream uint32) []byte {
	switch top := format << 6; {
	case stream < 64:
		return append(dst, top|byte(stream))
	case stream < 320:
		return append(dst, top, byte(stream-64))
	default:
		return append(dst, top|1, byte(stream-64), byte((stream-64)>>8))
	}
}

// AppendMessage appends the message header of that format. m.Time is written as
// it is; the caller puts ExtendedMark there and appends the 32-bit field.
func AppendMessage(dst []byte, format uint8, m Message) []byte {
	if format <= 2 {
		dst = appendUint24(dst, m.Time)
	}
	if format <= 1 {
		dst = append(appendUint24(dst, m.Length), m.Type)
	}
	if format == 0 {
		dst = binary.LittleEndian.AppendUint32(dst, m.StreamID)
	}
	return dst
}

func appendUint24(dst []byte, v uint32) []byte {
	return append(dst, byte(v>>16), byte(v>>8), byte(v))
}
