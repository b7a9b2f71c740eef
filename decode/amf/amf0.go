package amf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// The AMF0 type markers (AMF0 §2.1; 0x11 is §3.1; 0x22 is not in the
// specification, Wireshark lists it as a 64-bit integer).
const (
	marker0Number      = 0x00
	marker0Boolean     = 0x01
	marker0String      = 0x02
	marker0Object      = 0x03
	marker0MovieClip   = 0x04
	marker0Null        = 0x05
	marker0Undefined   = 0x06
	marker0Reference   = 0x07
	marker0ECMAArray   = 0x08
	marker0ObjectEnd   = 0x09
	marker0StrictArray = 0x0a
	marker0Date        = 0x0b
	marker0LongString  = 0x0c
	marker0Unsupported = 0x0d
	marker0RecordSet   = 0x0e
	marker0XMLDocument = 0x0f
	marker0TypedObject = 0x10
	marker0AVMPlus     = 0x11
	marker0Int64       = 0x22
)

// objectEnd is an empty name followed by the object end marker (AMF0 §2.11).
var objectEnd = []byte{0, 0, marker0ObjectEnd}

// value0 reads one AMF0 value.
func (r *reader) value0() Value {
	v := Value{Start: r.at}
	if r.begin(&v) {
		r.read0(&v)
	}
	v.End = r.at
	return v
}

// stray0 takes bytes between values that no encoder means as a value: an end
// marker too many, and zero padding too short for a number. A number that
// begins like an end marker would be smaller than 1e-307.
func (r *reader) stray0(before []Value) (Value, bool) {
	v, rest := Value{Start: r.at}, r.body[r.at:]
	switch {
	case len(before) > 0 && isContainer(before[len(before)-1].Kind) && bytes.HasPrefix(rest, objectEnd):
		r.remark(ObjectEndExtra, r.at, describe(ObjectEndExtra))
		r.at += len(objectEnd)
		return r.opaque(&v, r.at), true
	case len(before) > 0 && len(rest) < 9 && len(bytes.Trim(rest, "\x00")) == 0:
		r.fail(&v, TrailingZeros, describe(TrailingZeros))
		return v, true
	}
	return Value{}, false
}

func isContainer(k Kind) bool {
	return k == Object || k == ECMAArray || k == StrictArray
}

// read0 reads what follows the marker.
func (r *reader) read0(v *Value) {
	switch v.Marker {
	case marker0Number, marker0Boolean, marker0Date, marker0Reference, marker0Int64:
		r.fixed0(v)
	case marker0String:
		r.string0(v, String, 2)
	case marker0LongString:
		r.string0(v, String, 4)
	case marker0XMLDocument:
		r.string0(v, XML, 4)
	case marker0Object, marker0TypedObject, marker0ECMAArray, marker0StrictArray:
		r.objects0++
		r.container0(v)
	case marker0AVMPlus:
		r.switch3(v)
	default:
		r.bare0(v)
	}
}

// bare0 reads the types that have no body (AMF0 §2.6–2.8, §2.15, §2.16).
func (r *reader) bare0(v *Value) {
	switch v.Marker {
	case marker0Null:
		v.Kind = Null
	case marker0Undefined:
		v.Kind = Undefined
	case marker0Unsupported:
		v.Kind = Unsupported
	case marker0MovieClip:
		v.Kind = MovieClip
		r.remark(ReservedMarker, v.Start, describe(ReservedMarker))
	case marker0RecordSet:
		v.Kind = RecordSet
		r.remark(ReservedMarker, v.Start, describe(ReservedMarker))
	case marker0ObjectEnd:
		r.remark(ObjectEndExtra, v.Start, describe(ObjectEndExtra))
		*v = r.opaque(v, r.at)
	default:
		r.fail(v, UnknownMarker, fmt.Sprintf("No AMF0 type has the marker 0x%02x.", v.Marker))
	}
}

