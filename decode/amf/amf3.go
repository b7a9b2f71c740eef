package amf

import (
	"encoding/binary"
	"fmt"
)

// The AMF3 type markers (AMF3 §3.1).
const (
	marker3Undefined    = 0x00
	marker3Null         = 0x01
	marker3False        = 0x02
	marker3True         = 0x03
	marker3Integer      = 0x04
	marker3Double       = 0x05
	marker3String       = 0x06
	marker3XMLDocument  = 0x07
	marker3Date         = 0x08
	marker3Array        = 0x09
	marker3Object       = 0x0a
	marker3XML          = 0x0b
	marker3ByteArray    = 0x0c
	marker3VectorInt    = 0x0d
	marker3VectorUint   = 0x0e
	marker3VectorDouble = 0x0f
	marker3VectorObject = 0x10
	marker3Dictionary   = 0x11
)

// maxU29 is the largest value of 29 bits.
const maxU29 = 1<<29 - 1

// switch3 reads the AMF3 value behind AMF0 marker 0x11. It counts as the one
// value that 0x11 began.
func (r *reader) switch3(v *Value) {
	v.Version = 3
	marker, ok := r.take(v, 1, ValuePastEnd)
	if !ok {
		return
	}
	v.Marker, v.Switched = marker[0], true
	r.inContext3(v)
}

// fresh3 reads one AMF3 value with tables of its own.
func (r *reader) fresh3() Value {
	v := Value{Version: 3, Start: r.at}
	if r.begin(&v) {
		r.inContext3(&v)
	}
	v.End = r.at
	return v
}

// value3 reads one AMF3 value inside another.
func (r *reader) value3() Value {
	v := Value{Version: 3, Start: r.at}
	if r.begin(&v) {
		r.read3(&v)
	}
	v.End = r.at
	return v
}

// read3 reads what follows the marker.
func (r *reader) read3(v *Value) {
	switch v.Marker {
	case marker3Undefined:
		v.Kind = Undefined
	case marker3Null:
		v.Kind = Null
	case marker3False, marker3True:
		v.Kind, v.Bool = Boolean, v.Marker == marker3True
	case marker3Integer:
		r.integer3(v)
	case marker3Double:
		r.double3(v, Number)
	case marker3String:
		r.stringValue3(v)
	default:
		r.complex3(v)
	}
}

// complex3 reads the types that take part in the object table (AMF3 §2.2).
func (r *reader) complex3(v *Value) {
	if v.Marker > marker3Dictionary {
		r.fail(v, UnknownMarker, fmt.Sprintf("No AMF3 type has the marker 0x%02x.", v.Marker))
		return
	}
	u, ok := r.u29(v)
	if !ok {
		return
	}
	if u&1 == 0 {
		r.objectReference3(v, u>>1)
		return
	}
	r.tables.objects++
	switch v.Marker {
	case marker3Date:
		r.double3(v, Date)
	case marker3XMLDocument, marker3XML:
		r.bytes3(v, XML, u>>1)
	case marker3ByteArray:
		r.bytes3(v, ByteArray, u>>1)
	case marker3Array:
		r.array3(v, u>>1)
	case marker3Object:
		r.object3(v, u)
	case marker3Dictionary:
		r.dictionary3(v, u>>1)
	default:
		r.vector3(v, u>>1)
	}
}

// u29 reads a variable length integer of 29 bits: up to three bytes of seven
// bits, then a whole byte (AMF3 §1.3.1).
func (r *reader) u29(v *Value) (uint32, bool) {
	at, n := r.at, uint32(0)
	for i := 1; ; i++ {
		b, ok := r.take(v, 1, ValuePastEnd)
		if !ok {
			return 0, false
		}
		last := b[0] < 0x80 || i == 4
		if i == 4 {
			n = n<<8 | uint32(b[0])
		} else {
			n = n<<7 | uint32(b[0]&0x7f)
		}
		if last && i > sizeU29(n) {
			r.remark(U29Overlong, at, fmt.Sprintf("%d is written in %d bytes and needs %d.", n, i, sizeU29(n)))
		}
		if last {
			return n, true
		}
	}
}

