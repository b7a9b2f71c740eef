package amf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// outline writes a field with its range, type, value and note, and its parts in
// brackets.
func outline(f field.Field) string {
	s := fmt.Sprintf("%s %d-%d", f.Name, f.Start, f.End)
	if f.Value != "" {
		s += "=" + f.Value.Show(true)
	}
	if f.Note != "" {
		s += " {" + f.Note + "}"
	}
	if f.Bad {
		s += " BAD"
	}
	var parts []string
	for _, c := range f.Children {
		parts = append(parts, outline(c))
	}
	if len(parts) > 0 {
		s += " [" + strings.Join(parts, ", ") + "]"
	}
	return s
}

// TestFieldsOfEveryType shows one value of each type; offsets and parts follow from
// the sections of the two specifications, by hand.
func TestFieldsOfEveryType(t *testing.T) {
	for _, c := range []struct{ bytes, kind, want string }{
		{"00 3ff0000000000000", "Number AMF0 §2.2", "v 0-9=1 [marker 0-1=0x00, value 1-9=1]"},
		{"05", "null AMF0 §2.7", "v 0-1=null"},
		{"02 0002 'hi'", "String AMF0 §2.4", `v 0-5="hi" [marker 0-1=0x02, length 1-3=2, content 3-5="hi"]`},
		{"02 0000", "String AMF0 §2.4", `v 0-3="" [marker 0-1=0x02, length 1-3=0]`},
		{"03 000009", "Object AMF0 §2.5", "v 0-4=0 members [marker 0-1=0x03, object end marker 1-4]"},
		{"10 0001'P' 000009", "Typed Object AMF0 §2.18", `v 0-7=class "P", 0 members [marker 0-1=0x10, class name 1-4="P", object end marker 4-7]`},
		{"08 00000002 000009", "ECMA Array AMF0 §2.10", "v 0-8=0 members {declares 2 members} [marker 0-1=0x08, count 1-5=2, object end marker 5-8]"},
		{"08 00000001 0001'a' 05 000009", "ECMA Array AMF0 §2.10",
			`v 0-12=1 member [marker 0-1=0x08, count 1-5=1, a 5-9=null [name 5-8="a", value 8-9=null], object end marker 9-12]`},
		{"03 0001'a' 05 0000", "Object AMF0 §2.5", `v 0-7=1 member [marker 0-1=0x03, a 1-5=null [name 1-4="a", value 4-5=null], object end marker 5-7 BAD]`},
		{"0a 00000000", "Strict Array AMF0 §2.12", "v 0-5=0 items [marker 0-1=0x0a, count 1-5=0]"},
		{"0a 00000002 05 06", "Strict Array AMF0 §2.12", "v 0-7=2 items [marker 0-1=0x0a, count 1-5=2, [0] 5-6=null, [1] 6-7=undefined]"},
		{"0b 0000000000000000 ffc4", "Date AMF0 §2.13", "v 0-11=1970-01-01T00:00:00.000Z {time zone -60 minutes, which readers should ignore} " +
			"[marker 0-1=0x0b, milliseconds 1-9=1970-01-01T00:00:00.000Z, time zone 9-11=-60]"},
		{"0b 0000000000000000 0000", "Date AMF0 §2.13", "v 0-11=1970-01-01T00:00:00.000Z [marker 0-1=0x0b, milliseconds 1-9=1970-01-01T00:00:00.000Z, time zone 9-11=0]"},
		{"07 0102", "Reference AMF0 §2.9", "v 0-3=258 [marker 0-1=0x07, index 1-3=258]"},
		{"22 0000000000000005", "Int64 Wireshark", "v 0-9=5 [marker 0-1=0x22, value 1-9=5]"},
		{"12", "unread bytes ", "v 0-1=1 bytes BAD"},
		{"11 01", "null AMF3 §3.3", "v 0-2=null [avmplus marker 0-1=0x11, marker 1-2=0x01]"},
		{"11 04 8100", "integer AMF3 §3.6", "v 0-4=128 [avmplus marker 0-1=0x11, marker 1-2=0x04, value 2-4=128]"},
		{"11 08 01 0000000000000000", "Date AMF3 §3.10", "v 0-11=1970-01-01T00:00:00.000Z [avmplus marker 0-1=0x11, marker 1-2=0x08, flags 2-3, milliseconds 3-11=1970-01-01T00:00:00.000Z]"},
		{"11 09 01 01", "Array AMF3 §3.11", "v 0-4=0 items [avmplus marker 0-1=0x11, marker 1-2=0x09, count 2-4=0]"},
		{"11 09 03 03'n' 02 01 03", "Array AMF3 §3.11", `v 0-8=1 member, 1 item [avmplus marker 0-1=0x11, marker 1-2=0x09, count 2-3=1, ` +
			`n 3-6=false [name 3-5="n", value 5-6=false], end of names 6-7, [0] 7-8=true]`},
		{"11 0a 0b 01 01", "Object AMF3 §3.12", `v 0-5=0 members [avmplus marker 0-1=0x11, marker 1-2=0x0a, traits 2-5=""]`},
		{"11 0a 07 03'E' 'zz'", "Object AMF3 §3.12", `v 0-7=E [avmplus marker 0-1=0x11, marker 1-2=0x0a, traits 2-5="E", externalized bytes 5-7 BAD]`},
		{"11 0a 07 43'flex.messaging.io.ArrayCollection' 01", "Object AMF3 §3.12",
			`v 0-38=flex.messaging.io.ArrayCollection [avmplus marker 0-1=0x11, marker 1-2=0x0a, traits 2-37="flex.messaging.io.ArrayCollection", [0] 37-38=null]`},
		{"11 0c 05 'ab'", "ByteArray AMF3 §3.14", "v 0-5=2 bytes [avmplus marker 0-1=0x11, marker 1-2=0x0c, length 2-3=2, content 3-5=2 bytes]"},
		{"11 0d 03 01 00000007", "Vector<int> AMF3 §3.15", "v 0-8=1 item {fixed length} [avmplus marker 0-1=0x11, marker 1-2=0x0d, count and flags 2-4=1, [0] 4-8=7]"},
		{"11 0e 03 00 ffffffff", "Vector<uint> AMF3 §3.15", "v 0-8=1 item [avmplus marker 0-1=0x11, marker 1-2=0x0e, count and flags 2-4=1, [0] 4-8=4294967295]"},
		{"11 10 03 00 03'P' 05 3ff0000000000000", "Vector<Object> AMF3 §3.15",
			`v 0-15=class "P", 1 item [avmplus marker 0-1=0x11, marker 1-2=0x10, count and flags 2-6=1, [0] 6-15=1 [marker 6-7=0x05, value 7-15=1]]`},
		{"11 11 05 01 01 02 01 03", "Dictionary AMF3 §3.16", "v 0-8=2 pairs {weak keys} [avmplus marker 0-1=0x11, marker 1-2=0x11, count and weak keys flag 2-4=2, " +
			"[0] 4-5=null, [1] 5-6=false, [2] 6-7=null, [3] 7-8=true]"},
	} {
		body := hx(t, c.bytes)
		v := Decode0(body, 0, wide).Values[0]
		f := Fields("v", &v, nil)
		if got := outline(f); got != c.want {
			t.Errorf("% x\ngot  %s\nwant %s", body, got, c.want)
		}
		if got := f.Symbol + " " + f.Source; got != c.kind {
			t.Errorf("% x is %q, want %q", body, got, c.kind)
		}
		checkFields(t, &v)
	}
}

