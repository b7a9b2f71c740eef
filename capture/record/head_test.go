package record

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestTheBeginningOutlivesItsSegment: when the segments with the beginning of
// connections are gone, what both sides began with is there all the same, in its order
// and with its times, then a gap, then the rest; and every place can be marked.
func TestTheBeginningOutlivesItsSegment(t *testing.T) {
	r, err := Ring(Options{Rotate: Rotate{Bytes: 100_000}, Keep: Keep{Bytes: 300_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Source().Close()
	at := func(n int) time.Time { return told.Start.Add(time.Duration(n) * time.Millisecond) }
	rng := rand.New(rand.NewPCG(3, 3))
	sent := [2][]byte{told.Random(rng, 3<<20), told.Random(rng, 3<<20)}
	var want []told.Call
	open := told.Call{Kind: capture.Opened, ID: 7, At: at(0), Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")}
	other := told.Call{Kind: capture.Opened, ID: 8, At: at(0), Client: told.Addr("192.0.2.1:5001"), Server: netip.AddrPort{}, Refused: true}
	if err := errors.Join(open.Do(r), other.Do(r)); err != nil {
		t.Fatal(err)
	}
	var off [2]int
	for i := range 3000 {
		i, side := i+2, rng.IntN(2)
		n := 1 + rng.IntN(1500)
		call := told.Call{Kind: capture.Data, ID: 7, FromServer: side == 1, At: at(i), Data: sent[side][off[side] : off[side]+n]}
		if off[side] < maxHead {
			want = append(want, call)
		}
		off[side] += n
		if err := call.Do(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	src := source.Until(r.Source(), r.Source().Size())
	all := told.Read(t, src)
	if usable := checkMarks(t, src, 1); usable != len(all) {
		t.Errorf("%d of %d places can be marked", usable, len(all))
	}
	checkHead(t, all, want)
	var end, gaps [2]int64
	for _, k := range all {
		if k.Client.Port() != 5000 || k.Kind != capture.Data && k.Kind != capture.Gap {
			continue
		}
		side := told.Index(k.FromServer)
		if k.Kind == capture.Gap {
			gaps[side]++
		} else if k.Text != string(sent[side][k.Offset:k.End()]) {
			t.Fatalf("other bytes at %d", k.Offset)
		}
		if k.Offset != end[side] {
			t.Fatalf("offset %d, want %d", k.Offset, end[side])
		}
		end[side] = k.End()
	}
	if gaps != [2]int64{1, 1} || end != [2]int64{int64(off[0]), int64(off[1])} {
		t.Errorf("%v gaps, the ends at %v, want %v", gaps, end, off)
	}
}

// checkHead wants the first records to be what was said first.
func checkHead(t *testing.T, all []told.Kept, want []told.Call) {
	t.Helper()
	for _, k := range all {
		if k.Client.Port() != 5000 {
			continue
		}
		if k.Kind == capture.Gap {
			break
		}
		if k.Kind == capture.Opened {
			if strings.Contains(k.Reason, "not here") || !k.Time.Equal(told.Start) {
				t.Errorf("opened: %+v", k.Record)
			}
			continue
		}
		if len(want) == 0 || k.FromServer != want[0].FromServer || !k.Time.Equal(want[0].At) || !strings.HasPrefix(string(want[0].Data), k.Text) {
			t.Fatalf("repeated: %+v", k.Record)
		}
		if len(k.Text) < len(want[0].Data) && k.End() != maxHead {
			t.Errorf("cut short at %d", k.End())
		}
		want = want[1:]
	}
	if len(want) != 0 {
		t.Errorf("%d of the first records are not repeated", len(want))
	}
}
