package text

import (
	"math"
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 KB", 9949: "9.9 KB", 9950: "10 KB", 999_499: "999 KB", 999_500: "1.0 MB",
		386_592: "387 KB", 12_345_678: "12 MB", 3_210_000_000: "3.2 GB", 5e12: "5.0 TB", 5e15: "5000 TB",
	} {
		if got := Size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	bits := [...]string{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"}
	for want, v := range map[string][2]float64{
		"1.2 of 2.6 Mbit/s": {1.2e6, 2.6e6}, "0.1 of 2.6 Mbit/s": {120_000, 2.6e6}, "8.0 of 260 kbit/s": {8000, 260_000},
		"0.0 of 9.9 bit/s": {0, 9.9}, "10 of 1000 Tbit/s": {9.96e12, 1e15},
	} {
		if got := Share(v[0], v[1], bits); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func TestLapse(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 µs", 999 * time.Microsecond: "999 µs", time.Millisecond: "1.0 ms", 9949 * time.Microsecond: "9.9 ms",
		9950 * time.Microsecond: "10 ms", 248230 * time.Microsecond: "248 ms", 8 * time.Second: "8.0 s", 9950 * time.Millisecond: "10 s",
		59 * time.Second: "59 s", 90 * time.Second: "1:30", 3723 * time.Second: "1:02:03", -3 * time.Second: "-3.0 s",
		math.MinInt64: "-2562047:47:16",
	} {
		if got := Lapse(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestFigures(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-600019 * time.Microsecond: "-600 ms", -4256 * time.Millisecond: "-4.26 s",
		0: "0 µs", 93 * time.Microsecond: "93 µs", 999_999: "999 µs", time.Millisecond: "1 ms", 12 * time.Millisecond: "12 ms",
		time.Second: "1 s", 4256 * time.Millisecond: "4.26 s", 119 * time.Second: "119 s", 120 * time.Second: "2m0s", 150_600 * time.Millisecond: "2m31s",
	} {
		if got := Figures(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for v, want := range map[uint32]string{
		0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 999_999: "999,999", 2_500_000: "2,500,000", 4_294_967_295: "4,294,967,295",
	} {
		if got := Thousands(v); got != want {
			t.Errorf("%d: %q, want %q", v, got, want)
		}
	}
}
