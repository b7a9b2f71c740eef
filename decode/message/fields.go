package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
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
	if typ == TypeAudio || typ == TypeVideo {
		return media.Fields(typ == TypeVideo, body, ctx.Config)
	}
	b := &builder{p: body, end: len(body)}
	if read := readers(typ); read != nil {
		read(b)
	} else {
		bodyFields(b, typ, ctx)
	}
	return field.Tile(b.out, 0, len(body))
}

// readers returns the reader of a control message, or nil.
func readers(typ uint8) func(*builder) {
	switch typ {
	case TypeSetChunkSize:
		return setChunkSizeFields
	case TypeAbort:
		return abortFields
	case TypeAcknowledgement:
		return acknowledgementFields
	case TypeUserControl:
		return userControlFields
	case TypeWindowAckSize:
		return windowAckSizeFields
	case TypeSetPeerBandwidth:
		return setPeerBandwidthFields
	case TypeVirtualControl:
		return virtualControlFields
	}
	return nil
}

func bodyFields(b *builder, typ uint8, ctx Context) {
	switch typ {
	case TypeCommandAMF0, TypeCommandAMF3:
		commandFields(b, typ, ctx)
	case TypeDataAMF0, TypeDataAMF3:
		dataFields(b, typ, ctx)
	case TypeSharedObjectAMF0, TypeSharedObjectAMF3:
		sharedObjectFields(b, typ, ctx)
	case TypeAggregate:
		aggregateFields(b, ctx)
	default:
		if b.left() > 0 {
			b.data("body", b.left()).Note = "no specification names this message type"
		}
	}
}

// virtualControlFields shows a message of type 7, whose content nobody outside
// Adobe has described; nginx-rtmp and Red5 know its name.
func virtualControlFields(b *builder) {
	if b.left() > 0 {
		b.data("virtual control", b.left()).Note = "opaque; passes between edge and origin servers"
	}
}
