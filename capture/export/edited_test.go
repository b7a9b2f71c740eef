package export

import (
	"bytes"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
)

// TestEditedIsCopied: a copy has the edits, and one without credentials nothing of
// what was put in but its length.
func TestEditedIsCopied(t *testing.T) {
	k := publisher(t, "key-of-mine")
	edit := capture.Edit{Offset: 2, Removed: 1, Inserted: []byte("another-key"), Wait: time.Second}
	k.must(k.rec.Edited(1, false, k.now, edit))
	src := k.end()
	for reveal, want := range map[bool][]byte{true: edit.Inserted, false: make([]byte, len(edit.Inserted))} {
		copied := inMemory(t, written(t, src, "pcapng", Options{ShowSecrets: reveal}))
		n := 0
		_, err := fold.Records(copied, func(rec *capture.Record) error {
			if rec.Kind == capture.Edited {
				n++
				if e := rec.Edit; e.Offset != 2 || e.Removed != 1 || e.Wait != time.Second || !bytes.Equal(e.Inserted, want) {
					t.Errorf("reveal %v: %+v", reveal, e)
				}
			}
			return nil
		})
		if err != nil || n != 1 {
			t.Errorf("%d edits, %v", n, err)
		}
	}
}
