package model

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// The sessions pane takes the filter language, and says what is wrong with a text.
func TestSessionsPaneFilters(t *testing.T) {
	m := open(listtest.Story(), Options{Filters: anyFilter})
	all := len(m.Listed)
	press(m, "1", "f")
	typing(m, `role == watch`)
	if m.Prompt == nil || !strings.Contains(m.Prompt.Problem, `role == "watch"`) {
		t.Fatalf("%+v", m.Prompt)
	}
	if press(m, "Enter"); m.Prompt == nil {
		t.Fatal("a text that is no filter was taken")
	}
	press(m, "Esc", "f")
	typing(m, `number == 1 and role == "pu`)
	if len(m.Prompt.Choices) != 1 || m.Prompt.Choices[0].Text != `"publish"` {
		t.Errorf("%+v", m.Prompt.Choices)
	}
	press(m, "Esc", "f")
	typing(m, `number > 1000`)
	if press(m, "Enter"); len(m.Listed) != 0 {
		t.Errorf("%d sessions", len(m.Listed))
	}
	if press(m, "Esc"); len(m.Listed) != all {
		t.Errorf("%d sessions, want %d", len(m.Listed), all)
	}
}

// Rows that are selected by their session are read again when something else is known
// of it.
func TestRowsFollowTheirSession(t *testing.T) {
	f := listtest.Story()
	bySession := Filters{Compile: func(string) (s Selector, problem string, at int) {
		s.Match = func(t list.Timeline, n int) bool { return t.Session(t.Row(n).Session).Role == session.Play }
		s.Sessions = true
		return s, "", 0
	}}
	m := open(f, Options{Filters: bySession})
	m.setFilter("x")
	if m.View().Len() > 0 {
		t.Fatalf("%d lines before anything was played", m.View().Len())
	}
	f.Infos[0].Role = session.Play
	grow(m, f)
	if m.View().Len() == 0 {
		t.Error("the rows were not read again")
	}
}
