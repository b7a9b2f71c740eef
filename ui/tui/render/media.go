package render

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// scrolled is the part of a page that is in sight; lines before its top are
// drawn outside of the area, where nothing has an effect.
type scrolled struct {
	a    Area
	top  int
	axis axis // of all plots; the zero value lets each have its own
}

// line writes a label and words into a line of the page.
func (s scrolled) line(y int, label string, style Style, words string) {
	if y -= s.top; y < 0 {
		return
	}
	s.a.clip(4, 15, y, role(Name), label)
	s.a.clip(16, s.a.W-1, y, style, words)
}

// graph is a series to be drawn behind a label.
type graph struct {
	label  string
	style  Style
	series *stats.Series
	rate   bool // bytes, as bits a second
	minus  bool // with the other sign
	unit   func(float64) string
}

// columns are the values of a graph in n columns.
func (s scrolled) columns(g graph, n int) []float64 {
	values := s.axis.or(g.series).spread(g.series, n, g.rate)
	for i := range values {
		if g.minus {
			values[i] = -values[i]
		}
	}
	return values
}

// plotWidth is how many columns a plot may take, 0 when there is too little room.
func (s scrolled) plotWidth() int {
	w := min(s.a.W-16-24, 100)
	if w < 10 {
		return 0
	}
	return w
}

// plot draws a graph over a few lines, with its largest value.
func (s scrolled) plot(y, h int, gr graph) {
	y -= s.top
	w := s.plotWidth()
	if y+h <= 0 || gr.series.Len == 0 || w == 0 {
		return
	}
	var g Grid
	g.Reset(w, h)
	low, high := plot(g.Area(model.Rect{W: w, H: h}), gr.style, s.columns(gr, 2*w), gr.rate)
	for i := range h {
		for x := range w {
			if y+i >= 0 && y+i < s.a.H {
				*s.a.g.At(s.a.X+16+x, s.a.Y+y+i) = *g.At(x, i)
			}
		}
	}
	if y >= 0 {
		s.a.clip(4, 15, y, role(Name), gr.label)
		s.a.clip(16+w+1, s.a.W, y, role(Faint), gr.unit(high))
	}
	if h > 1 && y+h-1 >= 0 {
		words := lapse(s.axis.or(gr.series).length()) + " wide"
		if low < 0 {
			words = gr.unit(low) + ", " + words
		}
		s.a.clip(16+w+1, s.a.W, y+h-1, role(Faint), words)
	}
}

// media shows each track, and how audio and video stand to each other.
func media(a Area, m *model.Model) {
	list := m.Page.Measured.Tracks
	p := scrolled{a, m.Page.Top, axisOf(m.Page.Measured)}
	if len(list) == 0 {
		a.clip(2, a.W, 0, role(Faint), "no audio or video has come")
		return
	}
	y := 0
	for i := range list {
		track(p, y, &list[i])
		y += model.LinesOf(&list[i])
	}
	words := "only one of audio and video has come"
	style := role(Faint)
	if last, ok := lastOf(&m.Page.Measured.Skew); ok {
		style = Style{}
		words = "audio is " + ahead(last) + " video"
	}
	p.line(y, "skew", style, words)
	p.plot(y+1, 2, graph{"ahead by", role(Symbol), &m.Page.Measured.Skew, false, false, millis})
	if n := m.Page.Measured.MoreTracks; n > 0 {
		p.line(y+4, "", role(Warn), fmt.Sprintf("%d messages belong to tracks that are not measured", n))
	}
}

// millis writes milliseconds for people.
func millis(ms float64) string { return lapse(time.Duration(ms * 1e6)) }

func lastOf(s *stats.Series) (float64, bool) {
	for i := s.Len - 1; i >= 0; i-- {
		if v, ok := s.At(i); ok {
			return v, true
		}
	}
	return 0, false
}

// ahead says in words which timestamp is larger: what is ahead has the larger one, in
// plots above zero. Rules and reports say the same.
func ahead(ms float64) string {
	if ms < 0 {
		return fmt.Sprintf("%.0f ms behind", -ms)
	}
	return fmt.Sprintf("%.0f ms ahead of", ms)
}

