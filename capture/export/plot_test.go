package export

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

func entryAt(at time.Duration, typ uint8, ts, length uint32) *session.Entry {
	return &session.Entry{Elapsed: at, Row: session.Row{Kind: session.Message, Type: typ, Timestamp: ts, Length: length}}
}

func TestCurvesKeepEveryByte(t *testing.T) {
	var c curves
	for i := range 100_000 {
		c.add(entryAt(time.Duration(i)*10*time.Millisecond, 9, uint32(i*10), 3))
	}
	total := int64(0)
	for _, n := range c.rate[0] {
		total += n
	}
	if total != 300_000 || len(c.rate[0]) > maxBuckets || c.width != 3200*time.Millisecond {
		t.Errorf("%d bytes in %d buckets of %v", total, len(c.rate[0]), c.width)
	}
	if last := c.video[0][len(c.video[0])-1]; last.ms != 999_990 {
		t.Errorf("the last timestamp is %d", last.ms)
	}
}

func TestPlotPoints(t *testing.T) {
	s := story{}
	s.curves.add(entryAt(0, 8, 1000, 125))
	s.curves.add(entryAt(time.Second, 8, 2500, 250))
	plots := s.Plots()
	if len(plots) != 3 {
		t.Fatalf("%d plots", len(plots))
	}
	// 250 bytes in 0.1 s are 20 kbit/s, the top; 125 bytes half of it. The x axis
	// runs from 64 to 710, the y axis from 128 up to 10.
	if got := plots[0].Lines[0].Points; got[:9] != "64.0,69.0" || got[len(got)-10:] != "710.0,10.0" {
		t.Errorf("bit rate: %s", got)
	}
	if diff := cmp.Diff([]line{{"audio from the client", "audio client", "64.0,128.0 710.0,10.0"}}, plots[1].Lines); diff != "" {
		t.Error(diff)
	}
	// After 1 s the timestamps have moved on by 1.5 s: half a second ahead.
	want := []tick{{"128.0", "0"}, {"104.4", "0.1"}, {"80.8", "0.2"}, {"57.2", "0.3"}, {"33.6", "0.4"}, {"10.0", "0.5"}}
	if diff := cmp.Diff(want, plots[2].Y); diff != "" {
		t.Error(diff)
	}
}

// TestNoEmptyPlots: one point makes no line, and axes alone say nothing.
func TestNoEmptyPlots(t *testing.T) {
	s := story{}
	s.curves.add(entryAt(0, 8, 1000, 125))
	if plots := s.Plots(); len(plots) != 0 {
		t.Errorf("%d plots of one message", len(plots))
	}
}
