package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var _ = register(Type{
	ID: chunk.TypeAbort, Name: "Abort Message", Source: "RTMP 1.0 §5.4.2", Note: "the receiver drops what it has of a message on one chunk stream", Parse: parseNumber, Fields: abortFields,
	Summary: func(m *Parsed, _ uint32) string {
		return fmt.Sprintf("drop the message on chunk stream %d", m.Value)
	},
})

// abortFields shows an Abort Message, RTMP 1.0 §5.4.2.
func abortFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §5.4.2"
	_, f := b.Uint("chunk stream id", 4)
	if !b.Short {
		f.Note = "drop the message that is being received on this chunk stream; its chunk header state stays"
	}
	b.Excess("the message is 4 bytes long")
}
