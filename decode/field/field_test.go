package field

import (
	"fmt"
	"strings"
	"testing"
)

func sketch(fields []Field) string {
	var out []string
	Leaves(fields, func(f Field) { out = append(out, fmt.Sprintf("%s[%d,%d)", f.Name, f.Start, f.End)) })
	return strings.Join(out, " ")
}

func TestTileFillsEveryHole(t *testing.T) {
	fields := []Field{
		{Name: "a", Start: 2, End: 4},
		{Name: "b", Start: 4, End: 10, Children: []Field{{Name: "c", Start: 5, End: 7}, {Name: "d", Start: 7, End: 9}}},
		{Name: "flags", Start: 12, End: 13, Children: []Field{{Name: "high", Start: 12, End: 13, Bits: 4}}},
	}
	const u = Unclaimed
	want := u + "[0,2) a[2,4) " + u + "[4,5) c[5,7) d[7,9) " + u + "[9,10) " + u + "[10,12) flags[12,13) " + u + "[13,15)"
	if got := sketch(Tile(fields, 0, 15)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := sketch(Tile(nil, 3, 3)); got != "" {
		t.Errorf("an empty range has fields: %s", got)
	}
}
