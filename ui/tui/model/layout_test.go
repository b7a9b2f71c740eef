package model

import (
	"fmt"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestPanesTileTheScreen: at every size and in every state each cell of the screen
// belongs to exactly one pane, and what stands inside of the detail pane tiles it
// below its heading.
func TestPanesTileTheScreen(t *testing.T) {
	m, details := open(listtest.Story(), Options{}), 0
	for _, state := range []struct {
		name  string
		enter func()
	}{
		{"rows", func() {}},
		{"detail of a message", func() { m.Detail.Open, m.Detail.Row, m.Focus = true, 3, PaneTree }},
		{"detail of words", func() { m.Detail.Row = 1 }},
		{"zoomed", func() { m.Zoom = true }},
		{"procedure", func() { m.Detail.Open, m.Zoom, m.Page.Kind, m.Focus = false, false, PaneSteps, PaneSteps }},
		{"sessions", func() { m.Page.Kind, m.Focus = 0, PaneSessions }},
	} {
		state.enter()
		for w := MinWidth; w <= 220; w += 9 {
			for h := MinHeight; h <= 90; h += 5 {
				m.Update(Resize{w, h})
				l := m.Layout()
				at := fmt.Sprintf("%s at %dx%d", state.name, w, h)
				screen := Rect{0, 0, w, h}
				tiles(t, at, screen, l.Header, l.Footer, l.Body)
				tiles(t, at+", body", l.Body, l.Sessions, l.Timeline, l.Full, l.Detail, l.Page)
				if l.Detail.H > 1 {
					details++
					inner := Rect{l.Detail.X, l.Detail.Y + 1, l.Detail.W, l.Detail.H - 1}
					within(t, at+", detail", inner, l.Words, l.Tree, l.Hex, l.Caption)
				}
			}
		}
	}
	if details < 100 {
		t.Errorf("the detail pane was laid out %d times", details)
	}
}

// tiles wants every cell of a rectangle in exactly one part of it.
func tiles(t *testing.T, at string, whole Rect, parts ...Rect) {
	t.Helper()
	within(t, at, whole, parts...)
	area := 0
	for _, p := range parts {
		area += max(p.W, 0) * max(p.H, 0)
	}
	if area != whole.W*whole.H {
		t.Fatalf("%s: %+v has %d cells, and %+v have %d", at, whole, whole.W*whole.H, parts, area)
	}
}

// within wants parts that lie inside of a rectangle and do not overlap.
func within(t *testing.T, at string, whole Rect, parts ...Rect) {
	t.Helper()
	for i, p := range parts {
		if p.H <= 0 || p.W <= 0 {
			continue
		}
		if !whole.Has(p.X, p.Y) || !whole.Has(p.X+p.W-1, p.Y+p.H-1) {
			t.Fatalf("%s: %+v is not inside of %+v", at, p, whole)
		}
		for _, q := range parts[:i] {
			if q.H > 0 && q.W > 0 && p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
				t.Fatalf("%s: %+v and %+v overlap", at, p, q)
			}
		}
	}
}

// TestTooSmall: below the smallest size nothing is laid out, and at it all is.
func TestTooSmall(t *testing.T) {
	m := open(listtest.Story(), Options{})
	for size, want := range map[[2]int]bool{{MinWidth, MinHeight}: false, {MinWidth - 1, MinHeight}: true, {MinWidth, MinHeight - 1}: true, {1, 1}: true, {300, 100}: false} {
		m.Update(Resize{size[0], size[1]})
		if got := m.Layout().TooSmall; got != want {
			t.Errorf("%v: too small %v", size, got)
		}
	}
}
