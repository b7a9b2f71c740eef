//go:build !linux

package live

import "time"

// processorTime is how long the calling thread has run on a processor, if the system
// tells.
func processorTime() (time.Duration, bool) { return 0, false }
