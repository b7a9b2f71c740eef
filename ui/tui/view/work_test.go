package view

import (
	"errors"
	"testing"

	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// fakeDesk does what the test says; it has always done three quarters.
type fakeDesk struct {
	desk.Desk
	note func(desk.Note) (string, error)
	save func(string) (string, error)
}

func (*fakeDesk) Abilities() desk.Abilities                         { return desk.CanNote | desk.CanSave | desk.CanExport }
func (d *fakeDesk) Note(n desk.Note) (string, error)                { return d.note(n) }
func (d *fakeDesk) Save(path string, _ ...uint32) (string, error)   { return d.save(path) }
func (d *fakeDesk) Export(path string, _ ...uint32) (string, error) { return path, nil }
func (d *fakeDesk) Progress() (done, total int64)                   { return 3, 4 }

// TestNotesAndFiles: what a person asks for is done off the screen's goroutine,
// and said; a fault of it is said too.
func TestNotesAndFiles(t *testing.T) {
	kept := make(chan model.Note, 4)
	o := Options{Desk: &fakeDesk{
		note: func(n desk.Note) (string, error) { kept <- n; return "it is kept", nil },
		save: func(path string) (string, error) {
			if path == "bad" {
				panic("a fault")
			}
			return "", errors.New(path + " exists")
		},
	}}
	s := start(t, story(), o, 120, 40)
	s.wait("command01")
	s.press("j", "c")
	s.wait("note on row 1")
	s.press("see here", "Enter")
	if n := <-kept; n != (model.Note{Row: 1, Text: "see here"}) {
		t.Errorf("kept %+v", n)
	}
	s.wait("it is kept", "✎ see here")
	s.press("w")
	s.wait("save the capture as")
	s.press("x.pcapng", "Enter")
	s.wait("that has failed: x.pcapng exists")
	s.press("w")
	s.wait("save the capture as")
	s.press("bad", "Enter")
	s.wait("a fault of the program")
	s.press("e")
	s.wait("export the capture as")
	s.press("y.md", "Enter")
	s.wait("exported to y.md")
	s.press("j", "m", "j", "m")
	<-kept
	s.press("d")
	s.wait("Row 2 and row 3", "field of row 2")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

func TestDragOfASplit(t *testing.T) {
	s := start(t, story(), Options{Mouse: true}, 80, 30)
	s.wait("command01")
	s.press("4")
	s.wait("4 Procedure")
	s.steady()
	top := s.line("4 Procedure")
	s.drag(10, top, 10, top+3)
	s.until("a lower heading", func(string) bool { return s.line("4 Procedure") == top+3 })
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

// TestProgressIsShown: what takes longer than half a second has a bar, and the
// keys go on working beside it.
func TestProgressIsShown(t *testing.T) {
	release := make(chan struct{})
	o := Options{Desk: &fakeDesk{save: func(path string) (string, error) { <-release; return path, nil }}}
	s := start(t, story(), o, 120, 40)
	s.wait("command01")
	s.press("w")
	s.wait("save the capture as")
	s.press("x.pcapng", "Enter")
	s.wait("saving █████████░░░ 75%")
	s.press("j", "j")
	s.wait("line 3 of 61", "saving █████████░░░ 75%")
	close(release)
	s.wait("saved as x.pcapng")
	s.gone("75%")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}
