package media

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// builder appends the fields of one stretch of a body in wire order. Once a
// field runs past end the stretch is short: that field is Bad, and everything
// asked for later reads as 0 and appends nothing, so that parsers need not
// check after each field.
type builder struct {
	p       []byte
	at, end int
	src     string
	out     []field.Field
	short   bool
	quiet   bool // only the last field is kept: who wants the Config wants no tree
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
	if b.quiet {
		b.out = b.out[:0]
	}
	b.out = append(b.out, f)
	return &b.out[len(b.out)-1]
}

// num appends an unsigned big-endian number of n bytes, at most 4.
func (b *builder) num(name string, n int) (int, *field.Field) {
	f := b.take(name, n)
	if b.short {
		return 0, f
	}
	v := bigEndian(b.p[f.Start:f.End])
	f.Value = number(v)
	return v, f
}

// bigEndian reads a number of at most 4 bytes. Where an int has 32 bits, one
// that does not fit is the largest that does: too long for any body, as it was.
func bigEndian(p []byte) int {
	v := uint32(0)
	for _, c := range p {
		v = v<<8 | uint32(c)
	}
	return int(min(uint64(v), math.MaxInt))
}

// le appends an unsigned little-endian number of n bytes, at most 4.
func (b *builder) le(name string, n int) (int, *field.Field) {
	f := b.take(name, n)
	if b.short {
		return 0, f
	}
	turned := slices.Clone(b.p[f.Start:f.End])
	slices.Reverse(turned)
	v := bigEndian(turned)
	f.Value = number(v)
	return v, f
}

// chars appends n bytes shown as quoted text.
func (b *builder) chars(name string, n int) (string, *field.Field) {
	f := b.take(name, n)
	if b.short {
		return "", f
	}
	s := string(b.p[f.Start:f.End])
	f.Value = quoted(s)
	return s, f
}

// data appends n opaque bytes with their count as value.
func (b *builder) data(name string, n int) *field.Field {
	f := b.take(name, n)
	f.Value = bytesCount(f.End - f.Start)
	return f
}

// rest appends what is left as opaque bytes, or nothing when nothing is left.
func (b *builder) rest(name string) {
	if b.left() > 0 {
		b.data(name, b.left())
	}
}

// excess appends what is left as bytes that should not be there.
func (b *builder) excess(why string) {
	if b.short || b.left() == 0 {
		return
	}
	f := b.data("trailing bytes", b.left())
	f.Bad, f.Note = true, why
}

// group appends a field of n bytes whose parts read appends.
func (b *builder) group(name string, n int, read func(*builder)) *field.Field {
	f, _ := b.part(name, n, read)
	return f
}

// part is group that also says where reading ended.
func (b *builder) part(name string, n int, read func(*builder)) (f *field.Field, end int) {
	f = b.take(name, n)
	c := &builder{p: b.p, at: f.Start, end: f.End, src: b.src, quiet: b.quiet}
	read(c)
	if f.Children = c.out; c.short {
		f.Bad = true
	}
	return f, c.at
}

// span is group for a field whose length is known only after reading it.
func (b *builder) span(name string, read func(*builder)) *field.Field {
	f, end := b.part(name, b.left(), read)
	f.End, b.at = end, end
	b.short = b.short || f.Bad // it wanted more than there is, so nothing can follow
	return f
}

// bits appends a field of n bytes whose bit fields read appends.
func (b *builder) bits(name string, n int, read func(*bitReader)) *field.Field {
	return b.bitsOf(name, n, false, read)
}

// rbsp is bits for a NAL unit: emulation prevention bytes are stepped over.
func (b *builder) rbsp(name string, n int, read func(*bitReader)) *field.Field {
	return b.bitsOf(name, n, true, read)
}

func (b *builder) bitsOf(name string, n int, escaped bool, read func(*bitReader)) *field.Field {
	f := b.take(name, n)
	if f.Start == f.End {
		return f
	}
	r := &bitReader{p: b.p, at: f.Start, end: f.End, escaped: escaped}
	if b.quiet {
		r.quiet = 1
	}
	read(r)
	f.Children = r.out
	if r.failed {
		f.Bad = true
		f.Note = "the bits end inside a value"
	}
	return f
}

func number(v int) text.Marked { return text.Marked(strconv.Itoa(v)) }

func quoted(s string) text.Marked { return text.Marked(`"`) + text.Plain(s) + `"` }

func bytesCount(n int) text.Marked {
	if n == 1 {
		return "1 byte"
	}
	return text.Marked(strconv.Itoa(n) + " bytes")
}
