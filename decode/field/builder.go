package field

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Builder appends the fields of one stretch of a body in wire order. Once a field
// runs past End the stretch is short: that field is Bad, and everything asked for
// later reads as 0 and appends nothing, so that parsers need not check after each
// field. A Builder belongs to one parser; it keeps no byte of the body.
type Builder struct {
	// Body is the whole body; At is the next byte of the stretch and End its bound.
	Body    []byte
	At, End int
	// Source is given to every field that is appended.
	Source string
	// Out holds the fields.
	Out []Field
	// Short says that a field ran past End.
	Short bool
	// Quiet keeps only the last field: who wants what the bytes say wants no tree.
	Quiet bool
}

// NewBuilder returns a builder for a whole body.
func NewBuilder(body []byte) *Builder { return &Builder{Body: body, End: len(body)} }

// Sub returns a builder for the stretch [at, end) of the same body.
func (b *Builder) Sub(at, end int) *Builder {
	return &Builder{Body: b.Body, At: at, End: end, Source: b.Source, Quiet: b.Quiet}
}

// Left is how many bytes of the stretch have not been taken.
func (b *Builder) Left() int { return b.End - b.At }

// Last returns the field appended last. The pointer is good until the next append.
func (b *Builder) Last() *Field {
	if len(b.Out) == 0 {
		return &Field{}
	}
	return &b.Out[len(b.Out)-1]
}

// Add appends a field that was made elsewhere. The pointer is good until the next
// append.
func (b *Builder) Add(f Field) *Field {
	if b.Quiet {
		b.Out = b.Out[:0]
	}
	b.Out = append(b.Out, f)
	return b.Last()
}

// Take appends a field of n bytes. The pointer is good until the next append.
func (b *Builder) Take(name string, n int) *Field {
	if b.Short {
		return &Field{}
	}
	f := Field{Name: name, Start: b.At, End: b.At + n, Source: b.Source}
	if n > b.Left() {
		f.Note = fmt.Sprintf("needs %d bytes, %d left", n, b.Left())
		f.End, f.Bad, b.Short = b.End, true, true
	}
	b.At = f.End
	return b.Add(f)
}

// Uint appends an unsigned big-endian number of n bytes, at most 4.
func (b *Builder) Uint(name string, n int) (uint32, *Field) {
	f := b.Take(name, n)
	if b.Short {
		return 0, f
	}
	v := bigEndian(b.Body[f.Start:f.End])
	f.Value = Number(v)
	return v, f
}

// Num is Uint for a number that counts or measures. Where an int has 32 bits, one
// that does not fit is the largest that does: too long for any body, as it was.
func (b *Builder) Num(name string, n int) (int, *Field) {
	v, f := b.Uint(name, n)
	return clamp(v), f
}

// LittleEndian appends an unsigned little-endian number of n bytes, at most 4, with
// the bound of Num.
func (b *Builder) LittleEndian(name string, n int) (int, *Field) {
	f := b.Take(name, n)
	if b.Short {
		return 0, f
	}
	turned := slices.Clone(b.Body[f.Start:f.End])
	slices.Reverse(turned)
	v := bigEndian(turned)
	f.Value = Number(v)
	return clamp(v), f
}

func bigEndian(p []byte) uint32 {
	v := uint32(0)
	for _, c := range p {
		v = v<<8 | uint32(c)
	}
	return v
}

func clamp(v uint32) int { return int(min(uint64(v), math.MaxInt)) }

// Chars appends n bytes shown as quoted text.
func (b *Builder) Chars(name string, n int) (string, *Field) {
	f := b.Take(name, n)
	if b.Short {
		return "", f
	}
	s := string(b.Body[f.Start:f.End])
	f.Value = Quoted(s)
	return s, f
}

// Bytes appends n opaque bytes with their count as value.
func (b *Builder) Bytes(name string, n int) *Field {
	f := b.Take(name, n)
	f.Value = ByteCount(f.End - f.Start)
	return f
}

// Rest appends what is left as opaque bytes, or nothing when nothing is left.
func (b *Builder) Rest(name string) {
	if b.Left() > 0 {
		b.Bytes(name, b.Left())
	}
}

// Excess appends what is left as bytes that should not be there.
func (b *Builder) Excess(why string) {
	if b.Short || b.Left() == 0 {
		return
	}
	f := b.Bytes("trailing bytes", b.Left())
	f.Bad, f.Note = true, why
}

// Group appends a field of n bytes whose parts read appends.
func (b *Builder) Group(name string, n int, read func(*Builder)) *Field {
	f, _ := b.Part(name, n, read)
	return f
}

// Part is Group that also says where reading ended.
func (b *Builder) Part(name string, n int, read func(*Builder)) (f *Field, end int) {
	f = b.Take(name, n)
	c := b.Sub(f.Start, f.End)
	read(c)
	if f.Children = c.Out; c.Short {
		f.Bad = true
	}
	return f, c.At
}

// Span is Group for a field whose length is known only after reading it.
func (b *Builder) Span(name string, read func(*Builder)) *Field {
	if b.Short {
		return &Field{}
	}
	f, end := b.Part(name, b.Left(), read)
	f.End, b.At = end, end
	b.Short = f.Bad // it wanted more than there is, so nothing can follow
	return f
}

// Number is an integer as the value of a field.
func Number[T ~int | ~uint32](v T) text.Marked { return text.Marked(strconv.FormatInt(int64(v), 10)) }

// Quoted is wire text as the value of a field.
func Quoted(s string) text.Marked { return text.Marked(`"`) + text.Plain(s) + `"` }

// ByteCount is a number of bytes as the value of a field.
func ByteCount(n int) text.Marked {
	if n == 1 {
		return "1 byte"
	}
	return text.Marked(strconv.Itoa(n) + " bytes")
}
