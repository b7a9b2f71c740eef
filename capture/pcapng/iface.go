package pcapng

import (
	"iter"
	"math/bits"
	"time"
)

// Option codes, draft-ietf-opsawg-pcapng §3.5, §4.1, §4.2.
const (
	OptEnd         = 0
	OptComment     = 1
	OptApplication = 4

	optName        = 2 // of an interface
	optDescription = 3
	optResolution  = 9
	optTimeOffset  = 14
)

// Interface is an interface of a capture: its link type and its clock.
type Interface struct {
	// Link is the link type (https://www.tcpdump.org/linktypes.html).
	Link    uint16
	snaplen uint32
	units   uint64 // in a second
	offset  int64  // seconds
}

// time converts a timestamp in the interface's units.
func (i *Interface) time(ts uint64) time.Time {
	hi, lo := bits.Mul64(ts%i.units, uint64(time.Second))
	nanos, _ := bits.Div64(hi, lo, i.units)
	return time.Unix(int64(ts/i.units)+i.offset, int64(nanos)).UTC()
}

// Options are the options at the end of a block, raw.
type Options struct {
	order ByteOrder
	raw   []byte
}

// NewOptions is options as they stand in a block.
func NewOptions(o ByteOrder, raw []byte) Options { return Options{o, raw} }

// None says that there are no options.
func (o *Options) None() bool { return len(o.raw) < 4 }

// Next takes the first option off, as far as it is whole. The value is borrowed.
func (o *Options) Next() (code uint16, value []byte, ok bool) {
	p := o.raw
	if len(p) < 4 {
		return 0, nil, false
	}
	code, n := o.order.Uint16(p), int(o.order.Uint16(p[2:]))
	if code == OptEnd || len(p) < 4+n {
		return 0, nil, false
	}
	o.raw = p[min(len(p), 4+(n+3)&^3):]
	return code, p[4 : 4+n], true
}

// All yields code and value of the options, as [Options.Next] takes them.
func (o Options) All() iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for {
			code, value, ok := o.Next()
			if !ok || !yield(code, value) {
				return
			}
		}
	}
}

// interfaceDescription adds an interface to a copy of the section, because
// marks may refer to the section as it was.
func (b *Reader) interfaceDescription(body []byte) error {
	if len(body) < 8 {
		return b.bad("an interface description is too short")
	}
	if len(b.sect.Interfaces) == maxInterfaces {
		return b.bad("a section has more than %d interfaces", maxInterfaces)
	}
	o := b.sect.Order
	in := Interface{Link: o.Uint16(body), snaplen: o.Uint32(body[4:]), units: 1_000_000}
	for code, value := range (Options{o, body[8:]}).All() {
		switch {
		case code == optResolution && len(value) >= 1:
			in.units = unitsOf(value[0])
		case code == optTimeOffset && len(value) >= 8:
			in.offset = int64(o.Uint64(value))
		}
	}
	if in.units == 0 {
		return b.bad("an interface has a timestamp resolution that does not fit 64 bits")
	}
	next := *b.sect
	next.Interfaces = append(next.Interfaces[:len(next.Interfaces):len(next.Interfaces)], in)
	b.sect = &next
	return nil
}

// unitsOf reads if_tsresol: a negative power of ten, or of two with the high
// bit set. It returns 0 when the power does not fit.
func unitsOf(resolution byte) uint64 {
	if resolution&0x80 != 0 {
		return 1 << (resolution & 0x7f)
	}
	if resolution > 19 {
		return 0
	}
	units := uint64(1)
	for range resolution {
		units *= 10
	}
	return units
}

// Stamp is a time in the interface's units, for a packet or statistics.
func (i *Interface) Stamp(at time.Time) uint64 {
	if at.Unix() < i.offset {
		return 0
	}
	hi, lo := bits.Mul64(uint64(at.Nanosecond()), i.units)
	fraction, rest := bits.Div64(hi, lo, uint64(time.Second))
	if rest > 0 {
		fraction++ // time cuts off
	}
	return uint64(at.Unix()-i.offset)*i.units + fraction
}
