package amf

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// seed adds the real messages and one body with a bit of everything.
func seed(f *testing.F) {
	files, err := os.ReadDir("testdata/messages")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(message(f, file.Name()))
	}
	f.Add(hx(f, "08 00000014 0003'app' 02 0004'live' 000009 0a 00000002 05 0b 0000000000000000 0000 10 0001'T' 000009 07 0000"))
	f.Add(hx(f, "11 09 05 03'a' 0401 01 0a 23 03'P' 03'x' 03'y' 0401 06 00 0a 01 01 02 11 06 04 11 0d 05 00 00000001 ffffffff"))
	f.Add(hx(f, "09 09 01 08 01 0000000000000000 0b 03'x' 0c 07 010203 11 03 01 06 03'k' 0a 07 03'E' 00"))
}

func FuzzDecode0(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkDecoder(t, body, Decode0, Append0) })
}

func FuzzDecode3(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkDecoder(t, body, Decode3, Append3) })
}

// checkDecoder holds what must be true of every body: the values tile it,
// parts lie in their wholes, the fields cover everything, JSON is valid, the
// cost has a bound and the body is left alone.
func checkDecoder(t *testing.T, body []byte, decode func([]byte, int, Limits) Result, encode func([]byte, Value) []byte) {
	lim := Limits{Depth: 16, Values: 500}
	before := slices.Clone(body)
	r := decode(body, 0, lim)
	if !slices.Equal(body, before) || r.End != len(body) {
		t.Fatalf("read to %d of %d", r.End, len(body))
	}
	checkRanges(t, body, 0, r)
	checkProblems(t, body, r)
	out := 0
	for i := range r.Values {
		v := &r.Values[i]
		checkFields(t, v)
		js := AppendJSON(nil, *v, nil)
		if !json.Valid(js) {
			t.Fatalf("not JSON: %s", js)
		}
		// A byte of text is at most ten in JSON (an escaped escape).
		out += len(js) + len(AppendText(nil, v, TextOptions{}))
		encode(nil, *v)
	}
	if limit := 24*(len(body)+len(body)+freeExpansion) + 64*2*lim.Values; out > limit {
		t.Fatalf("%d bytes of text from a body of %d", out, len(body))
	}
	// Values beyond the limit are never more than the ones that report it: an
	// Opaque for the value and one for a name on the way.
	if n := countValues(r.Values); n > lim.Values+len(body)/3+2 || n > lim.Values*2+2 {
		t.Fatalf("%d values", n)
	}
}

func checkProblems(t *testing.T, body []byte, r Result) {
	if len(r.Problems) > maxRemarks+1 {
		t.Fatalf("%d problems", len(r.Problems))
	}
	for i, p := range r.Problems {
		at := slices.IndexFunc(tokens, func(info TokenInfo) bool { return info.Token == p.Token })
		if at < 0 || p.Text == "" || p.Offset < 0 || p.Offset > len(body) {
			t.Fatalf("problem %+v", p)
		}
		if tokens[at].Fatal && i != len(r.Problems)-1 {
			t.Fatalf("%s ended the reading and others follow: %v", p.Token, r.Problems)
		}
	}
}

// TestRoundTrip0 decodes what it encodes, for values built without a decoder.
func TestRoundTrip0(t *testing.T) {
	v := Obj(Prop("a", Num(1.5)), Prop("a", ECMA(Prop("", Bool(true)), Prop("n", Nul()))), Prop("l", List(Str("x"), Obj())),
		Prop("b", Value{Kind: ByteArray, Text: "xyz"}))
	for name, body := range map[string][]byte{"AMF0": Append0(nil, v), "AMF3": append([]byte{marker0AVMPlus}, Append3(nil, v)...)} {
		r := Decode0(body, 0, wide)
		want := `{a: 1.5, a: {"": true, n: null}, l: ["x", {}], b: <3 bytes>}`
		if name == "AMF3" { // an array cannot have a member with an empty name
			want = `{a: 1.5, a: {n: null}, l: ["x", {}], b: <3 bytes>}`
		}
		if got := asText(r); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
