package record

import (
	"net/netip"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Silence is recorded, is read back in order, and no record of an open
// connection is older than a beat before it.
func TestBeats(t *testing.T) {
	m := source.NewMemory()
	r, err := New(m, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Unix(1_800_000_000, 0).UTC()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(r.Beat(t0)) // before the first record there is nothing to be late
	client, server := netip.MustParseAddrPort("10.0.0.1:5000"), netip.MustParseAddrPort("10.0.0.2:1935")
	check(r.Open(1, t0, t0, client, server))
	check(r.Data(1, false, t0.Add(time.Second), []byte("question")))
	check(r.Beat(t0.Add(500 * time.Millisecond))) // something was said since
	check(r.Beat(t0.Add(3 * time.Second)))
	check(r.Data(1, true, t0.Add(2*time.Second), []byte("late answer")))
	check(r.Beat(t0.Add(9 * time.Second)))
	check(r.Close())
	reader, err := capture.NewReader(m)
	check(err)
	var got []string
	for rec, err := reader.Next(); err == nil; rec, err = reader.Next() {
		got = append(got, rec.Kind.String()+" "+rec.Time.Sub(t0).String())
	}
	want := []string{"opened 0s", "data 1s", "beat 3s", "data 3s", "beat 9s"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("record %d: %s, want %s", i, got[i], want[i])
		}
	}
}
