package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestMarks(t *testing.T) {
	m := open(listtest.Story(), Options{Can: desk.CanNote})
	e := press(m, "]", "m")
	if !m.Marked(3) || e.Note == nil || e.Note.Row != 3 || !e.Note.Mark {
		t.Fatalf("row 3 is not marked: %+v", e.Note)
	}
	press(m, "]", "]", "m", "'")
	if m.SelectedRow() != 3 || m.Message == "" {
		t.Errorf("' goes to row %d, want around to 3", m.SelectedRow())
	}
	press(m, "'")
	if m.SelectedRow() != 5 {
		t.Errorf("' goes to row %d, want 5", m.SelectedRow())
	}
	if e = press(m, "d"); e.Compare != [2]int{3, 5} {
		t.Errorf("d compares %v", e.Compare)
	}
	if e = press(m, "m"); e.Note == nil || *e.Note != (Note{Row: 5, Mark: true}) {
		t.Errorf("taking a mark back keeps %+v", e.Note)
	}
	if e = press(m, "d"); m.Marked(5) || e.Compare != [2]int{} {
		t.Errorf("after the mark was taken back d compares %v", e.Compare)
	}
}

// TestMarksOfTheCapture: marks and labels are those that the capture holds in
// the end; a finding can be marked too.
func TestMarksOfTheCapture(t *testing.T) {
	f := listtest.Story()
	note := func(row uint32, name, words string) {
		f.Written = append(f.Written, session.Written{Row: row, Session: 1, Name: name, Words: text.Plain(words)})
	}
	note(3, "mark", "mark")
	note(4, "mark", "look here")
	note(5, "mark", "mark")
	note(5, "note", "gone soon")
	note(5, "mark"+session.TakenBack, "")
	note(5, "note"+session.TakenBack, "")
	m := open(f, Options{Can: desk.CanNote})
	if !m.Marked(3) || !m.Marked(4) || m.Marked(5) || m.NoteOn(5) != "" {
		t.Errorf("marks %v, note %q", m.marks, m.NoteOn(5))
	}
	if m.LabelOf(3) != "" || m.LabelOf(4) != "look here" {
		t.Errorf("labels %q and %q", m.LabelOf(3), m.LabelOf(4))
	}
	n := f.Add(1, session.Row{Kind: session.Found, ReplyTo: 5, Severity: session.Error, Phase: session.PhaseMedia})
	grow(m, f)
	if e := press(m, "G", "m"); !m.Marked(n) || e.Note == nil || e.Note.Row != n {
		t.Errorf("the mark of a finding: %v, %+v", m.marks, e.Note)
	}
}

func TestNotes(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Can: desk.CanNote | desk.CanSave | desk.CanExport})
	press(m, "]", "c")
	typing(m, "why?")
	e := press(m, "Enter")
	if e.Note == nil || *e.Note != (Note{Row: 3, Text: "why?"}) || m.NoteOn(3) != "" {
		t.Fatalf("effect %+v, note %q before it was kept", e.Note, m.NoteOn(3))
	}
	m.Update(Performed{Note: e.Note, Err: errors.New("disk full")})
	if m.NoteOn(3) != "" || !strings.Contains(m.Message, "disk full") {
		t.Errorf("a note that was not kept is shown: %q, %q", m.NoteOn(3), m.Message)
	}
	m.Update(Performed{Note: e.Note, Done: "kept"})
	if m.NoteOn(3) != "why?" {
		t.Errorf("note %q", m.NoteOn(3))
	}
	if press(m, "c"); m.Prompt.Text != "why?" {
		t.Errorf("it cannot be edited: %q", m.Prompt.Text)
	}
	if e = press(m, "Enter"); e.Note != nil {
		t.Error("a note that did not change is written")
	}
	f.Written = append(f.Written, session.Written{Row: 4, Session: 1, Name: "note", Words: text.Plain("from the capture")},
		session.Written{Row: 5, Session: 1, Name: "mark", Words: text.Plain("here")})
	grow(m, f)
	if m.NoteOn(4) != "from the capture" || !m.Marked(5) {
		t.Errorf("note %q, mark %v", m.NoteOn(4), m.Marked(5))
	}
	press(m, "g")
	for _, want := range []int{3, 4, 5} { // a note, a note, a mark
		if press(m, "'"); m.SelectedRow() != want {
			t.Errorf("' goes to row %d, want %d", m.SelectedRow(), want)
		}
	}
	press(m, "w")
	typing(m, "x.pcapng")
	if e = press(m, "Enter"); e.Save != "x.pcapng" {
		t.Errorf("w saves %q", e.Save)
	}
	press(m, "e")
	typing(m, "x.md")
	if e = press(m, "Enter"); e.Export != "x.md" {
		t.Errorf("e exports %q", e.Export)
	}
	if s := keysOf(New(Options{})); strings.Contains(s, " c ") || strings.Contains(s, " w ") || strings.Contains(s, " e ") {
		t.Errorf("keys that do nothing are listed: %s", s)
	}
}

