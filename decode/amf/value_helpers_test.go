package amf

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// wide is generous enough that no limit interferes.
var wide = Limits{Depth: 64, Values: 65536}

// hx turns "02 0004 'live'" into bytes: hexadecimal with blanks, and text
// between apostrophes as it is.
func hx(t testing.TB, s string) []byte {
	t.Helper()
	var out []byte
	for i, part := range strings.Split(s, "'") {
		if i%2 == 1 {
			out = append(out, part...)
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(part, " ", ""))
		if err != nil {
			t.Fatalf("bad vector %q: %v", s, err)
		}
		out = append(out, b...)
	}
	return out
}

// problemTokens lists the tokens of a result in order.
func problemTokens(r Result) []string {
	out := []string{}
	for _, p := range r.Problems {
		out = append(out, p.Token)
	}
	return out
}

// asText renders all values of a result on one line.
func asText(r Result) string {
	var out []byte
	for i := range r.Values {
		if i > 0 {
			out = append(out, " | "...)
		}
		out = AppendText(out, &r.Values[i], TextOptions{})
	}
	return string(out)
}

// message reads a real message body that stands in testdata/messages.
func message(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "messages", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkRanges fails unless the values of r tile [start, r.End) and every value
// and name inside lies in its container without overlap.
func checkRanges(t testing.TB, body []byte, start int, r Result) {
	t.Helper()
	at := start
	for i := range r.Values {
		if r.Values[i].Start != at {
			t.Fatalf("value %d starts at %d, the one before ends at %d", i, r.Values[i].Start, at)
		}
		checkInside(t, &r.Values[i])
		at = r.Values[i].End
	}
	if at != r.End || at > len(body) {
		t.Fatalf("values end at %d, result at %d, body at %d", at, r.End, len(body))
	}
}

func checkInside(t testing.TB, v *Value) {
	t.Helper()
	type span struct{ start, end int }
	var spans []span
	for i := range v.Members {
		m := &v.Members[i]
		spans = append(spans, span{m.NameStart, m.NameEnd}, span{m.Value.Start, m.Value.End})
		checkInside(t, &m.Value)
	}
	for i := range v.Items {
		spans = append(spans, span{v.Items[i].Start, v.Items[i].End})
		checkInside(t, &v.Items[i])
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	at := v.Start
	for _, s := range spans {
		if s.start < at || s.end < s.start || s.end > v.End {
			t.Fatalf("part [%d,%d) of [%d,%d) begins before %d or leaves it", s.start, s.end, v.Start, v.End, at)
		}
		at = s.end
	}
}

// checkFields fails unless the leaves of v's field tree cover it exactly once.
func checkFields(t testing.TB, v *Value) {
	t.Helper()
	f := Fields("value", v, nil)
	at := v.Start
	field.Leaves(field.Tile([]field.Field{f}, v.Start, v.End), func(leaf field.Field) {
		if leaf.Name == field.Unclaimed || leaf.Start != at || leaf.End < leaf.Start {
			t.Fatalf("field %q [%d,%d) where [%d was due", leaf.Name, leaf.Start, leaf.End, at)
		}
		at = leaf.End
	})
	if at != v.End {
		t.Fatalf("fields end at %d, value at %d", at, v.End)
	}
}
