package export

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The size of a plot in the units of its view box.
const (
	plotWidth  = 720
	plotHeight = 150
	plotLeft   = 64 // room for the numbers of the y axis
	plotRight  = 10
	plotTop    = 10
	plotBottom = 22
)

// plot is one picture: lines over the time since the session was opened.
type plot struct {
	Title, Unit string
	Lines       []line
	X, Y        []tick
}

// line is one curve; Points is the attribute of an SVG polyline.
type line struct {
	Name, Class, Points string
}

// tick is a number beside an axis.
type tick struct {
	Pos   string
	Label string
}

// curve is a line before it is scaled.
type curve struct {
	name, class string
	x, y        []float64
}

// Plots are the pictures of a session: its bit rate, message timestamps against
// the time of arrival, and by how much they drift apart. A session without
// messages has none.
func (s *story) Plots() (out []plot) {
	var rate []curve
	for _, dir := range sides {
		if from := dir.String(); len(s.curves.rate[dir]) > 0 {
			rate = append(rate, s.curves.bitrate(from, s.curves.rate[dir]))
		}
	}
	if drawn(rate) {
		out = append(out, draw("Bit rate of message bodies", "kbit/s", rate, true))
	}
	if stamps := s.curves.timestamps(); drawn(stamps) {
		out = append(out, draw("Timestamps of messages at their arrival", "s", stamps, false),
			draw("Timestamps ahead of the clock, since the first message", "s", ahead(stamps), false))
	}
	return out
}

// drawn reports whether there is a curve with more than one point: of a short
// session nothing but axes would be seen.
func drawn(curves []curve) bool {
	return slices.ContainsFunc(curves, func(c curve) bool { return len(c.x) > 1 })
}

// timestamps are the curves of audio and video in both directions.
func (c *curves) timestamps() (out []curve) {
	for _, dir := range sides {
		from := dir.String()
		if len(c.audio[dir]) > 0 {
			out = append(out, stamps("audio from the "+from, "audio "+from, c.audio[dir]))
		}
		if len(c.video[dir]) > 0 {
			out = append(out, stamps("video from the "+from, "video "+from, c.video[dir]))
		}
	}
	return out
}

// ahead subtracts the time that has passed: a level line is media in real time, a
// step is a jump, two lines that part are audio and video that do.
func ahead(stamps []curve) (out []curve) {
	x0, y0 := stamps[0].x[0], stamps[0].y[0]
	for _, c := range stamps {
		if c.x[0] < x0 {
			x0, y0 = c.x[0], c.y[0]
		}
	}
	for _, c := range stamps {
		d := curve{name: c.name, class: c.class, x: c.x}
		for i := range c.x {
			d.y = append(d.y, c.y[i]-y0-(c.x[i]-x0))
		}
		out = append(out, d)
	}
	return out
}

// bitrate is kbit/s for each bucket.
func (c *curves) bitrate(from string, bytes []int64) curve {
	out := curve{name: "from the " + from, class: from}
	for i, n := range bytes {
		out.x = append(out.x, (time.Duration(i) * c.width).Seconds())
		out.y = append(out.y, float64(n)*8/1000/c.width.Seconds())
	}
	return out
}

func stamps(name, class string, stamps []stamp) curve {
	out := curve{name: name, class: class}
	for _, s := range stamps {
		if s.ok {
			out.x = append(out.x, s.at.Seconds())
			out.y = append(out.y, float64(s.ms)/1000)
		}
	}
	return out
}

// scale maps values from low to high onto positions from a to b.
type scale struct{ low, high, a, b float64 }

func (s scale) at(v float64) string {
	if s.high > s.low {
		v = s.a + (v-s.low)/(s.high-s.low)*(s.b-s.a)
	} else {
		v = s.a
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// draw scales curves to one picture; the y axis begins at zero when asked.
func draw(title, unit string, curves []curve, zero bool) plot {
	x := scale{0, 0, plotLeft, plotWidth - plotRight}
	y := scale{math.Inf(1), math.Inf(-1), plotHeight - plotBottom, plotTop}
	for _, c := range curves {
		for i := range c.x {
			x.high = max(x.high, c.x[i])
			y.low, y.high = min(y.low, c.y[i]), max(y.high, c.y[i])
		}
	}
	if zero {
		y.low = 0
	}
	p := plot{Title: title, Unit: unit, X: x.ticks(6), Y: y.ticks(5)}
	for _, c := range curves {
		var b strings.Builder
		for i := range c.x {
			fmt.Fprintf(&b, "%s,%s ", x.at(c.x[i]), y.at(c.y[i]))
		}
		p.Lines = append(p.Lines, line{c.name, c.class, strings.TrimSpace(b.String())})
	}
	return p
}

// ticks are round numbers within the scale, about n of them.
func (s scale) ticks(n int) (out []tick) {
	span := s.high - s.low
	if span <= 0 {
		return []tick{{s.at(s.low), shortNumber(s.low)}}
	}
	step := math.Pow(10, math.Floor(math.Log10(span/float64(n))))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if span/step > float64(n) {
			step *= factor
		}
	}
	for v := math.Ceil(s.low/step) * step; v <= s.high+step/1e6; v += step {
		out = append(out, tick{s.at(v), shortNumber(math.Round(v/step) * step)})
	}
	return out
}

func shortNumber(v float64) string { return strconv.FormatFloat(v, 'g', 7, 64) }
