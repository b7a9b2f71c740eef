package render

import (
	"fmt"
	"time"
)

// bytesText writes a number of bytes for people: 65 KB.
func bytesText(n int64) string { return scaled(float64(n), [...]string{"B", "KB", "MB", "GB", "TB"}) }

// rateText writes bits a second: 198 kbit/s.
func rateText(bps float64) string {
	return scaled(bps, [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"})
}

func scaled(v float64, units [5]string) string {
	i := 0
	for v >= 999.5 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if v < 9.95 && i > 0 {
		return fmt.Sprintf("%.1f %s", v, units[i])
	}
	return fmt.Sprintf("%.0f %s", v, units[i])
}

// lapse writes a duration with the digits that matter: 3.4 ms, 8.0 s, 1:02:03.
func lapse(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + lapse(-d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 9950*time.Microsecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	s := int(d.Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

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
