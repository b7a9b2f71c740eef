package model

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// TestWhatIsWritten: w and e write the session that is looked at, or those that are
// marked, and Tab takes another choice.
func TestWhatIsWritten(t *testing.T) {
	f := listtest.Story()
	f.Add(2, session.Row{Kind: session.Opened})
	f.Add(3, session.Row{Kind: session.Opened})
	wrote := func(m *Model, keys ...string) string {
		t.Helper()
		press(m, keys...)
		question := m.Prompt.Question
		typing(m, "x.md")
		e := press(m, "Enter")
		return fmt.Sprint(question, e.Save, e.Export, " ", e.Sessions)
	}
	one := open(listtest.Story(), Options{Can: desk.All})
	if got := wrote(one, "w"); got != "save the capture as: x.md []" {
		t.Errorf("of one session: %s", got)
	}
	m := open(f, Options{Can: desk.All})
	press(m, "1", "j") // the second
	for _, c := range []struct{ keys, want string }{
		{"e", "export session 2 (Tab: all 3 sessions) as: x.md [2]"},
		{"e Tab", "export all 3 sessions (Tab: session 2) as: x.md []"},
		{"w Tab Tab", "save session 2 (Tab: all 3 sessions) as: x.md [2]"},
		{"a e", "export all 3 sessions (Tab: session 2) as: x.md []"},
		{"a 1 j m k k m e", "export sessions 1, 3 (Tab: session 1) as: x.md [1 3]"},
	} {
		if got := wrote(m, strings.Fields(c.keys)...); got != c.want {
			t.Errorf("%s: %s, want %s", c.keys, got, c.want)
		}
	}
}
