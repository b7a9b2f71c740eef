package model

import (
	"errors"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func open(f *listtest.Timeline, o Options) *Model {
	m := New(o)
	m.Update(Resize{80, 24})
	grow(m, f)
	return m
}

func grow(m *Model, f *listtest.Timeline) Effect {
	return m.Update(Grown{Timeline: f.Prefix(f.Len()), Now: listtest.Epoch, Facts: Facts{Live: m.Options.Live}})
}

func press(m *Model, keys ...string) (e Effect) {
	for _, k := range keys {
		e = m.Update(Key{k})
	}
	return e
}

func typing(m *Model, text string) {
	for _, r := range text {
		press(m, string(r))
	}
}

func TestSelectionStaysWhileRowsArrive(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Live: true})
	press(m, "g", "j", "j", "j", "j")
	row, top := m.SelectedRow(), m.View().Top
	for range 50 {
		f.Command(1, session.PhaseMedia, "ping")
		f.Media(1, 9, 0)
		grow(m, f)
	}
	if m.SelectedRow() != row || m.View().Top != top {
		t.Errorf("row %d top %d became row %d top %d", row, top, m.SelectedRow(), m.View().Top)
	}
}

func TestFollow(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Live: true})
	if !m.View().Follow || m.View().Sel != m.View().Len()-1 {
		t.Fatal("a live session does not begin at its end")
	}
	last := f.Command(1, session.PhaseMedia, "a")
	grow(m, f)
	if m.SelectedRow() != last {
		t.Errorf("following, row %d is selected, not %d", m.SelectedRow(), last)
	}
	press(m, "k")
	f.Command(1, session.PhaseMedia, "b")
	grow(m, f)
	if m.View().Follow || m.SelectedRow() == last+1 {
		t.Error("moving up does not end follow mode")
	}
	press(m, "G")
	if !m.View().Follow {
		t.Error("G does not begin it again")
	}
	if open(listtest.Story(), Options{}).View().Follow {
		t.Error("a finished file is followed")
	}
}

func TestPauseShowsNothingNew(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Live: true})
	press(m, "p")
	f.Command(1, session.PhaseMedia, "late")
	grow(m, f)
	if m.Timeline().Len() != f.Len()-1 || m.Behind() != 1 {
		t.Errorf("paused, %d of %d rows are shown and %d behind", m.Timeline().Len(), f.Len(), m.Behind())
	}
	press(m, "p")
	if m.Timeline().Len() != f.Len() {
		t.Error("going on does not catch up")
	}
}

func TestSearch(t *testing.T) {
	m := open(listtest.Story(), Options{})
	press(m, "/")
	typing(m, "CREATESx")
	press(m, "Backspace", "Enter")
	if m.SelectedRow() != 4 {
		t.Errorf("row %d, want 4", m.SelectedRow())
	}
	press(m, "/")
	typing(m, "connect")
	press(m, "Enter") // around the end, to the heading of the phase
	if e := m.View().At(m.View().Sel); e.Kind != list.PhaseLine || m.Message == "" {
		t.Errorf("at %v, message %q", e, m.Message)
	}
	press(m, "n")
	if m.SelectedRow() != 3 {
		t.Errorf("n: row %d, want 3", m.SelectedRow())
	}
	press(m, "n", "N")
	if m.SelectedRow() != 3 {
		t.Errorf("N: row %d, want 3", m.SelectedRow())
	}
	press(m, "/")
	typing(m, "nowhere")
	press(m, "Enter")
	if m.SelectedRow() != 3 || !strings.Contains(m.Message, "nowhere") {
		t.Errorf("row %d, message %q", m.SelectedRow(), m.Message)
	}
}

func TestJumps(t *testing.T) {
	f := listtest.Story()
	gap := f.Add(1, session.Row{Kind: session.Gap, Phase: session.PhaseMedia})
	refused := f.Add(1, session.Row{Kind: session.Message, Type: 20, Flags: session.Refused, Phase: session.PhaseMedia})
	m := open(f, Options{})
	for _, step := range []struct {
		key string
		row int
	}{{"]", 3}, {"]", 4}, {"[", 3}, {"}", gap}, {"}", refused}, {"}", gap}, {"{", refused}} {
		if press(m, step.key); m.SelectedRow() != step.row {
			t.Errorf("%s: row %d, want %d", step.key, m.SelectedRow(), step.row)
		}
	}
}

