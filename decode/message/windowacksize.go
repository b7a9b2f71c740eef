package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Type{
	ID: chunk.TypeWindowAckSize, Name: "Window Acknowledgement Size", Source: "RTMP 1.0 §5.4.4", Note: "after how many bytes the sender wants an acknowledgement",
	Parse: parseWindowAckSize, Fields: windowAckSizeFields,
	Summary: func(m *Parsed, _ uint32) string { return "acknowledge every " + text.Thousands(m.Value) + " bytes" },
})

func parseWindowAckSize(typ uint8, body []byte, _ amf.Limits) Parsed {
	p, ok := control(typ, body, protocolControlLength)
	if ok && p.Value == 0 {
		p.problem(ZeroValue, 0, "a window of 0 asks for an acknowledgement of every byte")
	}
	return p
}

// windowAckSizeFields shows a Window Acknowledgement Size, RTMP 1.0 §5.4.4.
func windowAckSizeFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §5.4.4"
	v, f := b.Uint("acknowledgement window size", 4)
	if b.Short {
		return
	}
	f.Note = "the peer is to acknowledge each time it has received this many bytes"
	f.Bad = v == 0
	b.Excess("the message is 4 bytes long")
}
