package amf

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// repeat returns n copies of a vector.
func repeat(t testing.TB, s string, n int) []byte { return bytes.Repeat(hx(t, s), n) }

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestDepth nests every kind of container around the limit and far beyond it.
// A reader without a limit would overflow the stack, which kills the process.
func TestDepth(t *testing.T) {
	kinds := []struct {
		name, open string
		decode     func([]byte, int, Limits) Result
	}{
		{"AMF0 object", "03 0001'a'", Decode0},
		{"AMF0 ECMA array", "08 00000001 0001'a'", Decode0},
		{"AMF0 strict array", "0a 00000001", Decode0},
		{"AMF0 typed object", "10 0001'T' 0001'a'", Decode0},
		{"AMF3 array", "09 03 01", Decode3},
		{"AMF3 associative array", "09 01 03'a'", Decode3},
		{"AMF3 dynamic object", "0a 0b 01 03'a'", Decode3},
		{"AMF3 sealed object", "0a 13 01 03'a'", Decode3},
		{"AMF3 Vector<Object>", "10 03 00 01", Decode3},
		{"AMF3 Dictionary", "11 03 00", Decode3},
		{"AMF3 ArrayCollection", "0a 07 43 'flex.messaging.io.ArrayCollection'", Decode3},
	}
	for _, k := range kinds {
		for _, n := range []int{64, 65, 70_000} {
			body := append(repeat(t, k.open, n), 1) // a boolean cut short, or null
			r := k.decode(body, 0, wide)
			if got, want := slices.Contains(problemTokens(r), DepthExceeded), n > 64; got != want {
				t.Errorf("%s nested %d deep: depth problem %v", k.name, n, got)
			}
			if r.End != len(body) {
				t.Errorf("%s nested %d deep: read to %d of %d", k.name, n, r.End, len(body))
			}
			checkRanges(t, body, 0, r)
			checkFields(t, &r.Values[0])
		}
	}
}

// TestDepthHasAHardCap asks for more than may ever be given.
func TestDepthHasAHardCap(t *testing.T) {
	for _, open := range []string{"03 0001'a'", "0a 00000001"} {
		r := Decode0(repeat(t, open, 2_000_000), 0, Limits{Depth: 1 << 30, Values: 1 << 30})
		if !slices.Equal(problemTokens(r), []string{DepthExceeded}) || strings.Count(asText(r), "…") > 0 {
			t.Errorf("%s: %v", open, r.Problems)
		}
		depth := 0
		for v := &r.Values[0]; len(v.Members)+len(v.Items) > 0; depth++ {
			if len(v.Members) > 0 {
				v = &v.Members[0].Value
			} else {
				v = &v.Items[0]
			}
		}
		if depth != hardDepth {
			t.Errorf("%s: %d deep, want %d", open, depth, hardDepth)
		}
	}
}

// TestBombsStaySmall holds memory against bodies that ask for a lot of it.
func TestBombsStaySmall(t *testing.T) {
	const budget = 64 << 20
	big := strings.Repeat("x", 1<<20)
	shared := append(Append3(nil, Value{Kind: Array, Items: []Value{Str(big)}})[:0], 0x09, 0x83, 0xff, 0x7f, 0x01)
	shared = append(appendString3(append(shared, marker3String), big), repeat(t, "06 00", 60_000)...)
	sealed := slices.Concat(hx(t, "0a 81ff73 01"), repeat(t, "01", 2047))
	cases := []struct {
		name   string
		body   []byte
		decode func([]byte, int, Limits) Result
		token  string
	}{
		{"2.6 M objects", repeat(t, "03 0001'a'", 2_600_000), Decode0, DepthExceeded},
		{"10 MiB of nulls", append(hx(t, "0a 00a00000"), repeat(t, "05", 10<<20)...), Decode0, ValuesExceeded},
		{"10 MiB of top level nulls", repeat(t, "05", 10<<20), Decode0, ValuesExceeded},
		{"4 G strict array", hx(t, "0a ffffffff"), Decode0, ArrayPastEnd},
		{"4 G long string", hx(t, "0c ffffffff"), Decode0, StringPastEnd},
		{"2^28 vector", hx(t, "0f ffffffff 00"), Decode3, ArrayPastEnd},
		{"one string 60,000 times", shared, Decode3, ReferenceBudget},
		{"nested sealed traits", bytes.Repeat(sealed, 4000), Decode3, ValuesExceeded},
		{"empty objects", repeat(t, "03 000009", 2_000_000), Decode0, ValuesExceeded},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r Result
			if got := allocated(func() { r = c.decode(c.body, 0, wide) }); got > budget {
				t.Errorf("allocated %d MiB", got>>20)
			}
			if !slices.Contains(problemTokens(r), c.token) {
				t.Errorf("problems %v, want %s", problemTokens(r), c.token)
			}
			checkRanges(t, c.body, 0, r)
			if n := len(AppendJSON(nil, r.Values[0], nil)); n > 8*len(c.body)+(8<<20) {
				t.Errorf("JSON of %d bytes for a body of %d", n, len(c.body))
			}
		})
	}
}

func TestValuesLimit(t *testing.T) {
	body := hx(t, "05 05 05")
	if r := Decode0(body, 0, Limits{Depth: 1, Values: 2}); asText(r) != "null | null | <1 unread bytes>" {
		t.Errorf("two values allowed: %s", asText(r))
	}
	if r := Decode0(body, 0, Limits{}); asText(r) != "<3 unread bytes>" {
		t.Errorf("no values allowed: %s", asText(r))
	}
}

// TestRemarksAreBounded reads more oddities than a message may report, and still
// hears of the problem that ends the reading.
func TestRemarksAreBounded(t *testing.T) {
	r := Decode0(append(repeat(t, "01 02", 1000), 0xff), 0, wide)
	got := problemTokens(r)
	if len(got) != maxRemarks+1 || got[maxRemarks-1] != MoreProblems || got[maxRemarks] != UnknownMarker {
		t.Errorf("%d problems, the last %v", len(got), got[len(got)-2:])
	}
}

// TestTokens checks that every problem is described once.
func TestTokens(t *testing.T) {
	seen := map[string]bool{}
	for _, info := range Tokens() {
		if seen[info.Token] || info.Text == "" || strings.ToLower(info.Token) != info.Token {
			t.Errorf("token %+v", info)
		}
		seen[info.Token] = true
	}
	if len(seen) != 20 || describe("no-such-token") != "no-such-token" {
		t.Errorf("%d tokens", len(seen))
	}
}
