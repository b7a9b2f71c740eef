//go:build linux

package main

import (
	"fmt"
	"time"
)

// sample is what the program has at one moment.
type sample struct {
	at      time.Time
	clients float64 // that have come by then
	rss     float64 // bytes
	live    float64 // bytes that the last garbage collection left
	files   float64
	threads float64
	cpu     float64 // seconds so far
}

// figure is one thing that must not grow.
type figure struct {
	name  string
	of    func(sample) float64
	limit float64 // of the slope, for each client
	unit  string
}

// figures are what is judged. A client leaves some twenty rows of 64 bytes, until they
// page out, and a summary; the limits are twice of what that is. A tenth of a thread
// or a file for a thousand clients would be a leak in a night.
var figures = []figure{
	{"memory", func(s sample) float64 { return s.rss }, 8 << 10, "bytes"},
	{"live heap", func(s sample) float64 { return s.live }, 4 << 10, "bytes"},
	{"open files", func(s sample) float64 { return s.files }, 0.005, "files"},
	{"threads", func(s sample) float64 { return s.threads }, 0.005, "threads"},
}

// judge prints the slopes and reports whether one is too steep. What was allocated
// while the program was warming up, in the first half, is not looked at.
func judge(all []sample) (bad bool) {
	if len(all) < 20 {
		fmt.Printf("only %d samples: the program has ended, or the time was too short\n", len(all))
		return true
	}
	half := all[len(all)/2:]
	for _, f := range figures {
		n := slope(half, f.of)
		verdict := "ok"
		if n > f.limit {
			verdict, bad = "GROWS", true
		}
		fmt.Printf("%-12s %14.4f %s a client (at most %.4f), from %.0f to %.0f: %s\n", f.name, n, f.unit, f.limit, f.of(half[0]), f.of(half[len(half)-1]), verdict)
	}
	cost := func(part []sample) float64 {
		a, b := part[0], part[len(part)-1]
		return (b.cpu - a.cpu) / max(b.clients-a.clients, 1) * 1000
	}
	early, late := cost(all[len(all)/4:len(all)/2]), cost(half)
	verdict := "ok"
	if late > early*costlier+1 {
		verdict, bad = "GROWS", true
	}
	fmt.Printf("%-12s %.1f ms a client in the second quarter, %.1f in the second half: %s\n", "processor", early, late, verdict)
	return bad
}

// costlier is by how much a client may cost more processor time later on: the machine
// is not ours alone.
const costlier = 1.5

// slope is that of the straight line through the samples, for each client, by least squares.
func slope(all []sample, of func(sample) float64) float64 {
	var x, y, xx, xy float64
	n := float64(len(all))
	for _, s := range all {
		v := of(s)
		x, y, xx, xy = x+s.clients, y+v, xx+s.clients*s.clients, xy+s.clients*v
	}
	if d := n*xx - x*x; d > 0 {
		return (n*xy - x*y) / d
	}
	return 0
}