// fixed0 reads the types whose body has a fixed size (AMF0 §2.2, §2.3, §2.9,
// §2.13).
func (r *reader) fixed0(v *Value) {
	b, ok := r.take(v, uint32(bodySize0(v.Marker)), ValuePastEnd)
	if !ok {
		return
	}
	switch v.Marker {
	case marker0Number:
		v.Kind, v.Number = Number, float(b)
	case marker0Boolean:
		v.Kind, v.Bool = Boolean, b[0] != 0
		if b[0] > 1 {
			r.remark(BooleanValue, v.Start, describe(BooleanValue))
		}
	case marker0Date:
		v.Kind, v.Number, v.Zone = Date, float(b), int16(binary.BigEndian.Uint16(b[8:]))
	case marker0Reference:
		v.Kind, v.Count = Reference, uint32(binary.BigEndian.Uint16(b))
		r.checkReference0(v)
	case marker0Int64:
		v.Kind, v.Number = Integer, float64(int64(binary.BigEndian.Uint64(b)))
		r.remark(VendorMarker, v.Start, describe(VendorMarker))
	}
}

// bodySize0 is the number of bytes behind the marker of a type of fixed size.
func bodySize0(marker byte) int {
	switch marker {
	case marker0Boolean:
		return 1
	case marker0Reference:
		return 2
	case marker0Date:
		return 10
	}
	return 8
}

// checkReference0 compares a reference with the objects and arrays so far, which
// it counts from 0 in order of appearance (AMF0 §2.9).
func (r *reader) checkReference0(v *Value) {
	if int(v.Count) >= r.objects0 {
		r.remark(ReferenceRange, v.Start,
			fmt.Sprintf("Reference %d, but only %d objects and arrays came before.", v.Count, r.objects0))
	}
}

// string0 reads a length of two or four bytes and that many bytes of text.
func (r *reader) string0(v *Value, kind Kind, prefix int) {
	head, ok := r.take(v, uint32(prefix), ValuePastEnd)
	if !ok {
		return
	}
	n := uint32(binary.BigEndian.Uint16(head))
	if prefix == 4 {
		n = binary.BigEndian.Uint32(head)
	}
	b, ok := r.take(v, n, StringPastEnd)
	if ok {
		v.Kind, v.Count, v.Text = kind, n, string(b)
	}
}

// container0 reads what comes before the members or items, then those.
func (r *reader) container0(v *Value) {
	switch v.Marker {
	case marker0Object:
		v.Kind = Object
		r.members0(v)
	case marker0TypedObject:
		r.string0(v, Object, 2)
		if v.Kind == Object {
			v.Class, v.Text, v.Count = v.Text, "", 0
			r.members0(v)
		}
	case marker0ECMAArray:
		if r.count0(v, ECMAArray) {
			r.members0(v)
			r.checkCount0(v)
		}
	case marker0StrictArray:
		if r.count0(v, StrictArray) {
			r.list(v, v.Count, r.value0)
		}
	}
}

func (r *reader) count0(v *Value, kind Kind) bool {
	b, ok := r.take(v, 4, ValuePastEnd)
	if ok {
		v.Kind, v.Count = kind, binary.BigEndian.Uint32(b)
	}
	return ok
}

// checkCount0 remarks on a count that is wrong. OBS always writes 20.
func (r *reader) checkCount0(v *Value) {
	if v.Kind == ECMAArray && !r.dead && int64(v.Count) != int64(len(v.Members)) {
		r.remark(ECMACount, v.Start,
			fmt.Sprintf("The ECMA array declares %d members and has %d.", v.Count, len(v.Members)))
	}
}

// members0 reads names and values up to the object end marker.
func (r *reader) members0(v *Value) {
	if !r.enter(v) {
		return
	}
	base := len(r.members)
	for r.member0(v.Start) {
	}
	v.Members = r.closeMembers(base)
	r.depth--
}

// member0 reads one member and reports whether another may follow. The end of
// the body, also inside the end marker, is taken as the end of the object.
func (r *reader) member0(object int) bool {
	rest := r.body[r.at:]
	switch {
	case r.dead:
		return false
	case bytes.HasPrefix(rest, objectEnd):
		r.at += len(objectEnd)
		return false
	case bytes.HasPrefix(objectEnd, rest):
		r.stop(ObjectEndMissing, object, describe(ObjectEndMissing))
		return false
	}
	m := Member{NameStart: r.at}
	name := Value{Start: r.at}
	r.string0(&name, String, 2)
	if name.Kind != String {
		r.brokenName(name)
		return false
	}
	if name.Text == "" {
		r.remark(EmptyName, r.at, describe(EmptyName))
	}
	m.Name, m.NameEnd = name.Text, r.at
	m.Value = r.value0()
	r.members = append(r.members, m)
	return true
}

func float(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }
