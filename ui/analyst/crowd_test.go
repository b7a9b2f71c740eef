package analyst

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// What was counted is found in the capture again, message by message.
func TestDetailOfWhatWasCounted(t *testing.T) {
	a := foldMedia(t, make([][]byte, 5000)...)
	s := a.Snapshot()
	n := 0
	for i := 1; i <= s.Len(); i++ {
		if s.Row(i).Kind == session.Tallied {
			n = i
		}
	}
	if n == 0 {
		t.Fatal("nothing was counted")
	}
	d, err := a.Detail(n)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, f := range d.Fields {
		if f.Name != "message" || f.Symbol != "Video" || f.Start != at {
			t.Fatalf("at %d: %+v", at, f)
		}
		at = f.End
	}
	if at == 0 || at != len(d.Body) || d.Note == "" {
		t.Errorf("%d of %d bytes are named, %q is said", at, len(d.Body), d.Note)
	}
}
