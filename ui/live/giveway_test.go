package live

import (
	"runtime"
	"testing"
	"time"
)

// TestWhoIsKeptWaitingGivesWay: a recorder rests when much waits and it did not get the
// processor, and never so long that a gigabit a second would be too much.
func TestWhoIsKeptWaitingGivesWay(t *testing.T) {
	const us = time.Microsecond
	for _, c := range []struct {
		bytes                 int
		took, processor, want time.Duration
	}{
		{100 << 10, 9000 * us, 100 * us, 0},        // slow sessions never wait
		{1 << 20, 600 * us, 600 * us, 0},           // there is a processor for everybody
		{1 << 20, 700 * us, 600 * us, 400 * us},    // four times what was lost
		{1 << 20, 2000 * us, 600 * us, 3000 * us},  // at most five milliseconds in all
		{1 << 20, 9000 * us, 600 * us, 0},          // it is slow enough as it is
		{3 << 20, 9000 * us, 1800 * us, 6000 * us}, // for each mebibyte
		{1 << 20, 600 * us, 700 * us, 0},           // clocks differ
	} {
		got := rest(c.bytes, c.took, c.processor)
		if got != c.want {
			t.Errorf("%d bytes in %v, %v of them on a processor: rests %v, want %v", c.bytes, c.took, c.processor, got, c.want)
		}
		if got > 0 && float64(c.bytes)/(got+c.took).Seconds() < 125e6 {
			t.Errorf("%d bytes in %v and a rest of %v are less than a gigabit a second", c.bytes, c.took, got)
		}
	}
}

// TestOnlyALossIsAFlood: a recorder does what it can as long as nothing is missing, and
// again a second after the latest loss.
func TestOnlyALossIsAFlood(t *testing.T) {
	var f flood
	t0 := time.Unix(100, 0)
	for i, c := range []struct {
		dropped int64
		after   time.Duration
		want    bool
	}{
		{0, 0, false},
		{0, time.Minute, false},
		{5, 2 * time.Minute, true},
		{5, 2*time.Minute + floodTime - 1, true},
		{5, 2*time.Minute + floodTime, false},
		{6, 3 * time.Minute, true},
	} {
		if got := f.look(c.dropped, t0.Add(c.after)); got != c.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
}

// TestProcessorTime: a thread that works is on a processor.
func TestProcessorTime(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, known := processorTime()
	if !known {
		t.Skip("this system does not tell how long a thread ran")
	}
	began := time.Now()
	for time.Since(began) < 2*time.Millisecond { // work
	}
	if after, _ := processorTime(); after <= before {
		t.Errorf("no time on a processor in %v of work", time.Since(began))
	}
}
