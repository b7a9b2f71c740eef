package live

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is how long the calling thread has run on a processor
// (CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)), if the system tells.
func processorTime() (time.Duration, bool) {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}
