package amf

import (
	"encoding/json"
	"math"
	"testing"
)

// TestJSON pins the notation of every kind.
func TestJSON(t *testing.T) {
	for _, c := range []struct {
		name  string
		value Value
		want  string
	}{
		{"undefined", Value{}, `null`},
		{"null", Nul(), `null`},
		{"boolean", Bool(true), `true`},
		{"whole number", Num(1332770163), `1332770163`},
		{"fraction", Num(29.97), `29.97`},
		{"negative zero", Num(math.Copysign(0, -1)), `-0`},
		{"NaN", Num(math.NaN()), `"NaN"`},
		{"Infinity", Num(math.Inf(1)), `"Infinity"`},
		{"-Infinity", Num(math.Inf(-1)), `"-Infinity"`},
		{"string", Str("a\"\\\n\x00\xff\u202e"), `"a\"\\\\\\n\\u0000\\xff\\u202e"`},
		{"object with duplicate names", Obj(Prop("b", Num(1)), Prop("a", Nul()), Prop("b", Num(2))), `{"b":1,"a":null,"b":2}`},
		{"typed object", Value{Kind: Object, Class: "P", Members: []Member{Prop("x", Num(1))}}, `{"@class":"P","x":1}`},
		{"empty typed object", Value{Kind: Object, Class: "P"}, `{"@class":"P"}`},
		{"ECMA array", ECMA(Prop("w", Num(320))), `{"w":320}`},
		{"strict array", List(Num(1), Str("a")), `[1,"a"]`},
		{"AMF3 array", Value{Kind: Array, Items: []Value{Num(1)}}, `[1]`},
		{"mixed AMF3 array", Value{Kind: Array, Members: []Member{Prop("a", Nul())}, Items: []Value{Num(7), Num(8)}}, `{"a":null,"0":7,"1":8}`},
		{"date", Value{Kind: Date, Number: 1234567890123, Zone: -60}, `{"date":"2009-02-13T23:31:30.123Z","zone":-60}`},
		{"date before the epoch", Value{Kind: Date, Number: -1}, `{"date":"1969-12-31T23:59:59.999Z"}`},
		{"date out of range", Value{Kind: Date, Number: 1e18}, `{"date":1000000000000000000}`},
		{"date NaN", Value{Kind: Date, Number: math.NaN()}, `{"date":"NaN"}`},
		{"XML", Value{Kind: XML, Text: "<a/>"}, `{"xml":"<a/>"}`},
		{"reference", Value{Kind: Reference, Count: 3}, `{"reference":3}`},
		{"bytes", Value{Kind: ByteArray, Text: "\x01\xff", Count: 2}, `{"bytes":"01ff","length":2}`},
		{"opaque", Value{Kind: Opaque, Text: "\x02", Count: 100}, `{"opaque":"02","length":100}`},
		{"external", Value{Kind: External, Class: "E", Text: "\x02", Count: 1}, `{"@class":"E","external":"02","length":1}`},
		{"external with a value", Value{Kind: External, Class: "E", Items: []Value{Num(1)}}, `{"@class":"E","external":1}`},
		{"dictionary", Value{Kind: Dictionary, Items: []Value{Num(1), Num(2), Num(3), Num(4)}}, `{"dictionary":[[1,2],[3,4]]}`},
		{"empty dictionary", Value{Kind: Dictionary}, `{"dictionary":[]}`},
		{"movieclip", Value{Kind: MovieClip}, `{"unsupported":"movieclip"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(AppendJSON([]byte("x"), c.value, nil))
			if got != "x"+c.want {
				t.Errorf("got %s, want %s", got[1:], c.want)
			}
			if !json.Valid([]byte(got[1:])) {
				t.Error("not JSON")
			}
		})
	}
}

// TestJSONNumbers compares with encoding/json, which knows nothing of AMF.
func TestJSONNumbers(t *testing.T) {
	for _, f := range []float64{0, 1, -1, 0.1, 1e20, 1e21, 1.5e300, 1e-6, 9.99e-7, 1e-7, 1e-10, 5e-324, math.MaxFloat64, 1<<53 + 2} {
		want, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendJSON(nil, Num(f), nil)); got != string(want) {
			t.Errorf("%v: got %s, want %s", f, got, want)
		}
	}
}

// TestStringsGoThroughTheCaller checks which key each string is shown under.
func TestStringsGoThroughTheCaller(t *testing.T) {
	v := Obj(Prop("token", List(Str("s1"), Obj(Prop("inner", Str("s2"))))), Prop("blob", Value{Kind: ByteArray, Text: "\xab", Count: 1}))
	str := func(key, s string) string { return key + "=" + s + "\xff" }
	want := `{"=token` + "\ufffd" + `":["token=s1` + "\ufffd" + `",{"=inner` + "\ufffd" + `":"inner=s2` + "\ufffd" +
		`"}],"=blob` + "\ufffd" + `":{"bytes":"blob=ab` + "\ufffd" + `","length":1}}`
	if got := string(AppendJSON(nil, v, str)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	text := string(AppendText(nil, &v, TextOptions{Str: func(key, s string) string { return key + "/" + s }}))
	if want := `{/token: ["token/s1", {/inner: "inner/s2"}], /blob: <1 bytes>}`; text != want {
		t.Errorf("got %s\nwant %s", text, want)
	}
}