func TestCompare(t *testing.T) {
	row := func(n int, length uint32, fields ...field.Field) *analyst.Detail {
		return &analyst.Detail{Number: n, Row: session.Row{Kind: session.Message, Length: length}, Fields: fields}
	}
	one := func(name, v string, children ...field.Field) field.Field {
		return field.Field{Name: name, Value: text.Plain(v), Children: children}
	}
	m := open(listtest.Story(), Options{})
	m.Update(Compared{
		A: row(3, 10, one("name", "a"), one("object", "", one("app", "live"), one("old", "1")), one("tail", "t")),
		B: row(5, 11, one("name", "a"), one("object", "", one("app", "Live"), one("new", "2")), one("tail", "t"), one("tail", "u")),
	})
	want := []DiffLine{
		{"length", "10", "11", false}, {"  app", "live", "Live", false}, {"  old", "1", "", false}, {"  new", "", "2", false}, {"tail", "", "u", false},
	}
	var got []DiffLine
	for _, d := range m.Diff {
		if !d.Same {
			got = append(got, d)
		}
	}
	if m.Overlay != Diff || len(got) != len(want) {
		t.Fatalf("overlay %d, differences %v", m.Overlay, got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("difference %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if press(m, "q"); m.Overlay != NoOverlay {
		t.Error("q does not close it")
	}
}

func TestCopy(t *testing.T) {
	f := listtest.Story()
	f.Infos[0].TCURL, f.Infos[0].App = text.Plain("rtmp://host/it's"), text.Plain("it's")
	f.Infos[0].Stream, f.Infos[0].Role = text.Secret("key"), session.Publish
	m := open(f, Options{})
	press(m, "]")
	if e := press(m, "y", "f"); !strings.HasPrefix(e.Copy, `ffmpeg -re -i INPUT -c copy -f flv 'rtmp://host/it'\''s/••••`) || !strings.Contains(m.Message, "masked") {
		t.Errorf("copied %q, message %q", e.Copy, m.Message)
	}
	press(m, "K", "y")
	if e := press(m, "y", "p"); e.Copy != `ffplay 'rtmp://host/it'\''s/key'` {
		t.Errorf("copied %q", e.Copy)
	}
	if e := press(m, "y", "r"); !strings.Contains(e.Copy, "--playpath 'key'") {
		t.Errorf("copied %q", e.Copy)
	}
	press(m, "K")
	e := press(m, "y", "x")
	if e.Fetch != 3 || e.Copy != "" {
		t.Fatalf("fetches %d, copies %q", e.Fetch, e.Copy)
	}
	d := detailOf(3)
	if e = m.Update(DetailRead{Row: 3, Data: d}); e.Copy != "30000000343536373839" { // bytes 1 to 3 are a credential
		t.Errorf("copied %q", e.Copy)
	}
	press(m, "y", "j")
	if e = m.Update(DetailRead{Row: 3, Data: d}); !strings.Contains(e.Copy, `"name":"a","value":"va"`) {
		t.Errorf("copied %q", e.Copy)
	}
}

func TestDragging(t *testing.T) {
	f := listtest.Story()
	for n := uint32(2); n <= 12; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
	}
	m := open(f, Options{})
	m.Update(Resize{120, 60})
	press(m, "4")
	l := m.Layout()
	for _, y := range []int{l.Page.Y - 7, l.Page.Y + 9, l.Page.Y} {
		m.Update(Click{X: 5, Y: m.Layout().Page.Y})
		m.Update(Drag{5, y})
		m.Update(Release{})
		if got := m.Layout().Page.Y; got != y {
			t.Errorf("dragged to %d, it stands at %d", y, got)
		}
	}
	m.Update(Click{X: 5, Y: l.Timeline.Y})
	m.Update(Drag{5, l.Timeline.Y - 3})
	if got := m.Layout().Timeline.Y; got != l.Timeline.Y-3 {
		t.Errorf("the sessions end at %d, want %d", got, l.Timeline.Y-3)
	}
	m.Update(Release{})
	m.Update(Drag{5, 30})
	if got := m.Layout().Timeline.Y; got != l.Timeline.Y-3 {
		t.Error("the mouse drags with its button up")
	}
	for _, y := range []int{-5, 0, 59, 100} { // as far as it goes, in both directions
		m.Update(Click{X: 5, Y: m.Layout().Page.Y})
		m.Update(Drag{5, y})
		if l := m.Layout(); l.Sessions.H+l.Timeline.H+l.Page.H != l.Body.H || l.Timeline.H < PaneHead+1 || l.Page.H < 5 {
			t.Errorf("dragged to %d: %+v", y, l)
		}
	}
}

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

// TestSessionNote: in the sessions pane, and where no row is selected, the note is on
// the session; where none can be, what is typed runs no commands.
func TestSessionNote(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Can: desk.CanNote})
	press(m, "1", "c")
	if m.Prompt == nil || m.Prompt.Question != "note on session 1: " {
		t.Fatalf("prompt %+v", m.Prompt)
	}
	typing(m, "blue")
	e := press(m, "Enter")
	if e.Note == nil || *e.Note != (Note{Row: 1, Text: "blue"}) {
		t.Fatalf("effect %+v", e.Note)
	}
	m.Update(Performed{Note: e.Note, Done: "kept"})
	if m.SessionNote(1) != "blue" || m.SessionNote(2) != "" {
		t.Errorf("note %q", m.SessionNote(1))
	}
	press(m, "2", "g") // a heading
	if press(m, "c"); m.Prompt == nil || m.Prompt.Question != "note on session 1: " || m.Prompt.Text != "blue" {
		t.Errorf("on a heading: %+v", m.Prompt)
	}

	m = New(Options{Can: desk.CanNote, Live: true})
	press(m, "c")
	for _, key := range []string{"q", "p", "Z", "F"} {
		if e := press(m, key); e.Quit || m.Paused || m.Zoom || m.Prompt == nil {
			t.Fatalf("%s runs while nothing is asked", key)
		}
	}
	if !strings.Contains(m.Prompt.Question, "there is no session") {
		t.Errorf("question %q", m.Prompt.Question)
	}
	if press(m, "Enter"); m.Prompt != nil {
		t.Error("Enter does not end it")
	}
}

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
