package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Context is what [Fields] may know besides the body. The zero value but for
// Limits will do.
type Context struct {
	// Limits bound the AMF values.
	Limits amf.Limits
	// Timestamp is that of the message; an aggregate rebases its messages on it.
	Timestamp uint32
	// Config is the configuration in force of the audio or video track, or nil.
	Config *media.Config
	// Mark makes the strings of a command or data message safe and marks the
	// credentials in them. arg counts as in Parsed.Args, -1 is the name itself;
	// key is the innermost member in which the string stands. nil means Mark of
	// this package, which knows only what the position tells.
	Mark func(arg int, key, s string) text.Marked
}

// Fields returns the whole tree of a message body. The leaves cover the body
// exactly once; offsets count from its first byte.
func Fields(typ uint8, body []byte, ctx Context) []field.Field {
	if chunk.IsMedia(typ) {
		return media.Fields(typ == chunk.TypeVideo, body, ctx.Config)
	}
	b := field.NewBuilder(body)
	if read := readers(typ); read != nil {
		read(b)
	} else {
		bodyFields(b, typ, ctx)
	}
	return field.Tile(b.Out, 0, len(body))
}

// readers returns the reader of a control message, or nil.
func readers(typ uint8) func(*field.Builder) {
	switch typ {
	case chunk.TypeSetChunkSize:
		return setChunkSizeFields
	case chunk.TypeAbort:
		return abortFields
	case chunk.TypeAcknowledgement:
		return acknowledgementFields
	case chunk.TypeUserControl:
		return userControlFields
	case chunk.TypeWindowAckSize:
		return windowAckSizeFields
	case chunk.TypeSetPeerBandwidth:
		return setPeerBandwidthFields
	case chunk.TypeVirtualControl:
		return virtualControlFields
	}
	return nil
}

func bodyFields(b *field.Builder, typ uint8, ctx Context) {
	switch typ {
	case chunk.TypeCommandAMF0, chunk.TypeCommandAMF3:
		commandFields(b, typ, ctx)
	case chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		dataFields(b, typ, ctx)
	case chunk.TypeSharedObjectAMF0, chunk.TypeSharedObjectAMF3:
		sharedObjectFields(b, typ, ctx)
	case chunk.TypeAggregate:
		aggregateFields(b, ctx)
	default:
		if b.Left() > 0 {
			b.Bytes("body", b.Left()).Note = "no specification names this message type"
		}
	}
}

// virtualControlFields shows a message of type 7, whose content nobody outside
// Adobe has described; nginx-rtmp and Red5 know its name.
func virtualControlFields(b *field.Builder) {
	if b.Left() > 0 {
		b.Bytes("virtual control", b.Left()).Note = "opaque; passes between edge and origin servers"
	}
}
