package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestDragging(t *testing.T) {
	f := listtest.Story()
	for n := uint32(2); n <= 12; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
	}
	m := open(f, Options{})
	m.Update(Resize{120, 60})
	press(m, "4")
	l := m.Layout()
	for _, y := range []int{l.Page.Y - 7, l.Page.Y + 9, l.Page.Y} {
		m.Update(Click{X: 5, Y: m.Layout().Page.Y})
		m.Update(Drag{5, y})
		m.Update(Release{})
		if got := m.Layout().Page.Y; got != y {
			t.Errorf("dragged to %d, it stands at %d", y, got)
		}
	}
	m.Update(Click{X: 5, Y: l.Timeline.Y})
	m.Update(Drag{5, l.Timeline.Y - 3})
	if got := m.Layout().Timeline.Y; got != l.Timeline.Y-3 {
		t.Errorf("the sessions end at %d, want %d", got, l.Timeline.Y-3)
	}
	m.Update(Release{})
	m.Update(Drag{5, 30})
	if got := m.Layout().Timeline.Y; got != l.Timeline.Y-3 {
		t.Error("the mouse drags with its button up")
	}
	for _, y := range []int{-5, 0, 59, 100} { // as far as it goes, in both directions
		m.Update(Click{X: 5, Y: m.Layout().Page.Y})
		m.Update(Drag{5, y})
		if l := m.Layout(); l.Sessions.H+l.Timeline.H+l.Page.H != l.Body.H || l.Timeline.H < PaneHead+1 || l.Page.H < 5 {
			t.Errorf("dragged to %d: %+v", y, l)
		}
	}
}
