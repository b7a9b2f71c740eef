package decode

import "github.com/rtmpscope/rtmpscope/decode/amf"

// Limits bound what the bytes of a stranger may cost: every limit of the decoder
// that can be set, with its default and its reason. docs/limits.md lists them with
// the constants of the packages that read bodies.
type Limits struct {
	// ChunkStreams is how many chunk streams one direction may open. Encoders
	// use fewer than ten, servers with many streams up to a few hundred; more
	// than this many is noise, not RTMP.
	ChunkStreams int
	// Assembly is how many bytes of unfinished messages one direction may hold,
	// over all chunk streams. A message is at most 16 MiB long and two or three
	// are in flight at a time. Declared lengths never allocate: bytes count
	// when they have arrived.
	Assembly int
	// UnknownTypes is how many messages of unknown type may follow each other
	// before the framing is no longer believed (Red5 gives up after three).
	UnknownTypes int
	// AMF bounds the values of one message. A Go stack overflow cannot be
	// recovered, so nesting is bounded: 64 is deeper than anything real.
	AMF amf.Limits
}

// DefaultLimits are the limits that every command uses.
func DefaultLimits() Limits {
	return Limits{
		ChunkStreams: 1024,
		Assembly:     64 << 20,
		UnknownTypes: 3,
		AMF:          amf.Limits{Depth: 64, Values: 65536},
	}
}
