package render

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// bytesText writes a number of bytes for people: 65 KB.
func bytesText(n int64) string { return text.Size(n) }

// rateText writes bits a second: 198 kbit/s.
func rateText(bps float64) string {
	return text.Scaled(bps, [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"})
}

// lapse writes a duration with the digits that matter: 3.4 ms, 8.0 s, 1:02:03.
func lapse(d time.Duration) string { return text.Lapse(d) }

// clock writes a time since the start so that a column of them lines up.
func clock(d time.Duration) string {
	if d < 0 {
		return "-" + clock(-d)
	}
	s := int(d.Seconds())
	switch {
	case s < 100:
		return fmt.Sprintf("%.4f", d.Seconds())
	case s < 3600:
		return fmt.Sprintf("%d:%02d.%03d", s/60, s%60, d.Milliseconds()%1000)
	}
	return fmt.Sprintf("%d:%02d:%02d.%d", s/3600, s/60%60, s%60, d.Milliseconds()%1000/100)
}

// count writes a number with its noun: 1 session, 2 sessions.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
