package amf

import (
	"slices"
	"strings"
	"testing"
)

// TestAMF0Markers reads every marker of AMF0 §2.1 from bytes written by hand.
func TestAMF0Markers(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"00 number 1", "00 3ff0000000000000", `1`},
		{"00 number -0.5", "00 bfe0000000000000", `-0.5`},
		{"00 number NaN", "00 7ff8000000000000", `NaN`},
		{"00 number -Inf", "00 fff0000000000000", `-Infinity`},
		{"01 false", "01 00", `false`},
		{"01 true", "01 01", `true`},
		{"02 string", "02 0004 'live'", `"live"`},
		{"02 empty string", "02 0000", `""`},
		{"03 object", "03 0001 'a' 05 0001 'b' 0101 0000 09", `{a: null, b: true}`},
		{"03 empty object", "03 0000 09", `{}`},
		{"04 movieclip", "04", `<movieclip>`},
		{"05 null", "05", `null`},
		{"06 undefined", "06", `undefined`},
		{"07 reference", "03 000009 07 0000", `{} | <reference 0>`},
		{"08 ECMA array", "08 00000001 0001 'w' 00 4074000000000000 000009", `{w: 320}`},
		{"0A strict array", "0a 00000002 05 02 0001 'x'", `[null, "x"]`},
		{"0B date", "0b 4271f71fb0450000 0000", `2009-02-13T23:31:30.000Z`},
		{"0C long string", "0c 00000003 'abc'", `"abc"`},
		{"0D unsupported", "0d", `<unsupported>`},
		{"0E recordset", "0e", `<recordset>`},
		{"0F XML", "0f 00000004 '<a/>'", `xml "<a/>"`},
		{"10 typed object", "10 0003 'Foo' 0001 'x' 05 000009", `Foo{x: null}`},
		{"11 AMF3", "11 04 ff ff ff ff 05", `-1 | null`},
		{"22 int64", "22 ffffffffffffffff", `-1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := hx(t, c.bytes)
			r := Decode0(body, 0, wide)
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

// TestAMF0Ranges checks every offset of one object by hand.
func TestAMF0Ranges(t *testing.T) {
	//          0  1    3   4  5    7    9  10           19
	body := hx(t, "03 0001 'a' 05 0002 'bc' 00 3ff0000000000000 000009")
	v := Decode0(body, 0, wide).Values[0]
	a, bc := v.Members[0], v.Members[1]
	got := []int{v.Start, a.NameStart, a.NameEnd, a.Value.Start, a.Value.End, bc.NameStart, bc.NameEnd, bc.Value.Start, bc.Value.End, v.End}
	want := []int{0, 1, 4, 4, 5, 5, 9, 9, 18, 21}
	if !slices.Equal(got, want) {
		t.Errorf("offsets %v, want %v", got, want)
	}
}

func TestAMF0Attributes(t *testing.T) {
	r := Decode0(hx(t, "0b 0000000000000000 ffc4  08 00000014 000009  11 0b 03 'x'  0c 00000001 'z'"), 0, wide)
	date, ecma, xml, long := r.Values[0], r.Values[1], r.Values[2], r.Values[3]
	if date.Zone != -60 || date.Number != 0 {
		t.Errorf("date %v zone %d", date.Number, date.Zone)
	}
	if ecma.Count != 20 || ecma.Kind != ECMAArray {
		t.Errorf("ECMA array %+v", ecma)
	}
	if xml.Version != 3 || !xml.Switched || xml.Marker != 0x0b || xml.Start != 19 || xml.End != 23 {
		t.Errorf("XML behind 0x11: %+v", xml)
	}
	if long.Marker != 0x0c || long.Kind != String {
		t.Errorf("long string %+v", long)
	}
}

// TestAMF0Survives lists what real or hostile senders do wrong. Each body must
// be read as far as it makes sense.
func TestAMF0Survives(t *testing.T) {
	for _, c := range []struct{ name, bytes, want, problems string }{
		{"ECMA count 20 as OBS", "08 00000014 0001'a'05 000009", `{a: null}`, "ecma-count"},
		{"ECMA count 0", "08 00000000 0001'a'05 000009", `{a: null}`, "ecma-count"},
		{"ECMA count 4294967295", "08 ffffffff 000009", `{}`, "ecma-count"},
		{"no end marker", "03 0001'a'05", `{a: null}`, "object-end-missing"},
		{"half an end marker", "03 0001'a'05 0000", `{a: null}`, "object-end-missing"},
		{"a byte of an end marker", "03 0001'a'05 00", `{a: null}`, "object-end-missing"},
		{"one report for nested missing ends", "03 0001'a' 03 0001'b'05", `{a: {b: null}}`, "object-end-missing"},
		{"empty name", "03 0000 05 0001'a'05 000009", `{"": null, a: null}`, "empty-name"},
		{"duplicate names", "03 0001'a'05 0001'a'06 000009", `{a: null, a: undefined}`, ""},
		{"extra end marker", "03 000009 000009 05", `{} | <3 unread bytes> | null`, "object-end-extra"},
		{"lone end marker", "09 05", `<1 unread bytes> | null`, "object-end-extra"},
		{"trailing zeros", "05 000000", `null | <3 unread bytes>`, "trailing-zeros"},
		{"string past end", "02 ffff 'abc'", `<6 unread bytes>`, "string-past-end"},
		{"long string 4 GiB", "0c ffffffff 'abc'", `<8 unread bytes>`, "string-past-end"},
		{"XML 4 GiB", "0f ffffffff", `<5 unread bytes>`, "string-past-end"},
		{"length cut", "02 00", `<2 unread bytes>`, "value-past-end"},
		{"number cut", "05 00 3ff0", `null | <3 unread bytes>`, "value-past-end"},
		{"date cut", "0b 0000000000000000 00", `<10 unread bytes>`, "value-past-end"},
		{"boolean cut", "01", `<1 unread bytes>`, "value-past-end"},
		{"strict array 4 G", "0a ffffffff 05 05", `[null, null]`, "array-past-end"},
		{"count cut", "0a 0000", `<3 unread bytes>`, "value-past-end"},
		{"name past end", "03 0001'a'05 0009'b'", `{a: null, "": <3 unread bytes>}`, "string-past-end"},
		{"value missing", "03 0001'a'", `{a: <0 unread bytes>}`, "value-past-end"},
		{"class past end", "10 00ff 'x'", `<4 unread bytes>`, "string-past-end"},
		{"reserved markers", "04 0e", `<movieclip> | <recordset>`, "reserved-marker reserved-marker"},
		{"unknown marker in an object", "03 0001'a' 12 0001'b'05 000009", `{a: <8 unread bytes>}`, "unknown-marker"},
		{"boolean 2", "01 02", `true`, "boolean-value"},
		{"vendor int64", "22 0000000000000001", `1`, "vendor-marker"},
		{"reference out of range", "03 000009 07 0001", `{} | <reference 1>`, "reference-range"},
		{"reference to itself", "03 0001'a' 07 0000 000009", `{a: <reference 0>}`, ""},
		{"0x11 at the end", "11", `<1 unread bytes>`, "value-past-end"},
		{"0x11 unknown", "11 12", `<2 unread bytes>`, "unknown-marker"},
		{"number first", "00 0000000000000000 02 0001 'x'", `0 | "x"`, ""},
		{"empty body", "", ``, ""},
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
			if r.End != len(body) {
				t.Errorf("read to %d of %d", r.End, len(body))
			}
			for i := range r.Values {
				checkFields(t, &r.Values[i])
			}
		})
	}
}

func TestNextReadsOneValue(t *testing.T) {
	body := hx(t, "ff 02 0001 'x' 05")
	r := Next0(body, 1, wide)
	if len(r.Values) != 1 || r.End != 5 || r.Values[0].Text != "x" {
		t.Errorf("Next0: %+v", r)
	}
	if r = Next0(body, 6, wide); len(r.Values) != 0 || r.End != 6 {
		t.Errorf("Next0 at the end: %+v", r)
	}
	if r = Next3(hx(t, "06 03 'x' 01"), 0, wide); len(r.Values) != 1 || r.End != 3 {
		t.Errorf("Next3: %+v", r)
	}
	if r = Decode0(body, -1, wide); len(r.Values) != 0 {
		t.Errorf("start before the body: %+v", r)
	}
	if r = Decode0(body, 7, wide); len(r.Values) != 0 || r.End != 6 {
		t.Errorf("start behind the body: %+v", r)
	}
}

// TestValuesOutliveTheBody overwrites the body after decoding.
func TestValuesOutliveTheBody(t *testing.T) {
	body := hx(t, "03 0003 'app' 02 0004 'live' 000009 11 0c 05 'ab'")
	r := Decode0(body, 0, wide)
	clear(body)
	if got := asText(r); got != `{app: "live"} | <2 bytes>` || r.Values[1].Text != "ab" {
		t.Errorf("after reuse of the body: %s %q", got, r.Values[1].Text)
	}
}
