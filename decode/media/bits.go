package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// bitReader reads bits, most significant first, and records each value as a bit
// field. Past its end it has failed for good: reads give 0, nothing is recorded
// any more, and loops stop because they ask more.
type bitReader struct {
	p       []byte
	at, end int // next byte, and the bound
	bit     int // next bit in p[at]
	escaped bool
	zeros   int // zero bytes just read, for emulation prevention
	used    int // bits read so far
	failed  bool
	quiet   int // values are not recorded while > 0
	out     []field.Field
	unkept  field.Field // what a value that is not recorded is written to
}

// more reports whether reading may go on.
func (r *bitReader) more() bool { return !r.failed }

// settle steps over an emulation prevention byte, H.264 §7.3.1.
func (r *bitReader) settle() {
	if r.escaped && r.bit == 0 && r.zeros >= 2 && r.at < r.end && r.p[r.at] == 3 {
		r.at++
		r.zeros = 0
	}
}

func (r *bitReader) one() uint32 {
	r.settle()
	if r.at >= r.end {
		r.failed = true
		return 0
	}
	c := r.p[r.at]
	v := uint32(c>>(7-r.bit)) & 1
	r.used++
	if r.bit++; r.bit == 8 {
		r.bit = 0
		r.at++
		if r.zeros++; c != 0 {
			r.zeros = 0
		}
	}
	return v
}

func (r *bitReader) raw(n int) uint32 {
	v := uint32(0)
	for range n {
		if v = v<<1 | r.one(); r.failed {
			return 0
		}
	}
	return v
}

// place is where a value began.
type place struct{ at, bit, used int }

func (r *bitReader) here() place {
	r.settle()
	return place{r.at, r.bit, r.used}
}

// record appends the bit field from p to the current place.
func (r *bitReader) record(name string, p place) *field.Field {
	if r.failed || r.quiet > 0 || r.used == p.used {
		r.unkept = field.Field{}
		return &r.unkept
	}
	end := r.at
	if r.bit > 0 {
		end++
	}
	r.out = append(r.out, field.Field{
		Name: name, Start: p.at, End: end, BitStart: p.bit, Bits: r.used - p.used,
	})
	return &r.out[len(r.out)-1]
}

// u reads an unsigned value of n bits, at most 32.
func (r *bitReader) u(name string, n int) int {
	v, _ := r.uf(name, n)
	return v
}

// uf is u with the field, to add a symbol or a note.
func (r *bitReader) uf(name string, n int) (int, *field.Field) {
	p := r.here()
	v := int(r.raw(n))
	f := r.record(name, p)
	if f != &r.unkept {
		f.Value = field.Number(v)
	}
	return v, f
}

// i reads a signed value of n bits, at most 31, in two's complement.
func (r *bitReader) i(name string, n int) int {
	p := r.here()
	v := int(r.raw(n))
	if n > 0 && v >= 1<<(n-1) {
		v -= 1 << n
	}
	r.record(name, p).Value = field.Number(v)
	return v
}

// sym reads n bits and shows the symbol that names has for the value.
func (r *bitReader) sym(name string, n int, names func(int) string) int {
	v, f := r.uf(name, n)
	f.Symbol = names(v)
	return v
}

// flag reads one bit.
func (r *bitReader) flag(name string) bool { return r.u(name, 1) != 0 }

// ue reads an unsigned Exp-Golomb value, H.264 §9.1.
func (r *bitReader) ue(name string) int {
	v, _ := r.uef(name)
	return v
}

func (r *bitReader) uef(name string) (int, *field.Field) {
	p := r.here()
	v := r.golomb()
	f := r.record(name, p)
	if f != &r.unkept {
		f.Value = field.Number(v)
	}
	return v, f
}

func (r *bitReader) golomb() int {
	zeros := 0
	for r.one() == 0 {
		if zeros++; r.failed || zeros > 32 {
			r.failed = true
			return 0
		}
	}
	return 1<<zeros - 1 + int(r.raw(zeros))
}

// se reads a signed Exp-Golomb value, H.264 §9.1.1.
func (r *bitReader) se(name string) int {
	p := r.here()
	k := r.golomb()
	v := (k + 1) / 2
	if k%2 == 0 {
		v = -v
	}
	r.record(name, p).Value = field.Number(v)
	return v
}

// as records everything that read consumes as one field, without parts.
func (r *bitReader) as(name string, read func()) *field.Field {
	p := r.here()
	r.quiet++
	read()
	r.quiet--
	return r.record(name, p)
}

// rest records the bits that are left as one field, without reading them.
func (r *bitReader) rest(name string) {
	n := r.left()
	if r.failed || n == 0 {
		return
	}
	p := r.here()
	r.at, r.bit = r.end, 0
	r.used += n
	r.record(name, p)
}

// align steps to the next byte boundary.
func (r *bitReader) align() {
	if r.bit > 0 {
		r.raw(8 - r.bit)
	}
}

// left is the number of bits before the end, emulation prevention included.
func (r *bitReader) left() int {
	r.settle()
	if r.at >= r.end {
		return 0
	}
	return (r.end-r.at)*8 - r.bit
}