// track draws one track in model.LinesOf lines.
func track(p scrolled, y int, t *stats.Track) {
	kind := "Audio"
	if t.Video {
		kind = "Video"
	}
	name := fmt.Sprintf("%s from %s, message stream %d", kind, t.From, t.StreamID)
	if t.ID > 0 {
		name += fmt.Sprintf(", track %d", t.ID)
	}
	if y >= p.top {
		p.a.fill(1, p.a.W-1, y-p.top, role(Phase), '─')
		p.a.Put(3, y-p.top, role(Phase), " "+name+" ")
	}
	codec := t.Codec.String()
	if t.Known {
		codec = t.Config.String()
	}
	p.line(y+1, "codec", role(Value), codec)
	p.line(y+2, "frames", Style{}, join(fmt.Sprint(t.Messages), frames(t), bytesText(t.Bytes), meanRate(t)))
	p.line(y+3, "keyframes", Style{}, keyframes(t))
	if t.Video {
		p.line(y+4, "B frames", Style{}, reorder(t))
		y++
	}
	style, words := timestamps(t)
	p.line(y+4, "timestamps", style, words)
	p.line(y+5, "clock", Style{}, join("jitter "+lapse(t.Jitter), againstClock(t)))
	p.plot(y+6, 2, graph{"bit rate", sender(t.From), &t.Rate, true, false, rateText})
	p.plot(y+8, 2, graph{"ahead by", role(Symbol), &t.Late, false, true, millis})
	if !t.Video {
		return
	}
	p.levels(y+10, graph{"frame rate", role(Symbol), &t.Frames, true, false, func(v float64) string { return fmt.Sprintf("at most %.3g a second", v/8) }})
	p.levels(y+11, graph{"groups", role(Symbol), &t.Groups, false, false, func(v float64) string { return "at most " + millis(v) }})
	p.levels(y+12, graph{"B delay", role(Symbol), &t.Delay, false, false, func(v float64) string { return "at most " + millis(v) }})
}

// levels draws a graph in one line of blocks, each an eighth of the largest value
// high, which stands behind them. Of nothing but zeros it draws nothing.
func (s scrolled) levels(y int, g graph) {
	w := s.plotWidth()
	values := s.columns(g, w)
	top := 0.0
	for _, v := range values {
		if v > top {
			top = v
		}
	}
	if y -= s.top; y < 0 || top == 0 || w == 0 {
		return
	}
	s.a.clip(4, 15, y, role(Name), g.label)
	for x, v := range values {
		if v > 0 {
			s.a.Put(16+x, y, g.style, string(eighths[min(int(v/top*8), 7)]))
		}
	}
	s.a.clip(16+w+1, s.a.W, y, role(Faint), g.unit(top))
}

func frames(t *stats.Track) string {
	if r := t.FrameRate(); r > 0 {
		return fmt.Sprintf("%.4g a second", r)
	}
	return ""
}

func meanRate(t *stats.Track) string {
	if r := t.BitRate(); r > 0 {
		return rateText(r)
	}
	return ""
}

func keyframes(t *stats.Track) string {
	if !t.Video {
		return "audio has none"
	}
	if t.GOP.Count == 0 {
		return count(int(t.Keys), "keyframe")
	}
	return join(count(int(t.Keys), "keyframe"), fmt.Sprintf("one in %s (%s to %s)", lapse(t.GOP.Last), lapse(t.GOP.Min), lapse(t.GOP.Max)),
		count(t.LastGOP, "frame")+" a group")
}

// reorder says what composition times tell of B frames.
func reorder(t *stats.Track) string {
	switch {
	case t.Negative:
		return "composition times go below 0"
	case t.Reorder > 0:
		return "shown up to " + lapse(t.Reorder) + " after decoding (B frames)"
	}
	return "no B frames"
}

func timestamps(t *stats.Track) (Style, string) {
	style, jumps := Style{}, "no jumps"
	if t.Jumps+t.Backward > 0 {
		style = role(Warn)
		jumps = fmt.Sprintf("%d back, %d jumps, the largest %s", t.Backward, t.Jumps, lapse(t.LargestJump))
	}
	return style, join(fmt.Sprintf("%d to %d ms", t.First, t.Last), jumps)
}

// againstClock says whether the timestamps are ahead of the clock on the wall.
func againstClock(t *stats.Track) string {
	v, ok := lastOf(&t.Late)
	switch {
	case !ok:
		return ""
	case v < 0:
		return millis(-v) + " ahead of the clock"
	}
	return millis(v) + " behind the clock"
}
