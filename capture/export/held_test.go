package export

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestHeldIsCopied: a copy knows as well as the recording who did not read.
func TestHeldIsCopied(t *testing.T) {
	k := publisher(t, "key-of-mine")
	k.must(k.rec.Held(1, false, k.now.Add(2*time.Second), capture.Hold{For: 2 * time.Second, Waiting: 99}))
	k.must(k.rec.Held(1, false, k.now.Add(3*time.Second), capture.Hold{For: 3 * time.Second}))
	k.must(k.rec.Paced(1, false, k.now.Add(4*time.Second), capture.Pace{Behind: time.Second, Taken: 7, Path: &capture.Path{RTT: 3}}))
	src := k.end()
	want := held(t, src)
	if len(want) != 3 || want[0].Hold.Waiting != 99 || want[2].Pace.Taken != 7 {
		t.Fatalf("%+v", want)
	}
	if diff := cmp.Diff(want, held(t, inMemory(t, written(t, src, "pcapng", Options{})))); diff != "" {
		t.Error(diff)
	}
}

type holding struct {
	At   time.Time
	Hold capture.Hold
	Pace *capture.Pace
}

func held(t *testing.T, src source.Source) (out []holding) {
	t.Helper()
	_, err := fold.Records(src, func(rec *capture.Record) error {
		if rec.Kind == capture.Held || rec.Kind == capture.Paced {
			out = append(out, holding{rec.Time, rec.Hold, rec.Pace})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
