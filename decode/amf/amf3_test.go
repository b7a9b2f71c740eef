package amf

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// u29Vectors are the boundaries of AMF3 §1.3.1, encoded by hand.
var u29Vectors = []struct {
	bytes string
	value uint32
}{
	{"00", 0}, {"7f", 0x7f}, {"8100", 0x80}, {"ff7f", 0x3fff}, {"818000", 0x4000},
	{"ffff7f", 0x1fffff}, {"80c08000", 0x200000}, {"ffffffff", 0x1fffffff},
}

func TestU29(t *testing.T) {
	for _, c := range u29Vectors {
		r := newReader(hx(t, c.bytes), 0, wide)
		if got, ok := r.u29(&Value{}); !ok || got != c.value || len(r.problems) > 0 {
			t.Errorf("%s reads as %#x %v %v, want %#x", c.bytes, got, ok, r.problems, c.value)
		}
		if got := fmt.Sprintf("%x", appendU29(nil, c.value)); got != c.bytes {
			t.Errorf("%#x is written %s, want %s", c.value, got, c.bytes)
		}
	}
}

// TestInteger3 takes the sign from bit 28 (AMF3 §3.6).
func TestInteger3(t *testing.T) {
	for bytes, want := range map[string]float64{
		"04 00": 0, "04 7f": 127, "04 ffffffff": -1, "04 c0808000": -268435456, "04 bfffffff": 268435455,
		"04 fffffffb": -5,
	} {
		v := Decode3(hx(t, bytes), 0, wide).Values[0]
		if v.Kind != Integer || v.Number != want {
			t.Errorf("%s reads as %v, want %v", bytes, v.Number, want)
		}
		if got := fmt.Sprintf("%x", Append3(nil, v)); got != strings.ReplaceAll(bytes, " ", "") {
			t.Errorf("%v is written %s, want %s", want, got, bytes)
		}
	}
}

