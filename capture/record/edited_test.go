package record

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestEdited: what was changed is read back as it was told, beside what was sent,
// and a long insertion is told in parts that come to the same.
func TestEdited(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	long := bytes.Repeat([]byte("0123456789"), 10_000)
	check(r.Open(1, told.Start, told.Start, told.Addr("192.0.2.7:5000"), told.Addr("198.51.100.1:1935")))
	check(r.Data(1, false, told.Start, []byte("question")))
	check(r.Edited(1, false, told.Start, capture.Edit{Offset: 3, Removed: 2, Inserted: []byte{0, 255}, Wait: time.Second}))
	check(r.Edited(1, true, told.Start, capture.Edit{Inserted: long, Removed: 7, Wait: time.Minute}))
	check(r.Data(1, true, told.Start, []byte("answer")))
	check(r.Reset(1, true, told.Start, ""))
	check(r.Reset(1, false, told.Start, ""))
	if r.Edited(1, true, told.Start, capture.Edit{}) == nil {
		t.Error("a connection that is over is edited")
	}
	check(r.Close())
	got, data := [2][]capture.Edit{}, [2]string{}
	in, err := capture.NewReader(m)
	check(err)
	for rec, err := in.Next(); err == nil; rec, err = in.Next() {
		switch dir := told.Index(rec.FromServer); {
		case rec.Kind == capture.Edited:
			if rec.Offset != rec.Edit.Offset {
				t.Errorf("an edit at %d stands at %d", rec.Edit.Offset, rec.Offset)
			}
			got[dir] = append(got[dir], *rec.Edit)
		case rec.Edit != nil:
			t.Errorf("a %s is an edit: %+v", rec.Kind, rec.Edit)
		case rec.Kind == capture.Data:
			data[dir] += string(rec.Data)
		}
	}
	if data != [2]string{"question", "answer"} {
		t.Errorf("what was sent is %q", data)
	}
	if diff := cmp.Diff([]capture.Edit{{Offset: 3, Removed: 2, Inserted: []byte{0, 255}, Wait: time.Second}}, got[0]); diff != "" {
		t.Error(diff)
	}
	var inserted []byte
	for i, e := range got[1] {
		inserted = append(inserted, e.Inserted...)
		if first, last := i == 0, i == len(got[1])-1; e.Offset != 0 || (e.Wait == time.Minute) != first || (e.Removed == 7) != last {
			t.Errorf("part %d is %d bytes at %d, %d left out, after %v", i, len(e.Inserted), e.Offset, e.Removed, e.Wait)
		}
	}
	if len(got[1]) != 4 || !bytes.Equal(inserted, long) {
		t.Errorf("%d parts make %d bytes, want 4 and %d", len(got[1]), len(inserted), len(long))
	}
}