// TestTroubleFromTheSessions: the next trouble is a move in the timeline from the
// sessions pane too, and says where else there is trouble when it begins again.
func TestTroubleFromTheSessions(t *testing.T) {
	f := listtest.Story()
	refused := f.Add(1, session.Row{Kind: session.Message, Type: 20, Flags: session.Refused, Phase: session.PhaseMedia})
	f.Add(6, session.Row{Kind: session.Gap}) // and with it the sessions before
	m := open(f, Options{})
	press(m, "1")
	m.selectSession(1)
	if press(m, "}"); m.SelectedRow() != refused || m.Focus != PaneTimeline || m.Message != "" {
		t.Errorf("row %d, want %d; focus %d; %q", m.SelectedRow(), refused, m.Focus, m.Message)
	}
	for _, step := range []struct {
		troubled []int
		want     string
	}{
		{nil, "went around the end"},
		{[]int{3}, "went around the end; session 3 has trouble too (a lists all)"},
		{[]int{5}, "went around the end; sessions 3, 5 have trouble too (a lists all)"},
		{[]int{2, 4, 6}, "went around the end; sessions 2, 3, 4, 5 and 1 more have trouble too (a lists all)"},
	} {
		for _, n := range step.troubled {
			f.Infos[n-1].Worst = session.Warning
		}
		grow(m, f)
		if press(m, "}"); m.Message != step.want {
			t.Errorf("says %q, want %q", m.Message, step.want)
		}
	}
	press(m, "a")
	if press(m, "}"); strings.Contains(m.Message, "too") {
		t.Errorf("with all sessions listed it says %q", m.Message)
	}
}

func TestAllSessionsKeepTheRow(t *testing.T) {
	f := listtest.Story()
	f.Add(2, session.Row{Kind: session.Opened})
	row := f.Command(2, session.PhaseConnect, "connect")
	m := open(f, Options{})
	press(m, "1", "j", "2", "G")
	if m.SelectedRow() != row {
		t.Fatalf("row %d", m.SelectedRow())
	}
	press(m, "a")
	if !m.All || m.SelectedRow() != row {
		t.Errorf("all: row %d, want %d", m.SelectedRow(), row)
	}
	press(m, "g", "j", "a")
	if s, _ := m.Session(); m.All || s.Number != 1 || m.SelectedRow() != 1 {
		t.Errorf("back: session %d row %d", s.Number, m.SelectedRow())
	}
}

func TestNewestLiveSession(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Live: true})
	f.Add(2, session.Row{Kind: session.Opened})
	grow(m, f)
	if s, _ := m.Session(); s.Number != 2 {
		t.Errorf("session %d is shown, not the new one", s.Number)
	}
	press(m, "1", "k")
	f.Add(3, session.Row{Kind: session.Opened})
	grow(m, f)
	if s, _ := m.Session(); s.Number != 1 {
		t.Errorf("session %d is shown, not the one that was chosen", s.Number)
	}
}

func detailOf(row int) *analyst.Detail {
	return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Body: []byte("0123456789"), Fields: []field.Field{
		{Name: "a", Start: 0, End: 4, Value: text.Plain("va"), Children: []field.Field{{Name: "a1", Start: 0, End: 1}, {Name: "a2", Start: 1, End: 4, Secret: true}}},
		{Name: "b", Start: 4, End: 10, Value: text.Plain("vb")},
	}, Pieces: []analyst.Piece{
		{Offset: 100, Header: 2, Bytes: []byte("HH0123"), BodyStart: 0},
		{Offset: 106, Header: 1, Bytes: []byte("h45"), BodyStart: 4},
		{Offset: 200, Header: 1, Bytes: []byte("h6789"), BodyStart: 6},
	}}
}

