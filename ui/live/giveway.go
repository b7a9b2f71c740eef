package live

import "time"

// When a processor is short, the recorder and the relay compete for it, and so do the
// programs on both ends. As long as the tap has room the recorder does what it can. Once
// something had no room, and so is missing anyway, a recorder that finds itself waiting
// for a processor while a mebibyte and more waits for it gives way: it rests, and more
// is missing. The relay of a
// machine with nothing to spare then runs as fast as without a tap. What is recorded
// all the same is enough for any stream there is: with fullRest after each mebibyte,
// more than a gigabit a second.

const (
	// fullGather is how many bytes a gathering has at least that gives way: those of
	// slow sessions never do.
	fullGather = 1 << 20

	// fullRest is the longest that writing a mebibyte and resting take together.
	fullRest = 5 * time.Millisecond

	// floodTime is how long after the latest loss the recorder gives way.
	floodTime = time.Second

	// giving is how many times as long the recorder rests as it was kept waiting.
	giving = 4
)

// flood knows whether bytes were dropped lately.
type flood struct {
	dropped int64
	since   time.Time // of the latest loss; zero before the first
}

// look takes how many were dropped by now, and reports whether the flood goes on.
func (f *flood) look(dropped int64, now time.Time) bool {
	if dropped != f.dropped {
		f.dropped, f.since = dropped, now
	}
	return !f.since.IsZero() && now.Sub(f.since) < floodTime
}

// rest is how long to rest after a gathering of so many bytes, which took that time
// and so much of a processor.
func rest(bytes int, took, processor time.Duration) time.Duration {
	if bytes < fullGather {
		return 0
	}
	most := time.Duration(bytes/fullGather)*fullRest - took
	return max(min(giving*(took-processor), most), 0)
}
