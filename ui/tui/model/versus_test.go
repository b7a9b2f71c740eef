package model

import (
	"errors"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// twoSessions is a timeline of two sessions and the comparison of them: the
// first difference is in rows 3 and 6, the second in row 2 alone.
func twoSessions() (*listtest.Timeline, *diff.Result) {
	f := &listtest.Timeline{}
	for s := uint32(1); s <= 2; s++ {
		f.Add(s, session.Row{Kind: session.Opened})
		f.Command(s, session.PhaseConnect, "connect")
		f.Command(s, session.PhaseStart, "publish")
	}
	r := &diff.Result{Differences: []diff.Difference{
		{Importance: diff.Decisive, A: diff.Place{Row: 3}, B: diff.Place{Row: 6}},
		{Importance: diff.Minor, A: diff.Place{Row: 2}},
	}}
	r.A.Session, r.B.Session = 1, 2
	return f, r
}

func TestSessionsBesideEachOther(t *testing.T) {
	f, r := twoSessions()
	m := open(f, Options{Can: desk.CanCompare})
	if e := press(m, "1", "g", "m", "j", "d"); e.CompareSessions != [2]uint32{1, 2} {
		t.Fatalf("the marked and the selected: compares %v", e.CompareSessions)
	}
	if e := press(m, "m", "d"); e.CompareSessions != [2]uint32{1, 2} || !m.Marks.HasSession(2) {
		t.Fatalf("two that are marked: compares %v", e.CompareSessions)
	}
	m.Update(SessionsCompared{Result: r})
	if m.Overlay != SessionDiff || m.Versus.Selected() != &r.Differences[0] {
		t.Fatalf("overlay %d, selected %+v", m.Overlay, m.Versus.Selected())
	}
	if press(m, "Right", "Enter"); m.SelectedRow() != 6 || m.Overlay != NoOverlay || !strings.Contains(m.Message, "row 6 of B") {
		t.Errorf("Enter goes to row %d, %q", m.SelectedRow(), m.Message)
	}
	if e := press(m, ":", "d", "i", "f", "f", "Enter"); e.CompareSessions != [2]uint32{} || m.Overlay != SessionDiff {
		t.Error(":diff does not show the same comparison again")
	}
	press(m, "k")
	if m.Versus.Selected() != &r.Differences[0] {
		t.Error("the cursor stands on a heading")
	}
	if press(m, "G", "Enter"); m.SelectedRow() != 2 {
		t.Errorf("of a difference without a row in B Enter goes to row %d, want 2", m.SelectedRow())
	}
	if press(m, "d", "Esc"); m.Overlay != NoOverlay {
		t.Error("Esc does not go back")
	}
}

func TestSessionsThatCannotBeCompared(t *testing.T) {
	f, r := twoSessions()
	m := open(f, Options{Can: desk.CanCompare})
	for text, want := range map[string]string{"diff 1": "numbers of two", "diff 1 x": "numbers of two", "diff 1 3": "run from 1 to 2", "diff 0 1": "run from", "diff 2 2": "same session"} {
		press(m, ":")
		typing(m, text)
		if e := press(m, "Enter"); e.CompareSessions != [2]uint32{} || !strings.Contains(m.Message, want) {
			t.Errorf("%s: %v, %q", text, e.CompareSessions, m.Message)
		}
	}
	press(m, ":")
	typing(m, "compare 2 1")
	if e := press(m, "Enter"); e.CompareSessions != [2]uint32{2, 1} {
		t.Errorf("compares %v", e.CompareSessions)
	}
	m.Update(SessionsCompared{Err: errors.New("the file is gone")})
	if m.Overlay != NoOverlay || !strings.Contains(m.Message, "the file is gone") {
		t.Errorf("%q", m.Message)
	}
	r.Differences = nil
	m.Update(SessionsCompared{Result: r})
	if press(m, "j", "G", "g", "Enter"); m.Versus.Selected() != nil || m.Overlay != SessionDiff {
		t.Error("sessions that do not differ have a difference")
	}
}

// TestOverlaysKeepTheirKeys: while something covers the panes no key works on
// what lies below; one that leads elsewhere uncovers it.
func TestOverlaysKeepTheirKeys(t *testing.T) {
	m := open(listtest.Story(), Options{})
	if press(m, "?", "Enter"); m.Overlay != NoOverlay || m.Detail.Open {
		t.Error("Enter opens what the help covers")
	}
	if press(m, "?", "4"); m.Overlay != NoOverlay || m.Page.Kind != PaneSteps {
		t.Error("a key of the help does not lead out of it")
	}
}
