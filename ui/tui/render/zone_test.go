package render

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// TestZonesAreWhatTheyShow: at every size each fold mark that is drawn answers a click,
// each key hint stands where it says, and a cell of a column lies in its pane.
func TestZonesAreWhatTheyShow(t *testing.T) {
	const refused = "ffmpeg5__nginx__publish_badname"
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for _, keys := range [][]string{{"1", "g", "2", "G"}, {"1", "g", "2", "g", "]", "]", "Enter"}, {"1", "g", "2", "g", "]", "Enter", "l", "3"}, {"a"}} {
			s := newStage(t, refused, size[0], size[1]).press(keys...)
			g := s.draw()
			l := s.Layout()
			for y := 1; y < g.H-1; y++ {
				for x := range g.W {
					if r := g.At(x, y).Rune; (r == '▸' || r == '▾') && !g.ZoneAt(x, y).Mark {
						t.Errorf("%v after %v: the mark at %d,%d answers no click", size, keys, x, y)
					}
				}
			}
			hints := 0
			for _, z := range g.zones {
				inside := z.X >= 0 && z.Y >= 0 && z.X+z.W <= g.W && z.Y < g.H && z.W > 0
				if !inside || z.Column != "" && !l.Sessions.Has(z.X, z.Y) && !l.Timeline.Has(z.X, z.Y) {
					t.Errorf("%v after %v: %+v lies outside", size, keys, z)
				}
				if z.Key != "" && g.row(z.Y)[z.X] == z.Key[0] {
					hints++
				}
			}
			if hints < 4 {
				t.Errorf("%v after %v: %d hints answer a click", size, keys, hints)
			}
		}
	}
}

// row is a line of the grid, a byte a cell.
func (g *Grid) row(y int) string {
	var b strings.Builder
	for x := range g.W {
		b.WriteByte(byte(g.At(x, y).Rune))
	}
	return b.String()
}

// TestZoneOnTop: a menu lies over the panes, and its choices answer in their place.
func TestZoneOnTop(t *testing.T) {
	s := newStage(t, "ffmpeg5__nginx__publish_badname", 80, 24)
	s.Update(model.Resize{Width: 80, Height: 24})
	s.press("1", "g", "2", "g", "]", "=")
	g := s.draw()
	for i, c := range s.Prompt.Choices {
		found := false
		for y := range g.H {
			if strings.HasPrefix(g.row(y)[2:], c.Text) {
				found = true
				if z := g.ZoneAt(3, y); z.Choice != i+1 {
					t.Errorf("choice %d is drawn in line %d, which answers %+v", i+1, y, z)
				}
			}
		}
		if !found && i < 9 {
			t.Errorf("choice %d is not drawn", i+1)
		}
	}
}
