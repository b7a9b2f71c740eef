package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestRebind(t *testing.T) {
	m := open(listtest.Story(), Options{Keys: map[string][]string{"log": {"j", "F2"}}})
	if press(m, "j"); m.Overlay != Log {
		t.Error("j is not the log")
	}
	press(m, "Esc", "g", "Down")
	if m.View().Sel != 1 {
		t.Error("Down has been lost with j")
	}
	for _, bad := range []map[string][]string{
		{"nothing": {"j"}}, {"log": {"jj"}}, {"log": {" "}}, {"log": {"Ctrl-C"}}, {"log": {"v"}, "help": {"v"}},
	} {
		if _, err := Rebind(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	if _, err := Rebind(map[string][]string{"sort": {"v"}, "bytes": {"v"}}); err != nil {
		t.Errorf("one key for two panes: %v", err)
	}
}
