package render

import "github.com/rtmpscope/rtmpscope/decode/stats"

// eighths are the blocks of a sparkline, from an eighth to the whole height.
var eighths = [...]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}

// resample spreads a series over n columns; a column in which nothing was
// measured repeats the one before it when hold is true, otherwise it is 0.
func resample(s *stats.Series, n int, rate, hold bool) []float64 {
	out := make([]float64, 0, n)
	if s.Len == 0 {
		return out
	}
	last := 0.0
	for i := range n {
		from, to := i*s.Len/n, max((i+1)*s.Len/n, i*s.Len/n+1)
		sum, count := 0.0, 0
		for k := from; k < to; k++ {
			v, ok := s.At(k)
			if rate {
				v, ok = s.Rate(k), true
			}
			if ok {
				sum += v
				count++
			}
		}
		switch {
		case count > 0:
			last = sum / float64(count)
		case !hold:
			last = 0
		}
		out = append(out, last)
	}
	return out
}

// blocks draws a series of bytes as a line of blocks, each an eighth of the
// largest value higher than the next lower one. The largest is full.
func blocks(s *stats.Series, n int) string {
	values := resample(s, min(n, s.Len), true, false)
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

// plot draws a series into an area in braille: rates as filled columns, other
// values as a line. Zero is always in the picture. It returns the lowest and the
// highest value in it.
func plot(a Area, style Style, s *stats.Series, rate bool) (low, high float64) {
	values := resample(s, 2*a.W, rate, !rate)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if high == low {
		high = low + 1
	}
	cells := make([]rune, a.W*a.H)
	rows := 4 * a.H
	place := func(v float64) int { return rows - 1 - int((v-low)/(high-low)*float64(rows-1)+0.5) }
	before := -1
	for x, v := range values {
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
