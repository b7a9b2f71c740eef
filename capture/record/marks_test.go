package record

import (
	"reflect"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// checkMarks takes a mark after every record and reads again from each.
func checkMarks(t *testing.T, src source.Source, every int) (usable int) {
	t.Helper()
	first, err := capture.NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	var all []told.Kept
	marks := map[int]capture.Mark{}
	for rec, err := first.Next(); err == nil; rec, err = first.Next() {
		all = append(all, told.Keep(rec))
		if m, ok := first.Mark(rec.Conn); ok {
			marks[len(all)] = m
		}
	}
	for after, m := range marks {
		if after%every != 0 {
			continue
		}
		again, err := capture.NewReaderFrom(src, m)
		if err != nil {
			t.Fatal(err)
		}
		tail, _ := told.All(t, again)
		var want []told.Kept
		for _, k := range all[after:] {
			if k.Conn == m.Conn() {
				want = append(want, k)
			}
		}
		if !reflect.DeepEqual(tail, want) {
			t.Fatalf("from %d, after record %d: %d records, want %d", m.Pos(), after, len(tail), len(want))
		}
	}
	return len(marks)
}
