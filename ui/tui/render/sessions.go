package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// sessionTexts are the words of each column of the sessions pane, by its name.
var sessionTexts = map[string]func(m *model.Model, s *session.Info) string{
	"number":         func(_ *model.Model, s *session.Info) string { return strconv.Itoa(int(s.Number)) },
	"client":         func(_ *model.Model, s *session.Info) string { return s.Client },
	"server":         func(_ *model.Model, s *session.Info) string { return s.Server },
	"role":           func(_ *model.Model, s *session.Info) string { return s.Role.String() },
	"stream":         appStream,
	"client-program": func(m *model.Model, s *session.Info) string { return s.Agent.Show(m.Reveal) },
	"server-program": func(m *model.Model, s *session.Info) string { return s.Engine.Show(m.Reveal) },
	"phase":          func(_ *model.Model, s *session.Info) string { return s.PhaseName(s.Phase) },
	"messages": func(_ *model.Model, s *session.Info) string {
		return strconv.FormatInt(s.Messages[0]+s.Messages[1], 10)
	},
	"over-time": spark,
	"bit-rate":  func(m *model.Model, s *session.Info) string { return rateText(m.BitRate(*s)) },
	"lasted":    func(_ *model.Model, s *session.Info) string { return lapse(s.LastAt.Sub(s.OpenedAt)) },
	"began":     func(_ *model.Model, s *session.Info) string { return s.OpenedAt.UTC().Format("15:04:05") },
}

func appStream(m *model.Model, s *session.Info) string {
	app, stream := s.App.Show(m.Reveal), s.Stream.Show(m.Reveal)
	if stream == "" {
		return app
	}
	if s.Streams > 1 {
		stream += fmt.Sprintf(" +%d", s.Streams-1)
	}
	return app + "/" + stream
}

