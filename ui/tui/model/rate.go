package model

import (
	"maps"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// rate measures the bit rate of one session between snapshots.
type rate struct {
	at    time.Time
	bytes int64
	bps   float64
}

// rateWindow is the shortest time over which a rate is measured; shorter ones
// jump with every keyframe.
const rateWindow = time.Second

// measure takes a sample of each session that is open.
func (m *Model) measure() {
	open := m.latest.Open()
	for _, number := range open {
		s := m.latest.Session(number)
		r := m.rates[s.Number]
		if r == nil {
			r = &rate{at: s.OpenedAt}
			m.rates[s.Number] = r
		}
		if d := s.LastAt.Sub(r.at); d >= rateWindow {
			total := s.Bytes[0] + s.Bytes[1]
			r.bps = float64(total-r.bytes) * 8 / d.Seconds()
			r.at, r.bytes = s.LastAt, total
		}
	}
	if len(m.rates) > 2*len(open)+keptRates { // of the others nobody asks
		maps.DeleteFunc(m.rates, func(n uint32, _ *rate) bool { return !slices.Contains(open, n) })
	}
}

// keptRates is how many rates of sessions that have ended are not worth the work
// of dropping them.
const keptRates = 64

// BitRate is the rate of a session in bits a second, both directions together:
// over the last second or so while it is open, over its whole length afterwards.
func (m *Model) BitRate(s session.Info) float64 {
	if (m.Facts.Live || m.Facts.Growth == Followed) && s.Open {
		r := m.rates[s.Number]
		if r == nil || m.Now.Sub(s.LastAt) >= 3*rateWindow {
			return 0
		}
		if r.bytes > 0 {
			return r.bps
		} // a session younger than the window has its mean
	}
	if d := s.LastAt.Sub(s.OpenedAt).Seconds(); d >= 0.1 {
		return float64(s.Bytes[0]+s.Bytes[1]) * 8 / d
	}
	return 0
}
