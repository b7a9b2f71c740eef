package render

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// page draws the procedure, the media or the flow of the selected session.
func page(a Area, m *model.Model) {
	names := map[model.Pane][2]string{
		model.PaneSteps: {"4", "Procedure"}, model.PaneMedia: {"5", "Media"}, model.PaneFlow: {"6", "Flow"},
	}
	n := names[m.Page.Kind]
	title := n[1]
	if s, ok := m.Session(); ok {
		title += fmt.Sprintf(" · session %d", s.Number)
	}
	x := heading(a, m.Focus == m.Page.Kind, n[0], title)
	body := a.sub(0, 1, a.W, a.H-1)
	switch {
	case m.Page.Kind == model.PaneSteps:
		procedure(body, m)
	case m.Page.Measured == nil:
		body.clip(2, a.W, 0, role(Faint), "nothing has been measured yet")
	case m.Page.Kind == model.PaneMedia:
		media(body, m)
	default:
		flow(body, m)
	}
	if words := stalled(m); words != "" && m.Page.Kind == model.PaneFlow {
		headingRight(a, x, Warn, words)
		return
	}
	if rest := m.Page.Lines() - m.Page.Top - body.H; rest > 0 {
		headingRight(a, x, Rule, "more below")
	}
}

// join joins the parts that say something.
func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}