// sessions lists who is connected, and how that goes.
func sessions(a Area, m *model.Model) {
	focused := m.Focus == model.PaneSessions
	x := heading(a, focused, "1", sessionsTitle(m))
	rows := a.H - model.PaneHead
	if hidden := len(m.Listed) - rows; hidden > 0 {
		headingRight(a, x, Rule, strconv.Itoa(hidden)+" more")
	}
	columns := m.SessionColumns(a.W)
	columnHeads(a, columns)
	if len(m.Listed) == 0 && m.Timeline().SessionCount() > 0 {
		a.clip(3, a.W, model.PaneHead, role(Faint), "no session matches the filter (f: edit, Esc: clear)")
	}
	selected := m.SelectedLine()
	for i := 0; i < rows && m.SessionTop+i < len(m.Listed); i++ {
		l := m.Listed[m.SessionTop+i]
		y := i + model.PaneHead
		sessionRow(a, y, m, l, columns)
		if m.Marks.HasSession(uint32(l.Index+1)) && len(columns) > 0 {
			a.Put(1+columns[0].Width, y, role(Warn), "◆")
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
	if m.Earlier > 0 {
		title += " · " + session.Counted(m.Earlier, "earlier session") + " (f finds them)"
	}
	return title
}

func columnHeads(a Area, columns []model.Column) {
	x := 1
	for _, c := range columns {
		putColumn(a, x, 1, c, role(Column), c.Title)
		x += c.Width + 1
	}
}

func putColumn(a Area, x, y int, c model.Column, style Style, s string) {
	if c.Right && Width(s) <= c.Width {
		a.right(x+c.Width, y, style, s)
		return
	}
	a.clip(x, x+c.Width, y, style, s)
}

func sessionRow(a Area, y int, m *model.Model, l model.SessionLine, columns []model.Column) {
	info := m.Timeline().Session(uint32(l.Index + 1))
	s := &info
	sign := signColumn(columns)
	x := 1
	for i, c := range columns {
		before := ""
		if i == sign {
			before = attemptSign(l)
		}
		switch c.Name {
		case "state":
			style, mark, words := sessionState(m, s)
			if len(l.Attempts) > 0 && !l.Unfolded {
				words = m.AttemptWords(l)
			}
			mark = before + mark + " "
			putColumn(a, x, y, c, style, mark+keepFigure(shortCode(words, c.Width-Width(mark)), c.Width-Width(mark)))
			sessionNote(a, x+Width(mark+words), x+c.Width, y, m.SessionNote(s.Number))
		case "programs":
			putColumn(a, x, y, c, Style{}, before+programs(m.Programs(s), max(c.Width-Width(before), 5)))
		case "over-time":
			putColumn(a, x, y, c, role(FromClient), spark(m, s))
		default:
			putColumn(a, x, y, c, Style{}, before+sessionTexts[c.Name](m, s))
		}
		a.zone(x, x+c.Width, y, Zone{Column: c.Name})
		if strings.TrimSpace(before) != "" {
			a.zone(x, x+Width(before), y, Zone{Mark: true, Column: c.Name})
		}
		x += c.Width + 1
	}
}

// sessionNote draws what people noted on a session behind its state, or where that has
// no room, that there is a note.
func sessionNote(a Area, x, end, y int, note string) {
	if note == "" {
		return
	}
	x = min(x+1, end-1)
	a.clip(x, end, y, role(Warn), "✎ "+note)
}

// signColumn is the column that says of how many attempts a line is made: that of
// the stream, or the last one.
func signColumn(columns []model.Column) int {
	if i := slices.IndexFunc(columns, func(c model.Column) bool { return c.Name == "stream" }); i >= 0 {
		return i
	}
	return len(columns) - 1
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

// programs says which program speaks to which, shorter when there is no room.
func programs(p lint.Programs, width int) string {
	if p == (lint.Programs{}) {
		return ""
	}
	from, to := cmp.Or(p.Client, "?"), cmp.Or(p.Server, "?")
	if words := from + " → " + to; Width(words) <= width {
		return words
	}
	from, to = lint.ShortName(from), lint.ShortName(to)
	if words := from + " → " + to; Width(words) <= width {
		return words
	}
	// Each has its half, and what the other one leaves.
	half := (width - 1) / 2
	return shorten(from, max(half, width-1-Width(to))) + "→" + shorten(to, max(width-1-half, width-1-Width(from)))
}

// sessionState says how a session is doing: what is wrong, or how far it is.
func sessionState(m *model.Model, s *session.Info) (style Style, sign, words string) {
	words = m.Complaint(s)
	switch {
	case s.Trouble != "" || s.Worst == session.Error:
		return role(Trouble), "✗", words
	case s.Dialling && s.Open:
		return role(Warn), "…", "connecting to " + s.Server + ", " + text.Lapse(s.LastAt.Sub(s.OpenedAt))
	case s.Open && m.Stall(s) != "": // what is the matter now comes before what was
		return role(Warn), "…", m.Stall(s)
	case s.Worst == session.Warning:
		return role(Warn), "!", words
	case m.Stall(s) != "":
		return role(Warn), "…", m.Stall(s)
	case s.Open && !(m.Done && s.Ended != ""): // of a capture that has ended nobody knows
		return role(Good), "●", m.Course(s)
	case s.Ended != "":
		return role(Faint), "○", s.Ended
	}
	return role(Faint), "○", "ended"
}

// shortCode leaves out the beginning of a status code that does not fit: the end
// is what tells it from others.
func shortCode(words string, width int) string {
	for Width(words) > width && !strings.Contains(words, " ") {
		_, rest, ok := strings.Cut(words, ".")
		if !ok {
			break
		}
		words = rest
	}
	return words
}

// keepFigure shortens words that do not fit so that the figure at their end, as in
// "server stopped reading, 2.3 s", is still whole. Others stay as they are.
func keepFigure(words string, width int) string {
	at := max(strings.LastIndex(words, ", "), strings.LastIndex(words, " for "))
	if Width(words) <= width || at < 0 {
		return words
	}
	figure := words[at:]
	room := width - Width(figure)
	if room < 8 || !strings.ContainsAny(figure, "0123456789") {
		return words
	}
	return shorten(words[:at], room) + figure
}
