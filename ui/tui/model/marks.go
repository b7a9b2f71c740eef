package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/desk"
)

// Note is an effect: a text to keep with a row. An empty one takes the note back.
type Note = desk.Note

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
		m.notes[uint32(a.Note.Row)] = text.Safe(a.Note.Text) // as it comes back from the capture
		m.Message = a.Done
	case a.Done != "":
		m.Message = a.Done
	}
	return Effect{}
}

// Marked reports whether a row is marked.
func (m *Model) Marked(row int) bool { return slices.Contains(m.marks, uint32(row)) }

// NoteOn is the note on a row, made safe, "" when there is none.
func (m *Model) NoteOn(row int) string { return m.notes[uint32(row)] }

// readNotes takes in what people have written into the capture since the last
// call.
func (m *Model) readNotes(all []session.Written) {
	for _, n := range all[min(m.written, len(all)):] {
		kind, back := strings.CutSuffix(n.Name, session.TakenBack)
		words := n.Words.Show(m.Reveal)
		switch {
		case n.Row == 0:
		case kind == "mark" && back:
			m.unmark(n.Row)
		case kind == "mark":
			m.setMark(n.Row, words)
		default:
			m.notes[n.Row] = words
		}
	}
	m.written = max(m.written, len(all))
}

// plainMark is the label of a mark that was given none.
const plainMark = "mark"

func (m *Model) setMark(row uint32, label string) {
	if !slices.Contains(m.marks, row) {
		m.marks = append(m.marks, row)
	}
	if delete(m.labels, row); label != plainMark {
		m.labels[row] = label
	}
}

func (m *Model) unmark(row uint32) {
	delete(m.labels, row)
	m.marks = slices.DeleteFunc(m.marks, func(r uint32) bool { return r == row })
}

// LabelOf is the label of a row's mark, "" when it has none.
func (m *Model) LabelOf(row int) string { return m.labels[uint32(row)] }

// selected is the selected row; when there is none it is 0, which is said.
func (m *Model) selected() int {
	row := m.SelectedRow()
	if row == 0 {
		m.Message = "select a row first"
	}
	return row
}

// toggleMark marks the selected row or session, or takes the mark back.
func (m *Model) toggleMark() Effect {
	if m.Focus == PaneSessions {
		m.markSession()
		return Effect{}
	}
	row := uint32(m.selected())
	if row == 0 {
		return Effect{}
	}
	if slices.Contains(m.marks, row) {
		m.unmark(row)
		m.Message = "the mark is gone"
		return m.keepMark(row, "")
	}
	m.setMark(row, plainMark)
	m.Message = fmt.Sprintf("row %d is marked; %s goes to the next mark, %s compares two", row, m.KeyOf("next-mark"), m.KeyOf("compare"))
	return m.keepMark(row, plainMark)
}

// keepMark writes a mark into the capture; an empty label takes it back.
func (m *Model) keepMark(row uint32, label string) Effect {
	if !m.Can.Has(desk.CanNote) {
		return Effect{}
	}
	return Effect{Note: &Note{Row: int(row), Text: label, Mark: true}}
}

// nextMark goes to the next row that has a mark or a note, around the end if
// need be.
func (m *Model) nextMark() {
	rows := slices.Clone(m.marks)
	for row, text := range m.notes {
		if text != "" {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		m.Message = "no row has a mark or a note; " + m.KeyOf("mark") + " marks one"
		return
	}
	sorted := slices.Sorted(slices.Values(rows))
	at := uint32(m.SelectedRow())
	for _, row := range sorted {
		if row > at {
			m.goTo(int(row))
			return
		}
	}
	m.goTo(int(sorted[0]))
	m.Message = wentAround
}

// askNote asks for the note on the selected row; in the sessions pane, and where no
// row is selected, for that on the session.
func (m *Model) askNote() {
	row := m.SelectedRow()
	question := fmt.Sprintf("note on row %d: ", row)
	if first := int(m.first.of(m.session)); row == 0 || m.Focus == PaneSessions {
		row, question = first, fmt.Sprintf("note on session %d: ", m.session)
	}
	if row == 0 {
		m.refuse("there is no session yet to write a note on")
		return
	}
	m.show(&Prompt{Question: question, Text: m.notes[uint32(row)],
		done: func(m *Model, text string) Effect {
			if text = strings.TrimSpace(text); text == m.notes[uint32(row)] {
				return Effect{}
			}
			return Effect{Note: &Note{Row: row, Text: text}}
		}})
}

// SessionNote is the note on a session, made safe, "" when there is none. It is that
// on the row with which the session begins.
func (m *Model) SessionNote(number uint32) string { return m.notes[m.first.of(number)] }
