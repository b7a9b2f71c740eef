package model

import (
	"strings"
	"testing"
)

// TestKeymap: a key belongs to the pane that has the focus, in the comparison of sessions
// h and l choose the side, and of a key that does nothing a person is told once a pane.
func TestKeymap(t *testing.T) {
	table := keymap{bindings: Bindings()}
	for _, c := range []struct {
		key    string
		focus  Pane
		over   Overlay
		action string
	}{
		{"s", PaneSessions, NoOverlay, "sort"}, {"s", PaneTimeline, NoOverlay, "stats"}, {"}", PaneTimeline, NoOverlay, "next-trouble"},
		{"}", PaneTree, NoOverlay, ""}, {"l", PaneTree, NoOverlay, "unfold"}, {"l", PaneTimeline, NoOverlay, ""},
		{"h", PaneTimeline, SessionDiff, "fold"}, {"h", PaneTimeline, Help, ""},
		{"Ctrl-F", PaneHex, NoOverlay, "page-down"}, {"Ctrl-B", PaneSteps, NoOverlay, "page-up"},
	} {
		action := ""
		if b := table.bound(c.key, c.focus, c.over); b != nil {
			action = b.Action
		}
		if action != c.action {
			t.Errorf("%s in pane %d below overlay %d is %q, want %q", c.key, c.focus, c.over, action, c.action)
		}
	}
	if words := table.unknown("l", PaneTimeline); !strings.Contains(words, "unfold") || table.unknown("l", PaneTimeline) != "" || table.unknown("l", PaneSteps) == "" {
		t.Errorf("of l it says %q, or says it again", words)
	}
	if words := table.unknown("F9", PaneTimeline); !strings.Contains(words, "F9 does nothing here") {
		t.Errorf("of F9 it says %q", words)
	}
	if table.KeyOf("help") != "?" || table.KeyOf("no-such-action") != ":no-such-action" {
		t.Errorf("keys %s and %s", table.KeyOf("help"), table.KeyOf("no-such-action"))
	}
}