func TestDetail(t *testing.T) {
	m := open(listtest.Story(), Options{})
	if e := press(m, "]", "Enter"); e.Fetch != 3 || m.Focus != PaneTree {
		t.Fatalf("Enter fetches row %d, focus %d", e.Fetch, m.Focus)
	}
	if e := press(m, "2", "j", "j"); e.Fetch != 4 {
		t.Errorf("the next row is not fetched: %d", e.Fetch)
	}
	m.Update(DetailRead{Row: 3, Data: detailOf(3)})
	if m.Detail.Data != nil {
		t.Error("a stale answer is shown")
	}
	m.Update(DetailRead{Row: 4, Data: detailOf(4)})
	if len(m.Detail.Nodes) != 4 {
		t.Fatalf("%d nodes", len(m.Detail.Nodes))
	}
	press(m, "3", "Enter")
	if len(m.Detail.Nodes) != 2 || !m.Detail.Nodes[0].Folded {
		t.Errorf("folded: %d nodes", len(m.Detail.Nodes))
	}
	press(m, "Right", "j", "Left")
	if m.Detail.Cursor != 0 || len(m.Detail.Nodes) != 4 {
		t.Errorf("Left: cursor %d of %d", m.Detail.Cursor, len(m.Detail.Nodes))
	}
	if e := press(m, "y", "v"); e.Copy != "va" {
		t.Errorf("copied %q", e.Copy)
	}
	press(m, "q")
	if m.Detail.Open || m.Focus != PaneTimeline {
		t.Error("q does not close the detail")
	}
	press(m, "3")
	m.Update(DetailRead{Row: 4, Err: errors.New("no")})
	if m.Detail.Err != "no" {
		t.Errorf("error %q", m.Detail.Err)
	}
}

func TestQuit(t *testing.T) {
	m := open(listtest.Story(), Options{Live: true})
	if e := press(m, "q"); e.Quit || m.Prompt == nil {
		t.Fatal("q on a live session does not ask")
	}
	if e := press(m, "n"); e.Quit || m.Prompt != nil {
		t.Error("n does not take it back")
	}
	for _, again := range []string{"y", "Ctrl-C"} {
		m := open(listtest.Story(), Options{Live: true})
		if e := press(m, "q", again); !e.Quit {
			t.Errorf("q and %s do not quit", again)
		}
	}
	if press(m, "q", "j"); m.Prompt == nil {
		t.Error("another key is an answer")
	}
	closed := listtest.Story()
	for i := range closed.Infos {
		closed.Infos[i].Open = false
	}
	if e := press(open(closed, Options{Live: true}), "q"); !e.Quit {
		t.Error("q asks although no session is open")
	}
	if e := press(open(listtest.Story(), Options{Live: true, Alone: true}), "q"); !e.Quit {
		t.Error("q asks although nobody else is cut off")
	}
	if e := press(open(listtest.Story(), Options{Live: true}), "Ctrl-C"); !e.Quit {
		t.Error("Ctrl-C does not quit")
	}
	if e := press(open(listtest.Story(), Options{}), "?", "q"); e.Quit {
		t.Error("q quits from the help")
	}
	if e := press(open(listtest.Story(), Options{}), "q"); !e.Quit {
		t.Error("q asks although nothing is live")
	}
	for _, no := range []string{"q", "n", "Esc", "Enter", "Space", "x"} {
		m := open(listtest.Story(), Options{Live: true})
		if e := press(m, "q", no); e.Quit {
			t.Errorf("q and %s cut a live session", no)
		}
	}
}

func TestRevealAsksOnce(t *testing.T) {
	f := listtest.Story()
	f.Texts[3] = session.Text{Name: "x", Summary: text.Secret("key")}
	m := open(f, Options{})
	if _, s := m.Text(3); strings.Contains(s, "key") {
		t.Fatalf("shown from the start: %q", s)
	}
	press(m, "K", "n")
	if m.Reveal {
		t.Fatal("revealed without consent")
	}
	press(m, "K", "y")
	if _, s := m.Text(3); s != "key" {
		t.Errorf("revealed: %q", s)
	}
	if press(m, "K"); m.Reveal {
		t.Error("K does not mask again")
	}
	if press(m, "K"); !m.Reveal {
		t.Error("it asks a second time")
	}
}

