package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// name appends a string with a 16-bit length and without AMF marker.
func name(b *field.Builder, name string) {
	s := ""
	b.Span(name, func(b *field.Builder) {
		n, _ := b.Num("length", 2)
		s, _ = b.Chars("content", n)
	}).Value = field.Quoted(s)
}

// values appends AMF0 values up to the end.
func values(b *field.Builder, name string, lim amf.Limits) {
	res := amf.Decode0(b.Body[:b.End], b.At, lim)
	for i := range res.Values {
		b.Add(amf.FieldsMarked(name, &res.Values[i], plain))
	}
	b.At = b.End
}

// value appends one AMF0 value.
func value(b *field.Builder, name string, lim amf.Limits) {
	if b.Short || b.Left() == 0 {
		return
	}
	res := amf.Next0(b.Body[:b.End], b.At, lim)
	for i := range res.Values {
		b.Add(amf.FieldsMarked(name, &res.Values[i], plain))
		b.At = res.Values[i].End
	}
	b.Short = b.Short || len(res.Values) == 0
}

func plain(_, s string) text.Marked { return text.Plain(s) }
