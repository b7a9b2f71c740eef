package lint

import "time"

// movement compares the clock of the media with the clock on the wall, one
// window after the other.
type movement struct {
	from  int64  // wall clock at the beginning of the window
	track *track // whose timestamps are the media's clock
	time  uint32 // at the beginning of the window
}

// advance returns the ratio of media time to wall time once a window is full,
// and begins the next.
func (m *movement) advance(now int64, t *track, window time.Duration) (ratio float64, full bool) {
	if m.track != t {
		*m = movement{now, t, t.time}
		return 0, false
	}
	wall := now - m.from
	if wall < int64(window) {
		return 0, false
	}
	ratio = float64(int32(t.time-m.time)) * 1e6 / float64(wall)
	*m = movement{now, t, t.time}
	return ratio, true
}