// TestAMF3Markers reads every marker of AMF3 §3.1 from bytes written by hand.
func TestAMF3Markers(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"00 01 02 03", "00 01 02 03", `undefined | null | false | true`},
		{"05 double", "05 4004000000000000", `2.5`},
		{"06 string", "06 09 'live'", `"live"`},
		{"06 empty string", "06 01", `""`},
		{"07 XMLDocument", "07 09 '<a/>'", `xml "<a/>"`},
		{"08 date", "08 01 0000000000000000", `1970-01-01T00:00:00.000Z`},
		{"09 dense array", "09 05 01 01 03", `[null, true]`},
		{"09 associative array", "09 01 03'a' 01 01", `{a: null}`},
		{"09 mixed array", "09 03 03'a' 01 01 02", `{a: null, false}`},
		{"0A dynamic object", "0a 0b 01 03'a' 0401 03'b' 02 01", `{a: 1, b: false}`},
		{"0A sealed object", "0a 23 03'P' 03'x' 03'y' 0401 0402", `P{x: 1, y: 2}`},
		{"0A sealed and dynamic", "0a 1b 03'P' 03'x' 0401 03'z' 03 01", `P{x: 1, z: true}`},
		{"0A without members", "0a 03 01", `{}`},
		{"0A externalizable", "0a 07 03'E' 0102", `E<2 unread bytes>`},
		{"0A ArrayCollection", "0a 07 43 'flex.messaging.io.ArrayCollection' 09 03 01 0407 01",
			`flex.messaging.io.ArrayCollection([7]) | null`},
		{"0B XML", "0b 09 '<b/>'", `xml "<b/>"`},
		{"0C ByteArray", "0c 07 010203", `<3 bytes>`},
		{"0D Vector<int>", "0d 05 00 00000001 ffffffff", `[1, -1]`},
		{"0E Vector<uint>", "0e 03 01 ffffffff", `[4294967295]`},
		{"0F Vector<double>", "0f 03 00 4004000000000000", `[2.5]`},
		{"10 Vector<Object>", "10 03 00 07'Foo' 0a 0b 01 01", `Foo[{}]`},
		{"11 Dictionary", "11 05 01 06 03'k' 0401 0402 03", `{"k": 1, 2: true}`},
		{"11 empty Dictionary", "11 01 00", `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := hx(t, c.bytes)
			r := Decode3(body, 0, wide)
			if got := asText(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			checkRanges(t, body, 0, r)
			for i := range r.Values {
				checkFields(t, &r.Values[i])
			}
		})
	}
}

// TestAMF3References resolves strings and traits and leaves objects as
// references, each table counted by hand.
func TestAMF3References(t *testing.T) {
	for _, c := range []struct{ name, bytes, want, problems string }{
		{"string", "09 07 01 06 03'a' 06 03'b' 06 02", `["a", "b", "b"]`, ""},
		{"empty string takes no entry", "09 07 01 06 01 06 03'a' 06 00", `["", "a", "a"]`, ""},
		{"name is in the table", "09 03 05'ab' 01 01 06 00", `{ab: null, "ab"}`, ""},
		{"name by reference", "09 03 03'a' 01 01 0a 0b 01 00 02 01", `{a: null, {a: false}}`, ""},
		{"class name in the table", "09 05 01 0a 03 03'P' 06 00", `[P{}, "P"]`, ""},
		{"traits", "09 05 01 0a 13 03'P' 03'x' 0401 0a 01 0402", `[P{x: 1}, P{x: 2}]`, ""},
		{"second traits", "09 07 01 0a 03 03'P' 0a 13 03'Q' 03'x' 01 0a 05 03", `[P{}, Q{x: null}, Q{x: true}]`, ""},
		{"object to itself", "0a 0b 01 03'a' 0a00 01", `{a: <reference 0>}`, ""},
		{"date, XML, bytes count as objects", "09 09 01 08 01 0000000000000000 0b 01 0c 01 0a 06",
			`[1970-01-01T00:00:00.000Z, xml "", <0 bytes>, <reference 3>]`, ""},
		{"object out of range", "0a 02 01", `<reference 1> | null`, "reference-range"},
		{"string out of range", "06 02 01", `<reference 1> | null`, "reference-range"},
		{"huge string index", "06 fffffffe", `<reference 268435455>`, "reference-range"},
		{"name out of range", "0a 0b 01 04 01 01", `{"": null}`, "reference-range"},
		{"traits out of range", "09 03 01 0a 05 01", `[<3 unread bytes>]`, "reference-range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := hx(t, c.bytes)
			r := Decode3(body, 0, wide)
			if got := asText(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := strings.Join(problemTokens(r), " "); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			checkRanges(t, body, 0, r)
			for i := range r.Values {
				checkFields(t, &r.Values[i])
			}
		})
	}
}

// TestReferenceScope has two values behind 0x11 in one message.
func TestReferenceScope(t *testing.T) {
	for _, c := range []struct{ name, bytes, want, problems string }{
		{"fresh tables", "11 06 03'a' 11 09 05 01 06 03'b' 06 00", `"a" | ["b", "b"]`, ""},
		{"carried string", "11 06 03'a' 11 06 00", `"a" | "a"`, "reference-carried"},
		{"carried traits", "11 0a 13 03'P' 03'x' 01 11 0a 01 03 05", `P{x: null} | P{x: true} | null`, "reference-carried"},
		{"carried for the rest of the message", "11 06 03'a' 11 06 00 11 09 05 01 06 03'b' 06 00",
			`"a" | "a" | ["b", "a"]`, "reference-carried"},
		{"not explained by carrying", "11 06 03'a' 11 06 08", `"a" | <reference 4>`, "reference-range"},
		{"nothing to carry", "11 06 00", `<reference 0>`, "reference-range"},
		{"inside an AMF0 object", "03 0001'a' 11 06 03'v' 0001'b' 11 06 00 000009", `{a: "v", b: "v"}`, "reference-carried"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := hx(t, c.bytes)
			r := Decode0(body, 0, wide)
			if got := asText(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := strings.Join(problemTokens(r), " "); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			checkRanges(t, body, 0, r)
		})
	}
}

func TestAMF3Survives(t *testing.T) {
	for _, c := range []struct{ name, bytes, want, problems string }{
		{"unknown marker", "12 01", `<2 unread bytes>`, "unknown-marker"},
		{"U29 cut", "04 ff ff", `<3 unread bytes>`, "value-past-end"},
		{"U29 overlong", "04 80 05", `5`, "u29-overlong"},
		{"U29 overlong in 4", "04 80 80 80 7f", `127`, "u29-overlong"},
		{"double cut", "05 00", `<2 unread bytes>`, "value-past-end"},
		{"string of 2^28-1", "06 ffffffff 'a'", `<6 unread bytes>`, "string-past-end"},
		{"ByteArray of 2^28-1", "0c ffffffff 00", `<6 unread bytes>`, "string-past-end"},
		{"XML past end", "0b 09 '<a'", `<4 unread bytes>`, "string-past-end"},
		{"array of 2^28-1", "09 ffffffff 01 01", `[null]`, "array-past-end"},
		{"array names without end", "09 01 03'a' 01", `{a: null}`, "object-end-missing"},
		{"Vector<int> of 2^28-1", "0d ffffffff 00 00000007 0000", `[7, <2 unread bytes>]`, "value-past-end"},
		{"Vector<Object> class cut", "10 03 00 09 'x'", `<5 unread bytes>`, "string-past-end"},
		{"Dictionary of 2^28-1", "11 ffffffff 00 01", `{null}`, "array-past-end"},
		{"Dictionary flag missing", "11 03", `<2 unread bytes>`, "value-past-end"},
		{"sealed count 2^25-1", "0a fffffff3 01", `<6 unread bytes>`, "values"},
		{"sealed names cut", "0a 23 01 03'x'", `<5 unread bytes>`, "value-past-end"},
		{"sealed values cut", "0a 23 01 03'x' 03'y' 01", `{x: null, y: <0 unread bytes>}`, "value-past-end"},
		{"dynamic name past end", "0a 0b 01 0b 'x'", `{"": <2 unread bytes>}`, "string-past-end"},
		{"dynamic members without end", "0a 0b 01 03'x' 01", `{x: null}`, "object-end-missing"},
		{"externalizable", "09 05 01 0a 07 03'E' aabb 01", `[E<3 unread bytes>]`, "externalizable"},
		{"ArrayList cut", "0a 07 37 'flex.messaging.io.ArrayList'", `flex.messaging.io.ArrayList<0 unread bytes>`, "array-past-end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := hx(t, c.bytes)
			r := Decode3(body, 0, wide)
			if got := asText(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := strings.Join(problemTokens(r), " "); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			checkRanges(t, body, 0, r)
			for i := range r.Values {
				checkFields(t, &r.Values[i])
			}
		})
	}
}

// TestAMF3Ranges checks sealed names, which stand apart from their values, and
// the members of an object that refers to earlier traits.
func TestAMF3Ranges(t *testing.T) {
	//             0 1 2  3 4 5   6 7 8    11    13    15 16 17   19
	body := hx(t, "09 05 01 0a 23 01 03'x' 03'y' 0401 0402 0a 01 0403 0404")
	v := Decode3(body, 0, wide).Values[0]
	var got []int
	for _, item := range v.Items {
		got = append(got, item.Start, item.End)
		for _, m := range item.Members {
			got = append(got, m.NameStart, m.NameEnd, m.Value.Start, m.Value.End)
		}
	}
	want := []int{3, 14, 6, 8, 10, 12, 8, 10, 12, 14, 14, 20, 16, 16, 16, 18, 18, 18, 18, 20}
	if !slices.Equal(got, want) {
		t.Errorf("offsets %v, want %v", got, want)
	}
}