// TestFieldsOfReferences: a string by reference has no bytes of its own, and an object
// of earlier traits has no bytes of names.
func TestFieldsOfReferences(t *testing.T) {
	v := Decode0(hx(t, "11 09 05 01 06 03'k' 06 00"), 0, wide).Values[0]
	want := `v 0-9=2 items [avmplus marker 0-1=0x11, marker 1-2=0x09, count 2-4=2, ` +
		`[0] 4-7="k" [marker 4-5=0x06, length 5-6=1, content 6-7="k"], ` +
		`[1] 7-9="k" {given as a reference to an earlier string} [marker 7-8=0x06, reference 8-9]]`
	if got := outline(Fields("v", &v, nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	v = Decode0(hx(t, "11 09 05 01 0a 23 03'P' 03'x' 03'y' 02 01 0a 01 03 01"), 0, wide).Values[0]
	want = `v 0-18=2 items [avmplus marker 0-1=0x11, marker 1-2=0x09, count 2-4=2, ` +
		`[0] 4-14=class "P", 2 members [marker 4-5=0x0a, traits 5-8="P", sealed name 8-10="x", sealed name 10-12="y", x 12-13=false, y 13-14=null], ` +
		`[1] 14-18=class "P", 2 members [marker 14-15=0x0a, traits 15-16="P", x 16-17=true, y 17-18=null]]`
	if got := outline(Fields("v", &v, nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestSecretsOfEveryType: what can hold text can be a credential, and nothing else is
// asked about.
func TestSecretsOfEveryType(t *testing.T) {
	for _, c := range []struct{ bytes, asked string }{
		{"02 0002'hi'", "hi"}, {"0f 00000002'hi'", "hi"}, {"11 0c 05'ab'", "6162"}, {"11 0a 07 03'E' 'z'", "7a"}, {"12 34", "1234"},
		{"11 0a 07 43'flex.messaging.io.ArrayCollection' 01", ""}, {"03 000009", ""}, {"05", ""}, {"00 0000000000000000", ""}, {"07 0001", ""},
	} {
		v := Decode0(hx(t, c.bytes), 0, wide).Values[0]
		for _, yes := range []bool{true, false} {
			asked := ""
			f := Fields("v", &v, func(key, s string) bool { asked += s; return yes })
			if asked != c.asked || f.Secret != (yes && asked != "") {
				t.Errorf("%s: asked about %q, secret %v", c.bytes, asked, f.Secret)
			}
			if v.Kind == String && f.Value.HasSecret() != yes {
				t.Errorf("%s: shown as %q", c.bytes, f.Value)
			}
		}
	}
	if got := Fields("v", &Value{Kind: String, Text: "\x1b"}, nil).Value; got != `"`+text.Plain("\x1b")+`"` {
		t.Errorf("nothing is secret: %q", got)
	}
}

// TestSiblingsAreNotNested: containers that stand beside each other have one depth,
// however many they are, in every kind of container.
func TestSiblingsAreNotNested(t *testing.T) {
	limits := Limits{Depth: 3, Values: 1000}
	for name, one := range map[string]string{
		"object": "03 0001'a' 05 000009", "ECMA array": "08 00000001 0001'a' 05 000009", "strict array": "0a 00000001 05",
		"AMF3 array": "11 09 03 03'a' 01 01 01", "AMF3 object": "11 0a 0b 01 03'a' 01 01", "vector": "11 10 03 00 01 01", "dictionary": "11 11 03 00 01 01",
	} {
		r := Decode0(hx(t, "0a 00000008"+strings.Repeat(one, 8)), 0, limits)
		if len(r.Problems) > 0 || len(r.Values) != 1 || len(r.Values[0].Items) != 8 {
			t.Errorf("%s: %v", name, r.Problems)
		}
	}
}

// TestLimitIsReachedNotPassed: as many values as the limit says are read, and one more
// is not, in lists with markers and without.
func TestLimitIsReachedNotPassed(t *testing.T) {
	for name, bytes := range map[string]string{
		"strict array":      "0a 00000003 05 05 05",
		"vector of numbers": "11 0d 07 00 00000001 00000002 00000003",
		"AMF3 array":        "11 09 07 01 01 01 01",
		"object":            "03 0001'a' 05 0001'b' 05 0001'c' 05 000009",
		"sealed members":    "11 0a 33 01 03'a' 03'b' 03'c' 01 01 01",
	} {
		for n := 1; n <= 5; n++ {
			r := Decode0(hx(t, bytes), 0, Limits{Depth: 8, Values: n})
			if exceeded := strings.Contains(strings.Join(problemTokens(r), " "), ValuesExceeded); exceeded != (n < 4) {
				t.Errorf("%s: four values, limit %d: %v", name, n, problemTokens(r))
			}
		}
	}
}

// TestLengthsOf29Bits writes and reads every size around its edges, and cuts what is
// longer than 2^28-1.
func TestLengthsOf29Bits(t *testing.T) {
	for _, c := range []struct {
		n    uint32
		want string
	}{
		{0, "00"}, {0x7f, "7f"}, {0x80, "8100"}, {0x3fff, "ff7f"}, {0x4000, "818000"}, {0x1fffff, "ffff7f"},
		{0x12345, "84c645"}, {0x200000, "80c08000"}, {0x3ffffff, "8fffffff"}, {0x1fffffff, "ffffffff"}, {0x20000001, "01"},
	} {
		got := appendU29(nil, c.n)
		if fmt.Sprintf("%x", got) != c.want {
			t.Errorf("%#x is written as %x, want %s", c.n, got, c.want)
		}
		r := Decode3(append([]byte{marker3Integer}, got...), 0, wide)
		want := float64(c.n & maxU29)
		if want >= 1<<28 {
			want -= 1 << 29
		}
		if len(r.Problems) != 0 || r.Values[0].Number != want {
			t.Errorf("%x is read as %v, want %v: %v", got, r.Values[0].Number, want, r.Problems)
		}
	}
}

// TestWrittenAsItIsRead: writing what was read gives the same bytes, for every type
// that has one form only.
func TestWrittenAsItIsRead(t *testing.T) {
	for _, s := range []string{
		"00 4059000000000000", "01 01", "02 0002'hi'", "03 0001'a' 05 000009", "05", "06", "07 0000", "0b 3ff0000000000000 ffc4", "0d", "ff 00",
		"11 0e 03 00 ffffffff", "11 0d 05 01 00000001 fffffffe", "11 0f 03 00 3ff0000000000000", "11 11 03 01 01 03", "11 12 34", "11 04 8100",
	} {
		body := hx(t, s)
		v := Decode0(body, 0, wide).Values[0]
		if got := Append0(nil, v); string(got) != string(body) {
			t.Errorf("%s is written as % x", s, got)
		}
	}
}

// TestMarksAreKeptWhole at every bound: what fits is not touched, and a credential is
// there as a whole or not at all.
func TestMarksAreKeptWhole(t *testing.T) {
	s := "ab" + string(text.Secret("key")) + "cd"
	for n := range 12 {
		got := text.Marked(clip(s, n)).Show(true)
		want := "abkeycd"
		switch {
		case n == 0:
		case n < 3:
			want = want[:n] + "…"
		case n < 8:
			want = "abkey…"
		case n == 8:
			want = "abkeyc…"
		}
		if got != want {
			t.Errorf("%d runes: %q, want %q", n, got, want)
		}
	}
	if clip("abc", 3) != "abc" || clip("abc", 2) != "ab…(+1)" || clip("abc", 0) != "abc" {
		t.Error("text without a credential")
	}
}

// TestControlCharactersInJSON: each has its four digits, whatever str returns.
func TestControlCharactersInJSON(t *testing.T) {
	for r, want := range map[rune]string{0: "0000", 9: "0009", 0x1f: "001f", 0x7f: "007f", 0x2028: "2028", 0x2029: "2029"} {
		if got := string(appendQuoted(nil, string(r))); got != `"\u`+want+`"` {
			t.Errorf("%U: %s", r, got)
		}
	}
	for _, r := range []rune{' ', '~', 0x80, 0x2027, 0x202a} {
		if got := string(appendQuoted(nil, string(r))); got != `"`+string(r)+`"` {
			t.Errorf("%U: %s", r, got)
		}
	}
}
