package render

import (
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
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
	low, high := plot(g.Area(model.Rect{W: 2, H: 1}), Style{}, &s, true)
	// Heights of four dots each: 90 is 4 of 4, 30 is 2 (row 2 of 0..3 by rounding), 60 is 3.
	if low != 0 || high != 90*8/0.25 || g.text() != "⣧⣾\n" {
		t.Errorf("from %v to %v: %q", low, high, g.text())
	}
}
