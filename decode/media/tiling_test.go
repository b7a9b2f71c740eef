package media

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// checkTiling fails unless the leaves cover body exactly once, in order, and
// bit fields lie inside their owner.
func checkTiling(t testing.TB, video bool, body []byte, known *Config) {
	t.Helper()
	tree := Fields(video, body, known)
	at, n := 0, 0
	field.Leaves(tree, func(f field.Field) {
		if f.Start != at || f.End < f.Start {
			t.Fatalf("field %q [%d,%d) does not follow %d in %x", f.Name, f.Start, f.End, at, head(body))
		}
		at = f.End
		n++
	})
	if at != len(body) {
		t.Fatalf("leaves end at %d of %d in %x", at, len(body), head(body))
	}
	checkInside(t, tree, 0, len(body), &n)
	if n > 400_000 {
		t.Fatalf("%d fields for %d bytes", n, len(body))
	}
}

// checkInside also holds the bit fields to their owner's bytes.
func checkInside(t testing.TB, fields []field.Field, start, end int, n *int) {
	t.Helper()
	for _, f := range fields {
		*n++
		if f.Start < start || f.End > end || f.BitStart < 0 || f.BitStart > 7 || f.Bits < 0 {
			t.Fatalf("field %q [%d,%d) bit %d+%d outside [%d,%d)", f.Name, f.Start, f.End, f.BitStart, f.Bits, start, end)
		}
		checkInside(t, f.Children, f.Start, f.End, n)
	}
}

func checkNoneBad(t testing.TB, video bool, body []byte) {
	t.Helper()
	var walk func([]field.Field)
	walk = func(fields []field.Field) {
		for _, f := range fields {
			if f.Bad {
				t.Errorf("field %q [%d,%d) is bad: %s", f.Name, f.Start, f.End, f.Note)
			}
			walk(f.Children)
		}
	}
	walk(Fields(video, body, nil))
}

func head(p []byte) []byte { return p[:min(len(p), 48)] }
