package amf

import (
	"encoding/binary"
	"math"
)

// maxShort is the largest length that AMF0 writes in two bytes.
const maxShort = math.MaxUint16

// Num returns a number.
func Num(f float64) Value { return Value{Kind: Number, Number: f} }

// Str returns a string.
func Str(s string) Value { return Value{Kind: String, Text: s} }

// Bool returns a boolean.
func Bool(b bool) Value { return Value{Kind: Boolean, Bool: b} }

// Nul returns null.
func Nul() Value { return Value{Kind: Null} }

// Obj returns an anonymous object; it keeps the slice.
func Obj(members ...Member) Value { return Value{Kind: Object, Members: members} }

// ECMA returns an ECMA array, the form of metadata; it keeps the slice.
func ECMA(members ...Member) Value { return Value{Kind: ECMAArray, Members: members} }

// List returns a strict array; it keeps the slice.
func List(items ...Value) Value { return Value{Kind: StrictArray, Items: items} }

// Prop returns a member for [Obj] and [ECMA].
func Prop(name string, v Value) Member { return Member{Name: name, Value: v} }

// AppendNumber appends an AMF0 number (AMF0 §2.2) to dst.
func AppendNumber(dst []byte, f float64) []byte {
	return appendFloat(append(dst, marker0Number), f)
}

// AppendBoolean appends an AMF0 boolean (AMF0 §2.3) to dst.
func AppendBoolean(dst []byte, b bool) []byte {
	if b {
		return append(dst, marker0Boolean, 1)
	}
	return append(dst, marker0Boolean, 0)
}

// AppendString appends an AMF0 string, or a long string when it has more than
// 65,535 bytes (AMF0 §2.4, §2.14), to dst.
func AppendString(dst []byte, s string) []byte {
	if len(s) > maxShort {
		return appendLong(append(dst, marker0LongString), s)
	}
	return appendShort(append(dst, marker0String), s)
}

// AppendNull appends an AMF0 null (AMF0 §2.7) to dst.
func AppendNull(dst []byte) []byte { return append(dst, marker0Null) }

// AppendObject appends an anonymous AMF0 object (AMF0 §2.5) to dst.
func AppendObject(dst []byte, members ...Member) []byte {
	return appendMembers0(append(dst, marker0Object), members)
}

// Append0 appends v in AMF0 to dst. A value read behind marker 0x11, and one of
// a kind that only AMF3 has, is written as marker 0x11 and AMF3; an AMF3
// integer becomes a number. An ECMA array declares its true count. Names and
// class names longer than 65,535 bytes are cut, since AMF0 cannot carry them.
// Opaque is written as the bytes that the value holds, which are at most 64.
func Append0(dst []byte, v Value) []byte {
	if v.Switched {
		return Append3(append(dst, marker0AVMPlus), v)
	}
	switch v.Kind {
	case Undefined:
		return append(dst, marker0Undefined)
	case Null:
		return AppendNull(dst)
	case Boolean:
		return AppendBoolean(dst, v.Bool)
	case Number, Integer:
		return AppendNumber(dst, v.Number)
	case String:
		return AppendString(dst, v.Text)
	case Object, ECMAArray, StrictArray, Array:
		return appendContainer0(dst, &v)
	case ByteArray, Vector, Dictionary, External:
		return Append3(append(dst, marker0AVMPlus), v)
	}
	return appendRare0(dst, &v)
}

// appendRare0 writes the kinds that do not occur in commands.
func appendRare0(dst []byte, v *Value) []byte {
	switch v.Kind {
	case Date:
		dst = appendFloat(append(dst, marker0Date), v.Number)
		return binary.BigEndian.AppendUint16(dst, uint16(v.Zone))
	case XML:
		return appendLong(append(dst, marker0XMLDocument), v.Text)
	case Reference:
		return binary.BigEndian.AppendUint16(append(dst, marker0Reference), uint16(v.Count))
	case MovieClip:
		return append(dst, marker0MovieClip)
	case RecordSet:
		return append(dst, marker0RecordSet)
	case Unsupported:
		return append(dst, marker0Unsupported)
	}
	return append(dst, v.Text...)
}

func appendContainer0(dst []byte, v *Value) []byte {
	switch {
	case v.Kind == Object && v.Class == "":
		return AppendObject(dst, v.Members...)
	case v.Kind == Object:
		return appendMembers0(appendShort(append(dst, marker0TypedObject), v.Class), v.Members)
	case v.Kind == ECMAArray || len(v.Members) > 0:
		dst = binary.BigEndian.AppendUint32(append(dst, marker0ECMAArray), uint32(len(v.Members)))
		return appendMembers0(dst, v.Members)
	}
	dst = binary.BigEndian.AppendUint32(append(dst, marker0StrictArray), uint32(len(v.Items)))
	for i := range v.Items {
		dst = Append0(dst, v.Items[i])
	}
	return dst
}

func appendMembers0(dst []byte, members []Member) []byte {
	for i := range members {
		dst = Append0(appendShort(dst, members[i].Name), members[i].Value)
	}
	return append(dst, objectEnd...)
}

func appendShort(dst []byte, s string) []byte {
	s = s[:min(len(s), maxShort)]
	return append(binary.BigEndian.AppendUint16(dst, uint16(len(s))), s...)
}

func appendLong(dst []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(dst, uint32(len(s))), s...)
}

func appendFloat(dst []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(f))
}
