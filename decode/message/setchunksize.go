package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

var _ = register(Type{
	ID: chunk.TypeSetChunkSize, Name: "Set Chunk Size", Source: "RTMP 1.0 §5.4.1", Note: "from here on the sender cuts its messages into chunks of that many bytes",
	Parse: parseSetChunkSize, Fields: setChunkSizeFields,
	Summary: func(m *Parsed, chunkSize uint32) string {
		return fmt.Sprintf("%s bytes from here on, was %s", text.Thousands(m.Value), text.Thousands(chunkSize))
	},
})

// maxChunkSize is the largest size that has an effect: no message is longer.
const maxChunkSize = 0xFFFFFF

func parseSetChunkSize(typ uint8, body []byte, _ amf.Limits) Parsed {
	p, ok := control(typ, body, protocolControlLength)
	switch {
	case !ok:
	case p.Value>>31 != 0:
		p.problem(ChunkSizeRange, 0, "the top bit of the chunk size must be 0")
	case p.Value == 0:
		p.problem(ZeroValue, 0, "a chunk size of 0 is not allowed")
	}
	return p
}

// setChunkSizeFields shows a Set Chunk Size message, RTMP 1.0 §5.4.1.
func setChunkSizeFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §5.4.1"
	v, f := b.Uint("chunk size", 4)
	if b.Short {
		return
	}
	f.Note = "the largest payload of each chunk that this side sends from here on"
	switch size := v & 0x7fffffff; {
	case size == 0:
		f.Bad, f.Note = true, "0 is not allowed"
	case size > maxChunkSize:
		f.Note = "sizes above 16777215 have the same effect as 16777215"
	}
	f.Children = []field.Field{
		{Name: "zero", Start: f.Start, End: f.Start + 1, Bits: 1, Value: field.Number(v >> 31), Bad: v>>31 != 0, Source: b.Source},
		{Name: "chunk size", Start: f.Start, End: f.End, BitStart: 1, Bits: 31, Value: field.Number(v & 0x7fffffff), Source: b.Source},
	}
	b.Excess("the message is 4 bytes long")
}
