package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

var _ = register(Type{
	ID: chunk.TypeAudio, Name: "Audio", Source: "RTMP 1.0 §7.1.4", Note: "audio in the form of an FLV tag",
	Parse: func(_ uint8, body []byte, _ amf.Limits) (p Parsed) {
		p.Tag = media.ParseAudio(body)
		p.shortTag(body)
		return p
	},
	Fields: func(b *field.Builder, _ uint8, ctx Context) {
		b.Out, b.At = media.Fields(false, b.Body, ctx.Config), b.End
	},
})
