package render

import (
	"math"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/stats"
)

// eighths are the blocks of a sparkline, from an eighth to the whole height.
var eighths = [...]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}

// axis is the time that a plot spans, in Unix nanoseconds.
type axis struct{ from, to int64 }

// reach lets the axis span a series too.
func (x axis) reach(s *stats.Series) axis {
	if s.Len == 0 {
		return x
	}
	end := s.Start + int64(s.Len)*int64(s.Width)
	if x == (axis{}) {
		return axis{s.Start, end}
	}
	return axis{min(x.from, s.Start), max(x.to, end)}
}

// axisOf is the axis of all tracks together, so that what happened at one time stands
// below one another.
func axisOf(m *stats.Session) (x axis) {
	for i := range m.Tracks {
		t := &m.Tracks[i]
		x = x.reach(&t.Rate).reach(&t.Late)
	}
	return x.reach(&m.Skew)
}

// or is the axis, or that of the series alone.
func (x axis) or(s *stats.Series) axis {
	if x == (axis{}) {
		return x.reach(s)
	}
	return x
}

func (x axis) length() time.Duration { return time.Duration(x.to - x.from) }

// spread gives n columns of the axis their values of a series: the mean of the buckets in
// each. A column outside of the series is NaN. Of a rate, which is in bits a second, a column in which nothing was
// measured is 0; other values repeat the one before.
func (x axis) spread(s *stats.Series, n int, rate bool) []float64 {
	out := make([]float64, n)
	last := math.NaN()
	for i := range out {
		from, to := x.from+int64(float64(i)/float64(n)*float64(x.to-x.from)), x.from+int64(float64(i+1)/float64(n)*float64(x.to-x.from))
		if out[i] = math.NaN(); s.Len == 0 || to <= s.Start || from >= s.Start+int64(s.Len)*int64(s.Width) {
			continue
		}
		first := int(max(from-s.Start, 0) / int64(s.Width))
		behind := min(max(int((to-s.Start+int64(s.Width)-1)/int64(s.Width)), first+1), s.Len)
		if v, ok := mean(s, first, behind, rate); ok {
			last = v
		} else if rate {
			last = 0
		}
		out[i] = last
	}
	return out
}

// mean is that of buckets of a series; ok is false when nothing was measured in them.
func mean(s *stats.Series, from, to int, rate bool) (v float64, ok bool) {
	sum, n := 0.0, 0
	for k := from; k < to; k++ {
		v, measured := s.At(k)
		if rate {
			v, measured = s.Rate(k), true
		}
		if measured {
			sum += v
			n++
		}
	}
	return sum / float64(max(n, 1)), n > 0
}

// blocks draws a series of bytes as a line of blocks, each an eighth of the
// largest value higher than the next lower one. The largest is full.
func blocks(s *stats.Series, n int) string {
	values := axis{}.reach(s).spread(s, min(n, s.Len), true)
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	out := make([]rune, len(values))
	for i, v := range values {
		if out[i] = ' '; v > 0 {
			out[i] = eighths[min(int(v/top*8), 7)]
		}
	}
	return string(out)
}

// dots are the eight dots of a braille cell: two columns of four, by column and
// row from the top (Unicode block U+2800).
var dots = [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// plot draws values, two a cell, into an area in braille: rates as filled columns, other
// values as a line, NaN as nothing. Zero is always in the picture. It returns the lowest
// and the highest value in it.
func plot(a Area, style Style, values []float64, rate bool) (low, high float64) {
	for _, v := range values {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if high == low {
		high = low + 1
	}
	cells := make([]rune, a.W*a.H)
	rows := 4 * a.H
	place := func(v float64) int { return rows - 1 - int((v-low)/(high-low)*float64(rows-1)+0.5) }
	before := -1
	for x, v := range values {
		if math.IsNaN(v) {
			before = -1
			continue
		}
		y := place(v)
		if before < 0 {
			before = y
		}
		from, to := min(y, before), max(y, before)
		if rate {
			from, to = y, rows-1
		}
		for k := from; k <= to; k++ {
			cells[k/4*a.W+x/2] |= dots[x%2][k%4]
		}
		before = y
	}
	for i, c := range cells {
		if c != 0 {
			a.fill(i%a.W, i%a.W+1, i/a.W, style, 0x2800+c)
		}
	}
	return low, high
}
