package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestAttemptsFold(t *testing.T) {
	f := &listtest.Timeline{}
	for n := uint32(1); n <= 4; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
		s := &f.Infos[n-1]
		s.Client, s.App, s.Open = "10.0.0.1:"+string(rune('0'+n)), text.Plain("live"), n == 4
		s.Stream, s.Role = text.Plain("cam"), session.Publish
	}
	f.Infos[0].Stream, f.Infos[0].Role = "", session.RoleUnknown // sent back to authenticate
	f.Add(5, session.Row{Kind: session.Opened})
	f.Infos[4].Client, f.Infos[4].App = "10.0.0.2:1", text.Plain("live")
	m := open(f, Options{})
	if len(m.Listed) != 2 || len(m.Listed[0].Attempts) != 3 || m.Listed[0].Index != 3 {
		t.Fatalf("lines %+v", m.Listed)
	}
	press(m, "1", "Right")
	if len(m.Listed) != 5 || !m.Listed[1].Child || m.Listed[1].Index != 2 {
		t.Errorf("unfolded: %+v", m.Listed)
	}
	press(m, "g", "j", "Left")
	if s, _ := m.Session(); len(m.Listed) != 2 || s.Number != 4 {
		t.Errorf("folded: %+v, session %d", m.Listed, s.Number)
	}
	press(m, "f")
	if m.Prompt != nil {
		t.Fatal("there is no filter to ask for")
	}
}

func TestSessionsSortAndFilter(t *testing.T) {
	f := &listtest.Timeline{}
	for n := uint32(1); n <= 3; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
		f.Infos[n-1].App = text.Plain([]string{"b", "a", "c"}[n-1])
	}
	f.Infos[1].Worst = session.Error
	m := open(f, Options{Filters: anyFilter})
	order := func() (s string) {
		for _, l := range m.Listed {
			s += string(rune('1' + l.Index))
		}
		return s
	}
	press(m, "1", "s", "s")
	if m.Sort != ByStream || order() != "213" {
		t.Errorf("by %v: %s", m.Sort, order())
	}
	if press(m, "S"); order() != "312" {
		t.Errorf("reversed: %s", order())
	}
	press(m, "s", "s") // the programs are in sight of 80 columns, the bit rate is not
	if m.Sort != ByWorst || order() != "213" {
		t.Errorf("by %v: %s", m.Sort, order())
	}
	press(m, "f")
	typing(m, "c")
	if press(m, "Enter"); order() != "3" {
		t.Errorf("with c: %s", order())
	}
	if press(m, "Esc"); len(m.Listed) != 3 {
		t.Error("Esc does not list all")
	}
}

// TestWorst: live, what goes on comes first, then the newest of the gravest; of a
// file, the first of the gravest, which may be the cause of the others.
func TestWorst(t *testing.T) {
	type is struct {
		worst session.Severity
		open  bool
	}
	for _, c := range []struct {
		sessions   []is
		live, file uint32
	}{
		{[]is{{session.Note, true}}, 0, 0},
		{[]is{{session.Error, false}, {session.Warning, true}}, 2, 1},
		{[]is{{session.Error, false}, {session.Warning, false}}, 1, 1},
		{[]is{{session.Error, false}, {session.Warning, false}, {session.Error, false}}, 3, 1},
		{[]is{{session.Warning, true}, {session.Error, true}, {session.Error, false}}, 2, 2},
	} {
		f := &listtest.Timeline{}
		for i, s := range c.sessions {
			f.Add(uint32(i+1), session.Row{Kind: session.Opened})
			f.Infos[i].Worst, f.Infos[i].Open = s.worst, s.open
		}
		for live, want := range map[bool]uint32{true: c.live, false: c.file} {
			got := uint32(0)
			if s := open(f, Options{Live: live}).Worst(); s != nil {
				got = s.Number
			}
			if got != want {
				t.Errorf("%+v, live %v: session %d, want %d", c.sessions, live, got, want)
			}
		}
	}
}
