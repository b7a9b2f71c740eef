package stats

import (
	"slices"
	"time"
)

// Buckets is how many buckets a series has.
const Buckets = 128

// firstWidth is how long a bucket is at first. Whenever the buckets are used up
// their length doubles: a session of an hour has buckets of 32 seconds.
const firstWidth = 250 * time.Millisecond

// Mode says what a bucket makes of the values that fall into it.
type Mode uint8

// The modes.
const (
	Sums  Mode = iota // their sum
	Means             // their mean
	Tops              // the largest
)

// Series is a value over time, in at most Buckets buckets of equal length. It
// costs what its buckets cost. Copies of one that goes on must not be read while it
// does; those that a Collector hands out go on no more. The zero Series is empty and
// takes no values.
type Series struct {
	Start int64         // Unix nanoseconds, of the first bucket
	Width time.Duration // of a bucket
	Len   int           // buckets so far
	mode  Mode
	value []float64 // as many as were needed
	count []uint32
}

func newSeries(start int64, m Mode) Series { return Series{Start: start, Width: firstWidth, mode: m} }

// Add puts a value at a time. What is older than the series counts for its
// first bucket.
func (s *Series) Add(at int64, v float64) {
	if s.Width == 0 {
		return
	}
	i := int(max(at-s.Start, 0) / int64(s.Width))
	for i >= Buckets {
		s.halve()
		i = int((at - s.Start) / int64(s.Width))
	}
	s.Len = max(s.Len, i+1)
	s.reach(i)
	s.merge(i, v, 1)
}

// reach makes room for bucket i.
func (s *Series) reach(i int) {
	if n := i + 1 - len(s.value); n > 0 {
		s.value = append(s.value, make([]float64, n)...)
		s.count = append(s.count, make([]uint32, n)...)
	}
}

// detached is a copy that does not change with s.
func (s Series) detached() Series {
	s.value, s.count = slices.Clone(s.value), slices.Clone(s.count)
	return s
}

// merge adds the result of n values to a bucket.
func (s *Series) merge(i int, v float64, n uint32) {
	if s.mode == Tops && s.count[i] > 0 {
		v = max(v, s.value[i])
	} else if s.mode != Tops {
		v += s.value[i]
	}
	s.value[i] = v
	s.count[i] += n
}

// halve makes one bucket of each two.
func (s *Series) halve() {
	old, counts := slices.Clone(s.value), slices.Clone(s.count)
	clear(s.value)
	clear(s.count)
	for i := range old {
		if counts[i] > 0 {
			s.merge(i/2, old[i], counts[i])
		}
	}
	s.Len = (s.Len + 1) / 2
	s.Width *= 2
}

// At returns the value of bucket i of [0, Len), and whether there is any.
func (s *Series) At(i int) (v float64, ok bool) {
	if i < 0 || i >= s.Len || s.count[i] == 0 {
		return 0, false
	}
	if s.mode == Means {
		return s.value[i] / float64(s.count[i]), true
	}
	return s.value[i], true
}

// Rate returns bucket i of a series of bytes as bits a second; a bucket in
// which nothing came is 0.
func (s *Series) Rate(i int) float64 {
	v, _ := s.At(i)
	if s.Width == 0 {
		return 0
	}
	return v * 8 / s.Width.Seconds()
}
