package text

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Lapse writes a duration for people, with the digits that matter: 3.4 ms, 248 ms,
// 8.0 s, 1:02:03. Screens and reports use it; see also
// [Figures].
func Lapse(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Lapse(-max(d, -math.MaxInt64))
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
	s := int64(d / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Figures writes a duration with up to three figures: 12 ms, 4.25 s, 2m0s. The
// sentences of rules use it, which compare what [Lapse] would make equal.
func Figures(d time.Duration) string {
	switch {
	case d < 0 && d > math.MinInt64:
		return "-" + Figures(-d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// Size writes a number of bytes for people, in powers of 1000: 999 B, 1.0 KB,
// 65 KB, 3.2 GB. Every screen and report uses it.
func Size(n int64) string { return Scaled(float64(n), [...]string{"B", "KB", "MB", "GB", "TB"}) }

// Scaled writes a number that is not negative in the unit that suits it; each unit
// is 1000 of the one before.
func Scaled(v float64, units [5]string) string {
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

// Share writes a part of a whole in the unit of the whole: "1.2 of 2.6 Mbit/s".
func Share(part, whole float64, units [5]string) string {
	i := 0
	for v := whole; v >= 999.5 && i < len(units)-1; v /= 1000 {
		i++
	}
	unit := math.Pow(1000, float64(i))
	return figure(part/unit) + " of " + figure(whole/unit) + " " + units[i]
}

// figure has one digit behind the point where there is one before it.
func figure(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// Thousands writes a number with separators: 2,500,000.
func Thousands(v uint32) string {
	s := strconv.FormatUint(uint64(v), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
