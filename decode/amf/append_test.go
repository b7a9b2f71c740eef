package amf

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// TestAppend0 compares with bytes written by hand from the AMF0 specification.
func TestAppend0(t *testing.T) {
	for _, c := range []struct {
		name  string
		value Value
		want  string
	}{
		{"number", Num(1), "00 3ff0000000000000"},
		{"boolean", Bool(true), "01 01"},
		{"false", Bool(false), "01 00"},
		{"string", Str("live"), "02 0004 'live'"},
		{"object", Obj(Prop("a", Nul()), Prop("", Num(0))), "03 0001'a' 05 0000 00 0000000000000000 000009"},
		{"undefined", Value{}, "06"},
		{"reference", Value{Kind: Reference, Count: 258}, "07 0102"},
		{"ECMA array", ECMA(Prop("w", Num(1))), "08 00000001 0001'w' 00 3ff0000000000000 000009"},
		{"strict array", List(Nul(), Bool(true)), "0a 00000002 05 0101"},
		{"date", Value{Kind: Date, Number: 1, Zone: -60}, "0b 3ff0000000000000 ffc4"},
		{"unsupported", Value{Kind: Unsupported}, "0d"},
		{"reserved", List(Value{Kind: MovieClip}, Value{Kind: RecordSet}), "0a 00000002 04 0e"},
		{"XML", Value{Kind: XML, Text: "<a/>"}, "0f 00000004 '<a/>'"},
		{"typed object", Value{Kind: Object, Class: "P"}, "10 0001'P' 000009"},
		{"AMF3 array without names", Value{Kind: Array, Items: []Value{Nul()}}, "0a 00000001 05"},
		{"AMF3 integer", Value{Kind: Integer, Number: 1}, "00 3ff0000000000000"},
		{"AMF3 byte array", Value{Kind: ByteArray, Text: "x"}, "11 0c 03 'x'"},
		{"behind 0x11", Value{Kind: Null, Switched: true}, "11 01"},
		{"opaque", Value{Kind: Opaque, Text: "\xff"}, "ff"},
	} {
		if got, want := Append0(nil, c.value), hx(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s: got % x, want % x", c.name, got, want)
		}
	}
}

// TestAppendString switches to the long form where two bytes no longer count.
func TestAppendString(t *testing.T) {
	short, long := strings.Repeat("s", 65535), strings.Repeat("l", 65536)
	if got := AppendString(nil, short); !bytes.Equal(got[:3], []byte{2, 0xff, 0xff}) || len(got) != 65538 {
		t.Errorf("65,535 bytes: % x, %d", got[:3], len(got))
	}
	if got := AppendString(nil, long); !bytes.Equal(got[:5], []byte{12, 0, 1, 0, 0}) || len(got) != 65541 {
		t.Errorf("65,536 bytes: % x, %d", got[:5], len(got))
	}
	got := AppendObject(nil, Prop(long, Nul()))
	if r := Decode0(got, 0, wide); len(r.Problems) > 0 || len(r.Values[0].Members[0].Name) != 65535 {
		t.Errorf("a name too long breaks the object: %v", r.Problems)
	}
}

// TestAppend3 compares with bytes written by hand from the AMF3 specification.
func TestAppend3(t *testing.T) {
	for _, c := range []struct {
		name  string
		value Value
		want  string
	}{
		{"undefined", Value{}, "00"},
		{"null", Nul(), "01"},
		{"false", Bool(false), "02"},
		{"true", Bool(true), "03"},
		{"integer too large", Value{Kind: Integer, Number: 1 << 28}, "05 41b0000000000000"},
		{"double", Num(1), "05 3ff0000000000000"},
		{"string", Str("live"), "06 09 'live'"},
		{"XMLDocument", Value{Kind: XML, Version: 3, Marker: 7, Text: "x"}, "07 03 'x'"},
		{"XML", Value{Kind: XML, Text: "x"}, "0b 03 'x'"},
		{"date", Value{Kind: Date, Number: 1}, "08 01 3ff0000000000000"},
		{"array", Value{Kind: Array, Members: []Member{Prop("a", Nul())}, Items: []Value{Bool(true)}}, "09 03 03'a' 01 01 03"},
		{"dynamic object", Obj(Prop("a", Nul())), "0a 0b 01 03'a' 01 01"},
		{"sealed object", Value{Kind: Object, Class: "P", Members: []Member{Prop("a", Nul())}}, "0a 13 03'P' 03'a' 01"},
		{"object with an empty name", Obj(Prop("", Nul())), "0a 13 01 01 01"},
		{"external", Value{Kind: External, Class: "E", Text: "z"}, "0a 07 03'E' 'z'"},
		{"byte array", Value{Kind: ByteArray, Text: "\x01"}, "0c 03 01"},
		{"Vector<int>", Value{Kind: Vector, Marker: 0x0d, Items: []Value{Num(-1)}}, "0d 03 00 ffffffff"},
		{"Vector<uint>", Value{Kind: Vector, Marker: 0x0e, Fixed: true, Items: []Value{Num(math.MaxUint32)}}, "0e 03 01 ffffffff"},
		{"Vector<double>", Value{Kind: Vector, Marker: 0x0f, Items: []Value{Num(1)}}, "0f 03 00 3ff0000000000000"},
		{"Vector<Object>", Value{Kind: Vector, Class: "P", Items: []Value{Nul()}}, "10 03 00 03'P' 01"},
		{"Dictionary", Value{Kind: Dictionary, Fixed: true, Items: []Value{Nul(), Bool(true)}}, "11 03 01 01 03"},
		{"reference", Value{Kind: Reference, Version: 3, Marker: 9, Count: 64}, "09 8100"},
		{"unsupported", Value{Kind: Unsupported}, "00"},
	} {
		if got, want := Append3(nil, c.value), hx(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s: got % x, want % x", c.name, got, want)
		}
	}
}
