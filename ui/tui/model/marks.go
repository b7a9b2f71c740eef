package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Note is an effect: a text to keep with a row. An empty one takes the note back.
type Note struct {
	Row  int
	Text string
	Mark bool // a mark, not a note; Text is "" to take it back
}

// Performed brings the end of an effect that takes its time.
type Performed struct {
	Note *Note  // that was kept, or nil
	Done string // what to say when all went well
	Err  error
}

func (a Performed) apply(m *Model) Effect {
	switch {
	case a.Err != nil:
		m.Message = "that has failed: " + a.Err.Error()
	case a.Note != nil && !a.Note.Mark:
		m.notes[uint32(a.Note.Row)] = a.Note.Text
		m.Message = a.Done
	case a.Done != "":
		m.Message = a.Done
	}
	return Effect{}
}

// Marked reports whether a row is marked.
func (m *Model) Marked(row int) bool { return slices.Contains(m.marks, uint32(row)) }

// NoteOn is the note on a row, "" when there is none.
func (m *Model) NoteOn(row int) string { return m.notes[uint32(row)] }

// noteRow takes in a row that a person wrote.
func (m *Model) noteRow(tl Timeline, n int, r session.Row) {
	t := tl.Text(n)
	switch {
	case r.ReplyTo == 0:
	case t.Name != "mark":
		m.notes[r.ReplyTo] = t.Summary.Show(m.Reveal)
	case !slices.Contains(m.marks, r.ReplyTo):
		m.marks = append(m.marks, r.ReplyTo)
	}
}

// toggleMark marks the selected row, or takes the mark back.
func (m *Model) toggleMark() Effect {
	row := uint32(m.SelectedRow())
	if row == 0 {
		m.Message = "select a row first"
		return Effect{}
	}
	if i := slices.Index(m.marks, row); i >= 0 {
		m.marks = slices.Delete(m.marks, i, i+1)
		m.Message = "the mark is gone"
		return Effect{}
	}
	m.marks = append(m.marks, row)
	m.Message = fmt.Sprintf("row %d is marked; %s goes to the next mark, %s compares two", row, m.KeyOf("next-mark"), m.KeyOf("compare"))
	if m.CanNote {
		return Effect{Note: &Note{Row: int(row), Text: "mark", Mark: true}}
	}
	return Effect{}
}

// nextMark goes to the next marked row, around the end if need be.
func (m *Model) nextMark() {
	if len(m.marks) == 0 {
		m.Message = "no row is marked; " + m.KeyOf("mark") + " marks one"
		return
	}
	sorted := slices.Sorted(slices.Values(m.marks))
	at := uint32(m.SelectedRow())
	for _, row := range sorted {
		if row > at {
			m.goTo(int(row))
			return
		}
	}
	m.goTo(int(sorted[0]))
	m.Message = "went around the end"
}

// askNote asks for the note on the selected row.
func (m *Model) askNote() {
	row := m.SelectedRow()
	if row == 0 {
		m.Message = "select a row first"
		return
	}
	m.show(&Prompt{Question: fmt.Sprintf("note on row %d: ", row), Text: m.notes[uint32(row)],
		done: func(m *Model, text string) Effect {
			if text = strings.TrimSpace(text); text == m.notes[uint32(row)] {
				return Effect{}
			}
			return Effect{Note: &Note{Row: row, Text: text}}
		}})
}

// askPath asks for the name of a file.
func (m *Model) askPath(question string, effect func(path string) Effect) {
	m.show(&Prompt{Question: question, history: &m.paths, done: func(m *Model, text string) Effect {
		if text = strings.TrimSpace(text); text == "" {
			return Effect{}
		}
		m.Message = "writing …"
		return effect(text)
	}})
}

func (m *Model) askSave() {
	m.askPath("save the capture as: ", func(path string) Effect { return Effect{Save: path} })
}

func (m *Model) askExport() {
	m.askPath("export to (the ending names the format: "+m.ExportFormats+"): ", func(path string) Effect { return Effect{Export: path} })
}
