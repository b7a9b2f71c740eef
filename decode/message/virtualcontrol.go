package message

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// Nobody outside Adobe has described what a message of type 7 contains; nginx-rtmp and
// Red5 know its name.
var _ = register(Type{
	ID: chunk.TypeVirtualControl, Name: "Virtual Control", Note: "passes between edge and origin servers; nobody published what it says",
	Fields: func(b *field.Builder, _ uint8, _ Context) {
		opaque(b, "virtual control", "opaque; passes between edge and origin servers")
	},
})
