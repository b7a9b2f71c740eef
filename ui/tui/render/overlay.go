package render

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// help lists the keys, in as many columns as have room.
func help(a Area, m *model.Model) {
	heading(a, true, "?", "Help")
	lines, height, n := m.HelpLines(), max(a.H-1, 1), m.HelpColumns()
	for i := 0; i < n*height && m.OverlayTop+i < len(lines); i++ {
		column := a.sub(i/height*(a.W/n), 1, a.W/n, height)
		helpLine(column, i%height, lines[m.OverlayTop+i])
	}
	headingRight(a, 12, RuleFocus, overlayPlace(m.OverlayTop, n*height, len(lines)))
}

func helpLine(a Area, y int, h model.HelpLine) {
	a.clip(2, a.W, y, role(Phase), h.Heading)
	a.clip(4, model.HelpIndent-1, y, role(KeyCap), h.Keys)
	a.clip(model.HelpIndent, a.W-1, y, Style{}, h.Text)
}

// log shows what the program had to say.
func log(a Area, m *model.Model) {
	heading(a, true, m.KeyOf("log"), "Log of the program")
	if len(m.LogLines) == 0 {
		a.clip(2, a.W, 2, role(Faint), "nothing has been logged")
	}
	for i := 0; i < a.H-1 && m.OverlayTop+i < len(m.LogLines); i++ {
		a.clip(1, a.W, i+1, Style{}, m.LogLines[m.OverlayTop+i])
	}
	headingRight(a, 25, RuleFocus, overlayPlace(m.OverlayTop, a.H-1, len(m.LogLines)))
}

// overlayPlace says that there is more than is in sight.
func overlayPlace(top, height, lines int) string {
	switch {
	case lines <= height:
		return ""
	case top+height < lines:
		return "more below"
	}
	return "end"
}

// rowDiff shows the fields of two rows beside each other.
func rowDiff(a Area, m *model.Model) {
	heading(a, true, m.KeyOf("compare"), fmt.Sprintf("Row %d and row %d", m.DiffRows[0], m.DiffRows[1]))
	half := max((a.W-34)/2, 10)
	columns := [3]int{4, 32, 33 + half}
	if m.OverlayTop == 0 {
		a.clip(columns[0], columns[1]-1, 1, role(Column), "field")
		a.clip(columns[1], columns[2]-1, 1, role(Column), fmt.Sprintf("row %d", m.DiffRows[0]))
		a.clip(columns[2], a.W, 1, role(Column), fmt.Sprintf("row %d", m.DiffRows[1]))
	}
	for i := range a.H - 1 {
		n := m.OverlayTop + i - 1
		if n < 0 || n >= len(m.Diff) {
			continue
		}
		d := m.Diff[n]
		name, value := role(Name), Style{}
		switch {
		case d.Same:
			name, value = role(Faint), role(Faint)
		case d.A == "":
			a.Put(2, i+1, role(Good), "+")
		case d.B == "":
			a.Put(2, i+1, role(Warn), "-")
		default:
			a.Put(2, i+1, role(Warn), "≠")
		}
		a.clip(columns[0], columns[1]-1, i+1, name, d.Name)
		a.clip(columns[1], columns[2]-1, i+1, value, d.A)
		a.clip(columns[2], a.W-1, i+1, value, d.B)
	}
	headingRight(a, 30, RuleFocus, overlayPlace(m.OverlayTop, a.H-1, len(m.Diff)+1))
}
