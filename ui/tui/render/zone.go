package render

import "github.com/rtmpscope/rtmpscope/ui/tui/model"

// Zone is a part of the screen that answers the mouse by itself.
type Zone struct {
	model.Rect
	Key    string // of a key hint, which does what the key does
	Choice int    // from 1, of what can be chosen; 0 for none
	Mark   bool   // a fold mark
	Column string // of a cell, by the name of the column
}

// ZoneAt is the zone at a place of the frame that was drawn last, the zero value when
// there is none. What was drawn over something else is what is there.
func (g *Grid) ZoneAt(x, y int) Zone {
	for i := len(g.zones) - 1; i >= 0; i-- {
		if g.zones[i].Has(x, y) {
			return g.zones[i]
		}
	}
	return Zone{}
}

// zone makes the columns [x, end) of a row answer the mouse.
func (a Area) zone(x, end, y int, z Zone) {
	x, end = max(x, 0), min(end, a.W)
	if y < 0 || y >= a.H || x >= end {
		return
	}
	z.Rect = model.Rect{X: a.X + x, Y: a.Y + y, W: end - x, H: 1}
	a.g.zones = append(a.g.zones, z)
}
