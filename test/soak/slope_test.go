//go:build linux

package main

import "testing"

// steady are samples of a program that has so many bytes more for each client, with
// something that goes up and down.
func steady(each, file, dearer float64) (all []sample) {
	cpu := 0.0
	for i := range 100 {
		n := float64(i * 10)
		cpu += 0.01 + dearer*float64(i)
		all = append(all, sample{clients: n, rss: 50e6 + each*n + float64(i%5)*1000, live: 9e6 + each*n/2, files: 20 + file*n + float64(i%2), threads: 12, cpu: cpu})
	}
	return all
}

func TestSlope(t *testing.T) {
	if got := slope(steady(3000, 0, 0), func(s sample) float64 { return s.rss }); got < 2990 || got > 3010 {
		t.Errorf("%v bytes a client, not 3000", got)
	}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		all []sample
		bad bool
	}{
		"steady": {steady(500, 0, 0), false}, "memory": {steady(9000, 0, 0), true}, "files": {steady(0, 0.01, 0), true},
		"processor": {steady(0, 0, 0.001), true}, "too few": {steady(0, 0, 0)[:10], true},
	} {
		if got := judge(c.all); got != c.bad {
			t.Errorf("%s: %v", name, got)
		}
	}
}
