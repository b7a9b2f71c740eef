package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestWheelIsAboutThePaneBelowIt: wherever in a pane the pointer stands, also on its
// heading and on what it says below, the wheel scrolls that pane and no other, and
// nothing is selected or gets the focus.
func TestWheelIsAboutThePaneBelowIt(t *testing.T) {
	f := listtest.Story()
	for n := uint32(2); n < 30; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
	}
	m := open(f, Options{})
	m.Update(Resize{Width: 120, Height: 50})
	press(m, "1", "g", "2", "G", "Enter", "g", "]", "Enter")
	d := detailOf(3)
	d.Body = make([]byte, 4000)
	for range 60 {
		d.Fields = append(d.Fields, field.Field{Name: "more", Start: 10, End: 11})
	}
	m.Update(DetailRead{Row: 3, Data: d})
	tops := func() [4]int { return [4]int{m.SessionTop, m.View().Top, m.Detail.Top, m.Detail.HexTop} }
	l := m.Layout()
	for i, pane := range []Rect{l.Sessions, l.Timeline, {l.Detail.X, l.Detail.Y, l.Tree.W, l.Detail.H}, {l.Hex.X, l.Detail.Y, l.Hex.W, l.Detail.H}} {
		for _, y := range []int{pane.Y, pane.Y + pane.H/2, pane.Y + pane.H - 1} {
			before, row, focus, cursor := tops(), m.SelectedRow(), m.Focus, m.Detail.Cursor
			m.Update(Wheel{pane.X + pane.W/2, y, 1})
			after := tops()
			want := before
			want[i]++
			if after != want || m.SelectedRow() != row || m.Focus != focus || m.Detail.Cursor != cursor {
				t.Errorf("pane %d at line %d: %v became %v, want %v", i, y, before, after, want)
			}
		}
	}
}

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
