package analyst

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestEditedRow: what the relay changed is a row that says so, and its detail has the
// bytes that were left out and those that were sent in their place, masked.
func TestEditedRow(t *testing.T) {
	m, at := source.NewMemory(), time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	rec, err := record.New(m, record.Options{})
	hello := append([]byte{3}, make([]byte, 1536)...)
	copy(hello[100:], "what was sent")
	for _, err := range []error{
		err, rec.Open(1, at, at, netip.MustParseAddrPort("192.0.2.1:5000"), netip.MustParseAddrPort("192.0.2.2:1935")),
		rec.Data(1, false, at.Add(time.Second), hello),
		rec.Edited(1, false, at.Add(time.Second), capture.Edit{Offset: 105, Removed: 8, Inserted: []byte("came instead"), Wait: 250 * time.Millisecond}),
		rec.Edited(1, true, at.Add(2*time.Second), capture.Edit{Wait: time.Second}), rec.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a := New(m, Options{})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	s := a.Snapshot()
	var words []string
	for n := 1; n <= s.Len(); n++ {
		if s.Row(n).Kind != session.Edited {
			continue
		}
		words = append(words, s.Text(n).Summary.Show(false))
		d, err := a.Detail(n)
		if err != nil {
			t.Fatal(err)
		}
		switch len(words) {
		case 1:
			if string(d.Body) != "was sent"+"came instead" || len(d.Fields) != 2 || !d.Fields[0].Secret || !d.Fields[1].Secret || d.Fields[1].Start != 8 || d.Fields[1].End != 20 {
				t.Errorf("the detail is %q, %+v", d.Body, d.Fields)
			}
		case 2:
			if len(d.Body) != 0 || d.Note == "" {
				t.Errorf("a wait has the detail %+v", d)
			}
		}
	}
	want := "the relay waited 250 ms and sent 12 bytes in place of 8, at byte 105 of what the client sent|the relay waited 1.0 s, at byte 0 of what the server sent"
	if got := strings.Join(words, "|"); got != want {
		t.Errorf("the rows say %q, want %q", got, want)
	}
}
