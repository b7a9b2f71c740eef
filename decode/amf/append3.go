package amf

import (
	"encoding/binary"
	"math"
)

// Append3 appends v in AMF3 to dst, without a marker 0x11 before it. Strings
// and traits are written in full where an encoder might refer to them; a
// Reference keeps its index. An anonymous object is written as dynamic, a typed
// one with sealed members. A number that is a whole of 29 bits stays a double;
// only kind Integer is written as an integer, if it fits.
//
// What AMF3 cannot carry is changed: the time zone of a date is dropped, the
// reserved AMF0 types become undefined, a named member with an empty name of an
// array is left out, lengths are cut at 2^28-1.
func Append3(dst []byte, v Value) []byte {
	switch v.Kind {
	case Null:
		return append(dst, marker3Null)
	case Boolean:
		if v.Bool {
			return append(dst, marker3True)
		}
		return append(dst, marker3False)
	case Number:
		return appendFloat(append(dst, marker3Double), v.Number)
	case Integer:
		return appendInteger3(dst, v.Number)
	case String:
		return appendString3(append(dst, marker3String), v.Text)
	case Object, External:
		return appendObject3(dst, &v)
	case ECMAArray, StrictArray, Array:
		return appendArray3(dst, &v)
	case Vector:
		return appendVector3(dst, &v)
	}
	return appendRare3(dst, &v)
}

func appendRare3(dst []byte, v *Value) []byte {
	switch v.Kind {
	case Date:
		return appendFloat(append(dst, marker3Date, 1), v.Number)
	case XML:
		marker := byte(marker3XML)
		if v.Marker == marker3XMLDocument {
			marker = marker3XMLDocument
		}
		return appendString3(append(dst, marker), v.Text)
	case ByteArray:
		return appendString3(append(dst, marker3ByteArray), v.Text)
	case Dictionary:
		dst = appendU29(append(dst, marker3Dictionary), uint32(len(v.Items)/2)<<1|1)
		return appendItems3(append(dst, flag(v.Fixed)), v.Items[:len(v.Items)&^1])
	case Reference:
		return appendReference3(dst, v)
	case Opaque:
		return append(dst, v.Text...)
	}
	return append(dst, marker3Undefined)
}

// appendReference3 keeps the marker of the type that is referred to; one from
// AMF0 has none that AMF3 knows and refers to an object.
func appendReference3(dst []byte, v *Value) []byte {
	marker := v.Marker
	if v.Version != 3 {
		marker = marker3Object
	}
	return appendU29(append(dst, marker), v.Count<<1)
}

func appendInteger3(dst []byte, f float64) []byte {
	if f != math.Trunc(f) || f < -1<<28 || f >= 1<<28 {
		return appendFloat(append(dst, marker3Double), f)
	}
	return appendU29(append(dst, marker3Integer), uint32(int32(f)))
}

// appendObject3 writes traits and members: sealed for a typed object, and for
// an empty name, which ends dynamic members; otherwise dynamic.
func appendObject3(dst []byte, v *Value) []byte {
	dst = append(dst, marker3Object)
	switch {
	case v.Kind == External:
		dst = appendString3(append(dst, 0x07), v.Class)
		if len(v.Items) > 0 {
			return appendItems3(dst, v.Items)
		}
		return append(dst, v.Text...)
	case v.Class == "" && v.Get("") == nil:
		dst = appendNamed3(append(dst, 0x0b, 0x01), v.Members)
		return append(dst, 0x01)
	}
	dst = appendU29(dst, uint32(len(v.Members))<<4|0x03)
	dst = appendString3(dst, v.Class)
	for i := range v.Members {
		dst = appendString3(dst, v.Members[i].Name)
	}
	for i := range v.Members {
		dst = Append3(dst, v.Members[i].Value)
	}
	return dst
}

func appendArray3(dst []byte, v *Value) []byte {
	dst = appendU29(append(dst, marker3Array), uint32(len(v.Items))<<1|1)
	dst = appendNamed3(dst, v.Members)
	return appendItems3(append(dst, 0x01), v.Items)
}

// appendNamed3 writes names and values; the empty name that ends them is the
// caller's to add.
func appendNamed3(dst []byte, members []Member) []byte {
	for i := range members {
		if members[i].Name != "" {
			dst = Append3(appendString3(dst, members[i].Name), members[i].Value)
		}
	}
	return dst
}

func appendItems3(dst []byte, items []Value) []byte {
	for i := range items {
		dst = Append3(dst, items[i])
	}
	return dst
}

func appendVector3(dst []byte, v *Value) []byte {
	marker := v.Marker
	if marker < marker3VectorInt || marker > marker3VectorObject {
		marker = marker3VectorObject
	}
	dst = appendU29(append(dst, marker), uint32(len(v.Items))<<1|1)
	dst = append(dst, flag(v.Fixed))
	if marker == marker3VectorObject {
		return appendItems3(appendString3(dst, v.Class), v.Items)
	}
	for i := range v.Items {
		dst = appendElement3(dst, marker, v.Items[i].Number)
	}
	return dst
}

// appendElement3 writes an element of a vector of numbers. It goes through a
// 64-bit integer, because out of range conversions differ between machines.
func appendElement3(dst []byte, marker byte, f float64) []byte {
	if marker == marker3VectorDouble {
		return appendFloat(dst, f)
	}
	return binary.BigEndian.AppendUint32(dst, uint32(int64(f)))
}

// appendString3 writes a string, name or run of bytes in full.
func appendString3(dst []byte, s string) []byte {
	s = s[:min(len(s), maxU29>>1)]
	return append(appendU29(dst, uint32(len(s))<<1|1), s...)
}

// appendU29 writes the low 29 bits of n.
func appendU29(dst []byte, n uint32) []byte {
	n &= maxU29
	switch sizeU29(n) {
	case 1:
		return append(dst, byte(n))
	case 2:
		return append(dst, byte(n>>7)|0x80, byte(n)&0x7f)
	case 3:
		return append(dst, byte(n>>14)|0x80, byte(n>>7)|0x80, byte(n)&0x7f)
	}
	return append(dst, byte(n>>22)|0x80, byte(n>>15)|0x80, byte(n>>8)|0x80, byte(n))
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}
