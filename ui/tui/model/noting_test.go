package model

import (
	"errors"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

func TestMarks(t *testing.T) {
	m := open(listtest.Story(), Options{Can: desk.CanNote})
	e := press(m, "]", "m")
	if !m.Marks.Has(3) || e.Note == nil || e.Note.Row != 3 || !e.Note.Mark {
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
	if e = press(m, "d"); m.Marks.Has(5) || e.Compare != [2]int{} {
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
	if !m.Marks.Has(3) || !m.Marks.Has(4) || m.Marks.Has(5) || m.Marks.Note(5) != "" {
		t.Errorf("marks %v, note %q", m.Marks.rows, m.Marks.Note(5))
	}
	if m.Marks.Label(3) != "" || m.Marks.Label(4) != "look here" {
		t.Errorf("labels %q and %q", m.Marks.Label(3), m.Marks.Label(4))
	}
	n := f.Add(1, session.Row{Kind: session.Found, ReplyTo: 5, Severity: session.Error, Phase: session.PhaseMedia})
	grow(m, f)
	if e := press(m, "G", "m"); !m.Marks.Has(n) || e.Note == nil || e.Note.Row != n {
		t.Errorf("the mark of a finding: %v, %+v", m.Marks.rows, e.Note)
	}
}

func TestNotes(t *testing.T) {
	f := listtest.Story()
	m := open(f, Options{Can: desk.CanNote | desk.CanSave | desk.CanExport})
	press(m, "]", "c")
	typing(m, "why?")
	e := press(m, "Enter")
	if e.Note == nil || *e.Note != (Note{Row: 3, Text: "why?"}) || m.Marks.Note(3) != "" {
		t.Fatalf("effect %+v, note %q before it was kept", e.Note, m.Marks.Note(3))
	}
	m.Update(Performed{Note: e.Note, Err: errors.New("disk full")})
	if m.Marks.Note(3) != "" || !strings.Contains(m.Message, "disk full") {
		t.Errorf("a note that was not kept is shown: %q, %q", m.Marks.Note(3), m.Message)
	}
	m.Update(Performed{Note: e.Note, Done: "kept"})
	if m.Marks.Note(3) != "why?" {
		t.Errorf("note %q", m.Marks.Note(3))
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
	if m.Marks.Note(4) != "from the capture" || !m.Marks.Has(5) {
		t.Errorf("note %q, mark %v", m.Marks.Note(4), m.Marks.Has(5))
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
