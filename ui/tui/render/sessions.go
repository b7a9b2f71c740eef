package render

import (
	"strconv"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// column is one column of the sessions pane.
type column struct {
	title string
	width int
	from  int // screen width from which on it is shown
	right bool
	text  func(m *model.Model, s *session.Info) string
}

var sessionColumns = []column{
	{"#", 3, 0, true, func(_ *model.Model, s *session.Info) string { return strconv.Itoa(int(s.Number)) }},
	{"client", 15, 96, false, func(_ *model.Model, s *session.Info) string { return s.Client }},
	{"role", 7, 0, false, func(_ *model.Model, s *session.Info) string { return s.Role.String() }},
	{"app/stream", 16, 0, false, appStream},
	{"phase", 15, 140, false, func(_ *model.Model, s *session.Info) string { return phaseName(s.Phase, s.Role) }},
	{"messages", 8, 100, true, func(_ *model.Model, s *session.Info) string {
		return strconv.FormatInt(s.Messages[0]+s.Messages[1], 10)
	}},
	{"bit rate", 10, 60, true, func(m *model.Model, s *session.Info) string { return rateText(m.BitRate(*s)) }},
	{"lasted", 8, 60, true, func(_ *model.Model, s *session.Info) string { return lapse(s.LastAt.Sub(s.OpenedAt)) }},
}

// appStreamColumn is the one that takes part of the room that is left.
const appStreamColumn = 3

func appStream(m *model.Model, s *session.Info) string {
	app, stream := s.App.Show(m.Reveal), s.Stream.Show(m.Reveal)
	if stream == "" {
		return app
	}
	return app + "/" + stream
}

// phaseName names a phase; for the one that has two names the role decides.
func phaseName(p session.Phase, r session.Role) string {
	if p == session.PhaseStart && r != session.RoleUnknown {
		return r.String()
	}
	return p.String()
}

// sessions lists who is connected, and how that goes.
func sessions(a Area, m *model.Model) {
	list := m.Timeline().Sessions()
	focused := m.Focus == model.PaneSessions
	x := heading(a, focused, "1", "Sessions")
	rows := a.H - model.PaneHead
	if hidden := len(list) - rows; hidden > 0 {
		headingRight(a, x, Rule, strconv.Itoa(hidden)+" more")
	}
	columns := fitColumns(a.W)
	columnHeads(a, columns)
	for i := 0; i < rows && m.SessionTop+i < len(list); i++ {
		s := &list[m.SessionTop+i]
		y := i + model.PaneHead
		sessionRow(a, y, m, s, columns)
		if sel, ok := m.Session(); ok && sel.Number == s.Number {
			a.Put(0, y, Style{}, "▌")
			a.mark(y, selection(focused))
		}
	}
}

// fitColumns chooses the columns for a width.
func fitColumns(w int) []column {
	var fit []column
	used := 1
	for i, c := range sessionColumns {
		if w < c.from {
			continue
		}
		if i == appStreamColumn {
			c.width += max(w-80, 0) / 6
		}
		if c.title == "client" && w >= 140 {
			c.width = 21
		}
		fit = append(fit, c)
		used += c.width + 1
	}
	return append(fit, column{title: "state", width: max(w-used, 0)})
}

func columnHeads(a Area, columns []column) {
	x := 1
	for _, c := range columns {
		putColumn(a, x, 1, c, role(Column), c.title)
		x += c.width + 1
	}
}

func putColumn(a Area, x, y int, c column, style Style, s string) {
	if c.right && Width(s) <= c.width {
		a.right(x+c.width, y, style, s)
		return
	}
	a.clip(x, x+c.width, y, style, s)
}

func sessionRow(a Area, y int, m *model.Model, s *session.Info, columns []column) {
	x := 1
	for _, c := range columns {
		if c.text == nil {
			style, words := sessionState(s)
			a.clip(x, a.W, y, style, words)
			continue
		}
		putColumn(a, x, y, c, Style{}, c.text(m, s))
		x += c.width + 1
	}
}

// sessionState says how a session is doing: what is wrong, or how far it is.
func sessionState(s *session.Info) (Style, string) {
	switch {
	case s.Trouble != "":
		return role(Trouble), "✗ " + s.Trouble
	case s.Worst == session.Error:
		return role(Trouble), "✗ " + count(s.Findings[session.Error], "error")
	case s.Worst == session.Warning:
		return role(Warn), "! " + count(s.Findings[session.Warning], "warning")
	case s.Open:
		return role(Good), "● " + phaseName(s.Phase, s.Role)
	case s.Ended != "":
		return role(Faint), "○ " + s.Ended
	}
	return role(Faint), "○ ended"
}
