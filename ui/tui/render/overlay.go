package render

import "github.com/rtmpscope/rtmpscope/ui/tui/model"

// help lists the keys.
func help(a Area, m *model.Model) {
	heading(a, true, "?", "Help")
	lines := m.HelpLines()
	for i := 0; i < a.H-1 && m.OverlayTop+i < len(lines); i++ {
		h := lines[m.OverlayTop+i]
		a.clip(2, a.W, i+1, role(Phase), h.Heading)
		a.clip(4, 19, i+1, role(KeyCap), h.Keys)
		a.clip(20, a.W, i+1, Style{}, h.Text)
	}
	headingRight(a, 12, RuleFocus, overlayPlace(m.OverlayTop, a.H-1, len(lines)))
}

// log shows what the program had to say.
func log(a Area, m *model.Model) {
	heading(a, true, "l", "Log of the program")
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
