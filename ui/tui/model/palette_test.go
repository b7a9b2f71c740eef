package model

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestPalette(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: anyFilter, Themes: []string{"one", "two"}})
	say := func(s string) { press(m, ":"); typing(m, s); press(m, "Enter") }
	if say("4"); m.SelectedRow() != 4 {
		t.Errorf(":4 goes to row %d", m.SelectedRow())
	}
	if say("50"); m.SelectedRow() != 50 || m.View().At(m.View().Sel).Child == false {
		t.Errorf(":50 goes to row %d, which a run hides", m.SelectedRow())
	}
	if say("filter publish"); m.Filter != "publish" {
		t.Errorf("filter %q", m.Filter)
	}
	if say("theme two"); m.Theme != 1 {
		t.Errorf("theme %d", m.Theme)
	}
	if say("help"); m.Overlay != Help {
		t.Error(":help")
	}
	press(m, "Esc", "1")
	if say("next-com"); m.Focus != PaneTimeline {
		t.Error("an action of another pane does not go there")
	}
	if say("dance"); !strings.Contains(m.Message, "dance") {
		t.Errorf("message %q", m.Message)
	}
}
