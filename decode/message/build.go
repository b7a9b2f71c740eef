package message

import (
	"fmt"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// builder appends the fields of one stretch of a body in wire order. A field
// that runs past end is Bad, and what is asked for after it is left out.
type builder struct {
	p       []byte
	at, end int
	src     string
	out     []field.Field
	short   bool
}

func (b *builder) left() int { return b.end - b.at }

// take appends a field of n bytes. The pointer is good until the next append.
func (b *builder) take(name string, n int) *field.Field {
	if b.short {
		return &field.Field{}
	}
	f := field.Field{Name: name, Start: b.at, End: b.at + n, Source: b.src}
	if n > b.left() {
		f.Note = fmt.Sprintf("needs %d bytes, %d left", n, b.left())
		f.End, f.Bad, b.short = b.end, true, true
	}
	b.at = f.End
	b.out = append(b.out, f)
	return &b.out[len(b.out)-1]
}

// num appends a big-endian number of n bytes, at most 4.
func (b *builder) num(name string, n int) (uint32, *field.Field) {
	f := b.take(name, n)
	if b.short {
		return 0, f
	}
	v := uint32(0)
	for _, c := range b.p[f.Start:f.End] {
		v = v<<8 | uint32(c)
	}
	f.Value = number(v)
	return v, f
}

// data appends n bytes shown by their count.
func (b *builder) data(name string, n int) *field.Field {
	f := b.take(name, n)
	f.Value = text.Marked(strconv.Itoa(f.End-f.Start) + " bytes")
	return f
}

// name appends a string with a 16-bit length and without AMF marker.
func (b *builder) name(name string) string {
	s := ""
	b.span(name, func(b *builder) *field.Field {
		n, _ := b.num("length", 2)
		f := b.take("content", int(n))
		if !b.short {
			s = string(b.p[f.Start:f.End])
		}
		f.Value = `"` + text.Plain(s) + `"`
		return f
	})
	b.last().Value = `"` + text.Plain(s) + `"`
	return s
}

// last returns the field appended last.
func (b *builder) last() *field.Field {
	if len(b.out) == 0 {
		return &field.Field{}
	}
	return &b.out[len(b.out)-1]
}

// span appends a field that covers whatever read appends.
func (b *builder) span(name string, read func(*builder) *field.Field) {
	if b.short {
		return
	}
	c := &builder{p: b.p, at: b.at, end: b.end, src: b.src}
	read(c)
	b.out = append(b.out, field.Field{
		Name: name, Start: b.at, End: c.at, Source: b.src, Bad: c.short, Children: c.out,
	})
	b.at, b.short = c.at, c.short
}

// excess appends what is left as bytes that should not be there.
func (b *builder) excess(why string) {
	if b.short || b.left() == 0 {
		return
	}
	f := b.data("trailing bytes", b.left())
	f.Bad, f.Note = true, why
}

// values appends AMF0 values up to end.
func (b *builder) values(name string, lim amf.Limits, mark func(key, s string) text.Marked) {
	res := amf.Decode0(b.p[:b.end], b.at, lim)
	for i := range res.Values {
		b.out = append(b.out, amf.FieldsMarked(name, &res.Values[i], mark))
	}
	b.at = b.end
}

func number(v uint32) text.Marked { return text.Marked(strconv.FormatUint(uint64(v), 10)) }

func plain(_, s string) text.Marked { return text.Plain(s) }
