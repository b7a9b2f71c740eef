package capture

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Option codes, draft-ietf-opsawg-pcapng §3.5, §4.1, §4.2.
const (
	optComment     = 1
	optApplication = 4
	optResolution  = 9
	optTimeOffset  = 14
)

// iface is an interface of a capture: its link type and its clock.
type iface struct {
	link    wire.LinkType
	snaplen uint32
	units   uint64 // in a second
	offset  int64  // seconds
}

// time converts a timestamp in the interface's units.
func (i *iface) time(ts uint64) time.Time {
	hi, lo := bits.Mul64(ts%i.units, uint64(time.Second))
	nanos, _ := bits.Div64(hi, lo, i.units)
	return time.Unix(int64(ts/i.units)+i.offset, int64(nanos)).UTC()
}

// options yields the options at the end of a block, as far as they are whole.
func options(o binary.ByteOrder, p []byte) iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for len(p) >= 4 {
			code, n := o.Uint16(p), int(o.Uint16(p[2:]))
			if code == 0 || len(p) < 4+n || !yield(code, p[4:4+n]) {
				return
			}
			p = p[min(len(p), 4+(n+3)&^3):]
		}
	}
}

// interfaceDescription adds an interface to a copy of the section, because
// marks may refer to the section as it was.
func (b *blocks) interfaceDescription(body []byte) error {
	if len(body) < 8 {
		return b.bad("an interface description is too short")
	}
	if len(b.sect.ifaces) == maxInterfaces {
		return b.bad("a section has more than %d interfaces", maxInterfaces)
	}
	o := b.sect.order
	in := iface{link: wire.LinkType(o.Uint16(body)), snaplen: o.Uint32(body[4:]), units: 1_000_000}
	for code, value := range options(o, body[8:]) {
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
	next.ifaces = append(next.ifaces[:len(next.ifaces):len(next.ifaces)], in)
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