func TestWheelLeavesTheSelection(t *testing.T) {
	f := listtest.Story()
	for range 100 {
		f.Command(1, session.PhaseMedia, "x")
	}
	m := open(f, Options{})
	press(m, "g", "j")
	l := m.Layout().Timeline
	m.Update(Wheel{5, l.Y + 4, 3})
	if v := m.View(); v.Top != 3 || m.SelectedRow() != 1 {
		t.Errorf("top %d row %d", v.Top, m.SelectedRow())
	}
	m.Update(Click{X: 5, Y: l.Y + PaneHead + 2})
	if v := m.View(); v.Sel != 5 {
		t.Errorf("a click on the third line selects %d", v.Sel)
	}
}

// TestResizeKeepsTheSelection: whatever the size, the selection stays the same
// and in sight, and the panes do not overlap.
func TestResizeKeepsTheSelection(t *testing.T) {
	f := listtest.Story()
	for range 100 {
		f.Command(1, session.PhaseMedia, "x")
	}
	m := open(f, Options{})
	press(m, "G", "k", "k", "Enter", "2")
	row := m.SelectedRow()
	for w := 1; w < 210; w += 13 {
		for h := 1; h < 70; h += 3 {
			m.Update(Resize{w, h})
			l := m.Layout()
			v := m.View()
			if m.SelectedRow() != row {
				t.Fatalf("%d×%d: row %d", w, h, m.SelectedRow())
			}
			if n := l.Timeline.H - PaneHead; l.Timeline.H > 0 && (v.Sel < v.Top || v.Sel >= v.Top+n) {
				t.Fatalf("%d×%d: %d is not in sight of %d+%d", w, h, v.Sel, v.Top, n)
			}
			if !l.TooSmall && l.Sessions.H+l.Timeline.H+l.Detail.H != l.Body.H {
				t.Fatalf("%d×%d: panes %d+%d+%d do not fill %d", w, h, l.Sessions.H, l.Timeline.H, l.Detail.H, l.Body.H)
			}
		}
	}
}

func TestEveryKeyIsInTheHelp(t *testing.T) {
	m := New(Options{Filters: anyFilter, Can: desk.CanNote | desk.CanSave | desk.CanExport})
	help := m.HelpLines()
	for _, b := range Bindings() {
		found := false
		for _, h := range help {
			found = found || len(b.Keys) > 0 && strings.HasPrefix(h.Keys, b.Keys[0]) && h.Text == b.Help
		}
		if !found || b.Help == "" {
			t.Errorf("%v is not explained", b.Keys)
		}
	}
}

// TestAnyKeyAnywhere presses every key in every state: nothing panics.
func TestAnyKeyAnywhere(t *testing.T) {
	for _, f := range []*listtest.Timeline{{}, listtest.Story()} {
		for _, first := range []string{"", "Enter", "1", "3", "4", "5", "6", "?", "/", "f", ":", "a", "Z"} {
			for _, b := range Bindings() {
				for _, k := range b.Keys {
					m := open(f, Options{Live: true, Filters: anyFilter, Can: desk.CanNote | desk.CanSave | desk.CanExport})
					press(m, first, k, k, "Enter", k, "Esc")
					m.Update(DetailRead{Row: m.Detail.Row, Data: detailOf(3)})
					press(m, k, "x", k)
				}
			}
		}
	}
}

// TestWhatHasPassedIsNotTheState: a finding that says that an earlier one is over takes
// its place as what is wrong with a session; one of another rule does not.
func TestWhatHasPassedIsNotTheState(t *testing.T) {
	f := &listtest.Timeline{Texts: map[int]session.Text{}}
	find := func(rule, words string, flags session.Flags) {
		n := f.Add(1, session.Row{Kind: session.Found, Severity: session.Warning, Flags: flags})
		f.Texts[n] = session.Text{Name: rule, Brief: text.Plain(words)}
		f.Infos[0].Worst = session.Warning
	}
	complaint := func() string {
		return open(f, Options{}).Complaint(&f.Infos[0])
	}
	find("flow-backpressure", "has stopped reading", 0)
	find("other", "something else", session.Over)
	if got := complaint(); got != "has stopped reading" {
		t.Errorf("the state is %q", got)
	}
	find("flow-backpressure", "took nothing for 9 s", session.Over)
	if got := complaint(); got != "took nothing for 9 s" {
		t.Errorf("after it has passed the state is %q", got)
	}
}
