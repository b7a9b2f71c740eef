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
	Mark func(command string, arg int, key, s string) text.Marked
}

// Fields returns the whole tree of a message body. The leaves cover the body
// exactly once; offsets count from its first byte.
func Fields(typ uint8, body []byte, ctx Context) []field.Field {
	b := field.NewBuilder(body)
	switch t := types[typ]; {
	case t == nil:
		opaque(b, "body", "no specification names this message type")
	case t.Fields == nil:
		opaque(b, "body", "")
	default:
		t.Fields(b, typ, ctx)
	}
	return field.Tile(b.Out, 0, len(body))
}

// opaque appends a whole body of which nothing is known.
func opaque(b *field.Builder, name, note string) {
	if b.Left() > 0 {
		b.Bytes(name, b.Left()).Note = note
	}
}
