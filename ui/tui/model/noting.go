package model

import (
	"fmt"
	"strings"

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
		m.Marks.notes[uint32(a.Note.Row)] = text.Safe(a.Note.Text) // as it comes back from the capture
		m.Message = a.Done
	case a.Done != "":
		m.Message = a.Done
	}
	return Effect{}
}

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
	row := m.selected()
	if row == 0 {
		return Effect{}
	}
	label := ""
	if m.Message = "the mark is gone"; m.Marks.toggle(uint32(row)) {
		label = plainMark
		m.Message = fmt.Sprintf("row %d is marked; %s goes to the next mark, %s compares two", row, m.KeyOf("next-mark"), m.KeyOf("compare"))
	}
	if !m.Can.Has(desk.CanNote) {
		return Effect{}
	}
	return Effect{Note: &Note{Row: row, Text: label, Mark: true}}
}

// markSession marks the selected session for a comparison, or takes that back.
func (m *Model) markSession() {
	switch {
	case m.session == 0:
		m.Message = "there is no session"
	case m.Marks.toggleSession(m.session):
		m.Message = fmt.Sprintf("session %d is marked; %s compares it with another that is marked or selected", m.session, m.KeyOf("compare"))
	default:
		m.Message = "the mark is gone"
	}
}

// nextMark goes to the next row that has a mark or a note, around the end if
// need be.
func (m *Model) nextMark() {
	row, around := m.Marks.next(uint32(m.SelectedRow()))
	if row == 0 {
		m.Message = "no row has a mark or a note; " + m.KeyOf("mark") + " marks one"
		return
	}
	m.goTo(int(row))
	if around {
		m.Message = wentAround
	}
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
	m.show(&Prompt{Question: question, Text: m.Marks.Note(row),
		done: func(text string) Effect {
			if text = strings.TrimSpace(text); text == m.Marks.Note(row) {
				return Effect{}
			}
			return Effect{Note: &Note{Row: row, Text: text}}
		}})
}

// SessionNote is the note on a session, made safe, "" when there is none. It is that
// on the row with which the session begins.
func (m *Model) SessionNote(number uint32) string { return m.Marks.Note(int(m.first.of(number))) }
