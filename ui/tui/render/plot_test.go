package render

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// rates is a series of bytes, one value a bucket of 250 ms.
func rates(values ...int) stats.Series {
	var c stats.Collector
	end := int64(0)
	for i, v := range values {
		end += int64(v)
		c.Entry(&session.Entry{End: end, Row: session.Row{Session: 1, Kind: session.Message, Type: 20, From: decode.FromClient,
			Time: int64(time.Duration(i) * 250 * time.Millisecond)}})
	}
	return c.Session(1).Bytes()
}

// TestBlocks: the highest bucket is full, half of it four eighths and one, none
// is blank.
func TestBlocks(t *testing.T) {
	s := rates(80, 40, 0, 10, 80)
	if got := blocks(&s, 10); got != "█▅ ▂█" {
		t.Errorf("%q", got)
	}
	var none stats.Series
	if got := blocks(&none, 10); got != "" {
		t.Errorf("nothing measured gives %q", got)
	}
}

// TestPlot: a cell of braille has two columns of four dots, filled from below.
func TestPlot(t *testing.T) {
	s := rates(90, 30, 60, 90)
	var g Grid
	g.Reset(2, 1)
	low, high := plot(g.Area(model.Rect{W: 2, H: 1}), Style{}, axis{}.reach(&s).spread(&s, 4, true), true)
	// Heights of four dots each: 90 is 4 of 4, 30 is 2 (row 2 of 0..3 by rounding), 60 is 3.
	if low != 0 || high != 90*8/0.25 || g.text() != "⣧⣾\n" {
		t.Errorf("from %v to %v: %q", low, high, g.text())
	}
}

// TestOneTimeAxis: a series that begins later than another stands further to the right,
// under the same times, and outside of it there is nothing.
func TestOneTimeAxis(t *testing.T) {
	early, late := rates(80, 80, 80, 80), rates(80, 80)
	late.Start += int64(2 * late.Width)
	x := axis{}.reach(&late).reach(&early)
	if x.length() != time.Second {
		t.Errorf("the axis is %v long", x.length())
	}
	got := x.spread(&late, 4, true)
	for i, known := range []bool{false, false, true, true} {
		if math.IsNaN(got[i]) == known {
			t.Errorf("column %d is %v", i, got[i])
		}
	}
	var g Grid
	g.Reset(4, 1)
	plot(g.Area(model.Rect{W: 4, H: 1}), Style{}, x.spread(&late, 8, true), true)
	if g.text() != "  ⣿⣿\n" {
		t.Errorf("%q", g.text())
	}
}

// TestNumberAndTimeNeverTouch: after ten hours, and at eight digits, there is a blank
// between the number of a row and its time.
func TestNumberAndTimeNeverTouch(t *testing.T) {
	f := &listtest.Timeline{}
	f.Add(1, session.Row{Kind: session.Opened})
	for range 12 {
		f.Add(1, session.Row{Kind: session.Message, Type: 20, Time: listtest.Epoch.Add(12*time.Hour + 34*time.Minute).UnixNano()})
	}
	for i := range f.Rows[1:] {
		f.Rows[i+1].Time = listtest.Epoch.Add(12*time.Hour + 34*time.Minute).UnixNano()
	}
	m := model.New(model.Options{})
	m.Update(model.Grown{Timeline: f, Now: time.Unix(0, 0), Done: true})
	for _, w := range []int{80, 120, 200} {
		m.Update(model.Resize{Width: w, Height: 24})
		var g Grid
		Frame(&g, m)
		if s := g.text(); !strings.Contains(s, "  12 12:34:00.0 ") {
			t.Errorf("%d columns: number and time do not stand apart:\n%s", w, s)
		}
	}
}
