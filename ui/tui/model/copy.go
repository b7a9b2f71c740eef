package model

import (
	"fmt"
	"strings"
)

// copying is what waits for a detail before it can be copied.
type copying struct {
	row  int
	what string
}

// askCopy asks what to copy.
func (m *Model) askCopy() {
	m.show(&Prompt{Question: "copy: v value  j JSON  x hex  t table  f ffmpeg  p ffplay  r rtmpdump  Esc nothing ",
		Letters: "vjxtfpr", done: m.copy})
}

func (m *Model) copy(what string) Effect {
	switch what {
	case "v":
		return m.copied(m.value())
	case "f", "p", "r":
		s, _ := m.Session()
		return m.copied(shellCommand(&s, what, m.Reveal))
	}
	row := m.SelectedRow()
	switch f := m.Detail.Selected(); {
	case (m.Focus == PaneTree || m.Focus == PaneHex) && f != nil && what == "t":
		return m.copied(tableOf(m.Detail.Container(), m.Reveal))
	case (m.Focus == PaneTree || m.Focus == PaneHex) && f != nil:
		return m.copied(fieldAs(what, f, m.Detail.Data, m.Reveal))
	case row == 0:
		return m.copied("")
	case m.Detail.Row == row && m.Detail.Data != nil:
		return m.copied(rowAs(what, m.Detail.Data, m.Reveal))
	}
	m.copying = copying{row, what}
	return Effect{Fetch: row}
}

// copied copies text, masked as on the screen.
func (m *Model) copied(text string) Effect {
	if text == "" {
		m.Message = "there is nothing to copy"
		return Effect{}
	}
	said := text
	if n := strings.Count(text, "\n"); n > 0 {
		said = fmt.Sprintf("%d lines", n)
	}
	m.Message = "copied: " + said
	if strings.Contains(text, "••••") {
		m.Message = "copied with credentials masked (" + m.KeyOf("secrets") + " shows them): " + said
	}
	return Effect{Copy: text}
}

// value is the field, or the line, that is selected.
func (m *Model) value() string {
	if f := m.Detail.Selected(); (m.Focus == PaneTree || m.Focus == PaneHex) && f != nil {
		return f.Value.Show(m.Reveal)
	}
	row := m.SelectedRow()
	if row == 0 {
		return ""
	}
	name, summary := m.Text(row)
	return strings.TrimSpace(name + " " + summary)
}
