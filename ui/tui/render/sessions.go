package render

import (
	"fmt"
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
	{"app/stream", 16, 0, false, nil},
	{"client program", 17, 150, false, func(m *model.Model, s *session.Info) string { return s.Agent.Show(m.Reveal) }},
	{"server program", 14, 150, false, func(m *model.Model, s *session.Info) string { return s.Engine.Show(m.Reveal) }},
	{"phase", 13, 150, false, func(_ *model.Model, s *session.Info) string { return s.PhaseName(s.Phase) }},
	{"messages", 8, 100, true, func(_ *model.Model, s *session.Info) string {
		return strconv.FormatInt(s.Messages[0]+s.Messages[1], 10)
	}},
	{"over time", 10, 110, false, spark},
	{"bit rate", 10, 60, true, func(m *model.Model, s *session.Info) string { return rateText(m.BitRate(*s)) }},
	{"lasted", 8, 60, true, func(_ *model.Model, s *session.Info) string { return lapse(s.LastAt.Sub(s.OpenedAt)) }},
}

// appStreamColumn is the one that takes part of the room that is left, and says
// how many attempts it stands for.
const appStreamColumn = 3

func appStream(m *model.Model, s *session.Info) string {
	app, stream := s.App.Show(m.Reveal), s.Stream.Show(m.Reveal)
	if stream == "" {
		return app
	}
	return app + "/" + stream
}

// sessions lists who is connected, and how that goes.
func sessions(a Area, m *model.Model) {
	list := m.Timeline().Sessions()
	focused := m.Focus == model.PaneSessions
	x := heading(a, focused, "1", sessionsTitle(m))
	rows := a.H - model.PaneHead
	if hidden := len(m.Listed) - rows; hidden > 0 {
		headingRight(a, x, Rule, strconv.Itoa(hidden)+" more")
	}
	columns := fitColumns(a.W)
	columnHeads(a, columns)
	if len(m.Listed) == 0 && len(list) > 0 {
		a.clip(3, a.W, model.PaneHead, role(Faint), "no session has these words; Esc lists all")
	}
	selected := m.SelectedLine()
	for i := 0; i < rows && m.SessionTop+i < len(m.Listed); i++ {
		l := m.Listed[m.SessionTop+i]
		y := i + model.PaneHead
		sessionRow(a, y, m, l, columns)
		if m.SessionMarked(list[l.Index].Number) {
			a.Put(1+columns[0].width, y, role(Warn), "◆")
		}
		if m.SessionTop+i == selected {
			a.Put(0, y, Style{}, "▌")
			a.mark(y, selection(focused))
		}
	}
}

func sessionsTitle(m *model.Model) string {
	title := "Sessions"
	if m.SessionFilter != "" {
		title += " · with “" + m.SessionFilter + "”"
	}
	if m.Sort != model.ByNumber || m.SortReverse {
		title += " · by " + m.Sort.String()
		if m.SortReverse {
			title += ", reversed"
		}
	}
	return title
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
			c.width += min(max(w-80, 0)/8, 12)
		}
		if c.title == "client" && w >= 150 {
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

func sessionRow(a Area, y int, m *model.Model, l model.SessionLine, columns []column) {
	s := &m.Timeline().Sessions()[l.Index]
	x := 1
	for _, c := range columns {
		switch c.title {
		case "state":
			style, words := sessionState(m, s)
			a.clip(x, a.W, y, style, words)
		case "app/stream":
			putColumn(a, x, y, c, Style{}, attemptSign(l)+appStream(m, s))
		case "over time":
			putColumn(a, x, y, c, role(FromClient), c.text(m, s))
		default:
			putColumn(a, x, y, c, Style{}, c.text(m, s))
		}
		x += c.width + 1
	}
}

// attemptSign says that a line stands for several attempts, or is one of them.
func attemptSign(l model.SessionLine) string {
	switch {
	case l.Child:
		return "  "
	case len(l.Attempts) == 0:
		return ""
	case l.Unfolded:
		return fmt.Sprintf("▾%d× ", len(l.Attempts)+1)
	}
	return fmt.Sprintf("▸%d× ", len(l.Attempts)+1)
}

// spark draws the bytes of a session over its life.
func spark(m *model.Model, s *session.Info) string {
	series := m.Spark(s)
	return blocks(&series, 10)
}

// sessionState says how a session is doing: what is wrong, or how far it is.
func sessionState(m *model.Model, s *session.Info) (Style, string) {
	words := m.Complaint(s)
	switch {
	case s.Trouble != "" || s.Worst == session.Error:
		return role(Trouble), "✗ " + words
	case s.Worst == session.Warning:
		return role(Warn), "! " + words
	case m.Stall(s) != "":
		return role(Warn), "… " + m.Stall(s)
	case s.Open:
		return role(Good), "● " + s.PhaseName(s.Phase)
	case s.Ended != "":
		return role(Faint), "○ " + s.Ended
	}
	return role(Faint), "○ ended"
}
