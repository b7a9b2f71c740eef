package lint

import "time"

// movement compares the clock of the media with the clock on the wall, one
// window after the other.
type movement struct {
	from  int64  // wall clock at the beginning of the window
	track *track // whose timestamps are the media's clock
	time  uint32 // at the beginning of the window
	look  int64  // wall clock when it was looked at last
	then  uint32 // timestamp at that time
	low   int    // looks in a row at which the media was too slow since the look before
}

// lowLooks is how many looks in a row find media too slow before it is called that:
// right behind a stall of the network the media is behind, and then it catches up.
const lowLooks = 3

// advance returns the ratio of media time to wall time once a window is full,
// and begins the next. A window in which the media advances by less than the share
// least goes on until it is certain that it does not catch up.
func (m *movement) advance(now int64, t *track, window time.Duration, least float64) (ratio float64, full bool) {
	if m.track != t {
		*m = movement{from: now, track: t, time: t.time, look: now, then: t.time}
		return 0, false
	}
	if m.low++; ratioOf(now-m.look, t.time-m.then) >= least {
		m.low = 0
	}
	m.look, m.then = now, t.time
	ratio = ratioOf(now-m.from, t.time-m.time)
	if now-m.from < int64(window) || ratio < least && m.low < lowLooks {
		return 0, false
	}
	*m = movement{from: now, track: t, time: t.time, look: now, then: t.time}
	return ratio, true
}

// ratioOf divides an advance of the media, in ms, by one of the wall, in ns.
func ratioOf(wall int64, media uint32) float64 {
	return float64(int32(media)) * 1e6 / float64(max(wall, 1))
}