// sizeU29 is the number of bytes that n needs.
func sizeU29(n uint32) int {
	switch {
	case n < 1<<7:
		return 1
	case n < 1<<14:
		return 2
	case n < 1<<21:
		return 3
	}
	return 4
}

// integer3 reads a 29-bit two's complement integer (AMF3 §3.6).
func (r *reader) integer3(v *Value) {
	u, ok := r.u29(v)
	if !ok {
		return
	}
	n := int32(u)
	if u >= 1<<28 {
		n -= 1 << 29
	}
	v.Kind, v.Number = Integer, float64(n)
}

func (r *reader) double3(v *Value, kind Kind) {
	if b, ok := r.take(v, 8, ValuePastEnd); ok {
		v.Kind, v.Number = kind, float(b)
	}
}

func (r *reader) bytes3(v *Value, kind Kind, n uint32) {
	if b, ok := r.take(v, n, StringPastEnd); ok {
		v.Kind, v.Count, v.Text = kind, n, string(b)
	}
}

// stringValue3 reads a string. One that is a reference without a target stays a
// Reference: its bytes are clear, only its meaning is not known.
func (r *reader) stringValue3(v *Value) {
	s, ok := r.string3(v)
	if !ok {
		return
	}
	v.Kind, v.Count, v.Text, v.Referred = String, uint32(len(s.text)), s.text, s.referred
	if s.missing {
		v.Kind, v.Count, v.Referred = Reference, s.index, false
	}
}

// array3 reads the associative part up to an empty name, then n dense elements
// (AMF3 §3.11).
func (r *reader) array3(v *Value, n uint32) {
	v.Kind, v.Count = Array, n
	if !r.enter(v) {
		return
	}
	v.Members = r.named3(v.Start, len(r.members))
	r.depth--
	if !r.dead {
		r.list(v, n, r.value3)
	}
}

// vector3 reads the flag for a fixed length and the elements (AMF3 §3.15).
func (r *reader) vector3(v *Value, n uint32) {
	flag, ok := r.take(v, 1, ValuePastEnd)
	if !ok {
		return
	}
	v.Kind, v.Count, v.Fixed = Vector, n, flag[0] != 0
	if v.Marker != marker3VectorObject {
		r.list(v, n, func() Value { return r.element3(v.Marker) })
		return
	}
	class, ok := r.string3(v)
	if ok {
		v.Class = class.text
		r.list(v, n, r.value3)
	}
}

// element3 reads one element of a vector of numbers, which has no marker.
func (r *reader) element3(vector byte) Value {
	v := Value{Version: 3, Start: r.at}
	size := uint32(4)
	if vector == marker3VectorDouble {
		size = 8
	}
	if r.values >= r.lim.Values {
		r.fail(&v, ValuesExceeded, describe(ValuesExceeded))
		return v
	}
	r.values++
	b, ok := r.take(&v, size, ValuePastEnd)
	if !ok {
		return v
	}
	v.Kind, v.Marker, v.End = Integer, marker3Integer, r.at
	switch vector {
	case marker3VectorInt:
		v.Number = float64(int32(binary.BigEndian.Uint32(b)))
	case marker3VectorUint:
		v.Number = float64(binary.BigEndian.Uint32(b))
	default:
		v.Kind, v.Marker, v.Number = Number, marker3Double, float(b)
	}
	return v
}

// dictionary3 reads n pairs of key and value (AMF3 §3.16).
func (r *reader) dictionary3(v *Value, n uint32) {
	weak, ok := r.take(v, 1, ValuePastEnd)
	if !ok {
		return
	}
	v.Kind, v.Count, v.Fixed = Dictionary, n, weak[0] != 0
	r.list(v, 2*n, r.value3)
}
