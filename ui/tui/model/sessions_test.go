package model

import (
	"fmt"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
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

// heavy is what Worst says, by numbers.
type heavy struct {
	gravest, newest uint32
	more            int
}

// TestCourse: an open session says how far it is, and what is remarkable about that.
func TestCourse(t *testing.T) {
	at := listtest.Epoch
	media := []session.Stage{{Phase: session.PhaseMedia, At: at}}
	for _, c := range []struct {
		name string
		s    session.Info
		wait time.Duration
		want string
	}{
		{"before media", session.Info{Phase: session.PhaseStart, Role: session.Play}, 0, "play"},
		{"sound and picture", session.Info{Phase: session.PhaseMedia, Stages: media, Audio: 10, Video: 10, LastAt: at.Add(time.Minute)}, 0, "media"},
		{"sound that has just begun", session.Info{Phase: session.PhaseMedia, Stages: media, Audio: 10, LastAt: at.Add(time.Second)}, 0, "media"},
		{"sound alone", session.Info{Phase: session.PhaseMedia, Stages: media, Audio: 10, LastAt: at.Add(time.Minute)}, 0, "media, audio only"},
		{"a player that waited", session.Info{Phase: session.PhaseMedia, Role: session.Play, Stages: media, Audio: 1, Video: 10, LastAt: at}, 8500 * time.Millisecond, "media, keyframe after 8.5 s"},
		{"a player that did not", session.Info{Phase: session.PhaseMedia, Role: session.Play, Stages: media, Video: 10, LastAt: at}, 900 * time.Millisecond, "media"},
		{"an encoder, which makes its keyframes itself", session.Info{Phase: session.PhaseMedia, Role: session.Publish, Stages: media, Video: 10, LastAt: at}, 8 * time.Second, "media"},
	} {
		m := New(Options{})
		m.keyWaits[0] = c.wait
		if got := m.Course(&c.s); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	r := lint.Report{Steps: []lint.Step{{ID: lint.StepKeyFrame, State: lint.Done, Latency: 8500 * time.Millisecond}}}
	if keyWait(&r) != 8500*time.Millisecond {
		t.Error("the wait is not that of the step")
	}
}

// TestSessionsPaneGrows: with the sessions and with the screen, and the timeline keeps
// its room.
func TestSessionsPaneGrows(t *testing.T) {
	for _, c := range []struct{ h, sessions, want int }{
		{24, 1, 1}, {24, 3, 3}, {24, 50, 4}, {40, 3, 3}, {40, 9, 9}, {40, 50, 13}, {60, 50, 20},
	} {
		f := &listtest.Timeline{}
		for n := range c.sessions {
			f.Add(uint32(n+1), session.Row{Kind: session.Opened})
			f.Infos[n].Client = fmt.Sprintf("192.0.2.%d:1", n)
			f.Infos[n].Worst = session.Note // no attempts at one thing
			f.Infos[n].Stream = text.Marked(fmt.Sprint(n))
		}
		m := open(f, Options{})
		m.Update(Resize{Width: 120, Height: c.h})
		l := m.Layout()
		if got := l.Sessions.H - PaneHead; got != c.want || l.Timeline.H < 10 {
			t.Errorf("%d sessions on %d lines: %d are in sight, the timeline has %d lines; want %d", c.sessions, c.h, got, l.Timeline.H, c.want)
		}
	}
}

// TestWorst: live, what goes on comes first, then the newest of the gravest; of a
// file, the first of the gravest, which may be the cause of the others. Beside it stands
// the newest, and how many there are more.
func TestWorst(t *testing.T) {
	type is struct {
		worst session.Severity
		open  bool
	}
	for _, c := range []struct {
		sessions   []is
		live, file heavy
	}{
		{[]is{{session.Note, true}}, heavy{}, heavy{}},
		{[]is{{session.Error, false}, {session.Warning, true}}, heavy{2, 0, 1}, heavy{1, 2, 0}},
		{[]is{{session.Error, false}, {session.Warning, false}}, heavy{1, 2, 0}, heavy{1, 2, 0}},
		{[]is{{session.Error, false}, {session.Warning, false}, {session.Error, false}}, heavy{3, 0, 2}, heavy{1, 3, 1}},
		{[]is{{session.Warning, true}, {session.Error, true}, {session.Error, false}, {session.Note, true}}, heavy{2, 3, 1}, heavy{2, 3, 1}},
	} {
		f := &listtest.Timeline{}
		for i, s := range c.sessions {
			f.Add(uint32(i+1), session.Row{Kind: session.Opened})
			f.Infos[i].Worst, f.Infos[i].Open = s.worst, s.open
		}
		for live, want := range map[bool]heavy{true: c.live, false: c.file} {
			got := heavy{}
			gravest, newest, more := open(f, Options{Live: live}).Worst()
			if got.more = more; gravest != nil {
				got.gravest = gravest.Number
			}
			if newest != nil {
				got.newest = newest.Number
			}
			if got != want {
				t.Errorf("%+v, live %v: %+v, want %+v", c.sessions, live, got, want)
			}
		}
	}
}
