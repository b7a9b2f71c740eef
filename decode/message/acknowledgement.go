package message

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Type{
	ID: chunk.TypeAcknowledgement, Name: "Acknowledgement", Source: "RTMP 1.0 §5.4.3", Note: "how many bytes the sender of it has received so far, once a window",
	Parse: parseNumber, Fields: acknowledgementFields,
	Summary: func(m *Parsed, _ uint32) string { return text.Thousands(m.Value) + " bytes received so far" },
})

// acknowledgementFields shows an Acknowledgement, RTMP 1.0 §5.4.3.
func acknowledgementFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §5.4.3"
	_, f := b.Uint("sequence number", 4)
	if !b.Short {
		f.Note = "bytes received so far, modulo 2^32; some servers wrap at 0xF0000000 or send increments"
	}
	b.Excess("the message is 4 bytes long")
}
