package model

import (
	"fmt"
	"slices"
	"strings"
)

// Column is one column of the sessions or the timeline pane.
type Column struct {
	Name  string // in the palette and the configuration
	Title string
	Width int
	Right bool    // aligned to the right
	from  int     // screen width from which on it is shown to a person who chose none
	sort  SortKey // by which its sessions are sorted
}

// sessionColumns are those of the sessions pane. The one without a width takes
// the room that is left.
var sessionColumns = []Column{
	{"number", "#", 3, true, 0, ByNumber},
	{"client", "client", 15, false, 120, ByClient},
	{"server", "server", 15, false, never, ByServer},
	{"role", "role", 7, false, 0, ByRole},
	{"stream", "app/stream", 16, false, 0, ByStream},
	{"programs", "programs", 19, false, 80, ByPrograms},
	{"client-program", "client program", 17, false, 210, ByAgent},
	{"server-program", "server program", 14, false, 210, ByEngine},
	{"phase", "phase", 13, false, 170, ByPhase},
	{"messages", "messages", 8, true, 132, ByMessages},
	{"over-time", "over time", 10, false, 148, ByRate},
	{"bit-rate", "bit rate", 10, true, 104, ByRate},
	{"lasted", "lasted", 8, true, 90, ByDuration},
	{"began", "began", 8, true, never, ByNumber},
	{"state", "state", 0, false, 0, ByWorst},
}

// timelineColumns are those of the timeline pane, besides what a row says.
var timelineColumns = []Column{
	{Name: "number", Title: "#"},
	{Name: "time", Title: "time"},
	{Name: "timestamp", Title: "timestamp", Width: 10, Right: true},
	{Name: "length", Title: "length", Width: 8, Right: true},
	{Name: "type", Title: "type", Width: 4, Right: true},
	{Name: "chunk-stream", Title: "csid", Width: 5, Right: true},
	{Name: "message-stream", Title: "msid", Width: 5, Right: true},
	{Name: "chunks", Title: "chunks", Width: 6, Right: true},
	{Name: "ladder", Title: "ladder"},
}

// usualTimeline are the columns of the timeline for a person who chose none.
var usualTimeline = []string{"number", "time", "ladder"}

// stampWidth is the width of a screen from which on the timeline usually has the
// timestamps of messages too.
const stampWidth = 160

// never is a screen width that no screen has.
const never = 1 << 20

// The settings of the configuration file that hold columns.
const (
	SessionColumnsSetting  = "session-columns"
	TimelineColumnsSetting = "timeline-columns"
)

func columnsOf(setting string) []Column {
	if setting == SessionColumnsSetting {
		return sessionColumns
	}
	return timelineColumns
}

func findColumn(setting, name string) (Column, bool) {
	list := columnsOf(setting)
	i := slices.IndexFunc(list, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return list[i], true
}

// CheckColumns says what is wrong with the columns of a setting, nil when
// nothing is.
func CheckColumns(setting string, names []string) error {
	for i, n := range names {
		if _, ok := findColumn(setting, n); !ok {
			return fmt.Errorf("there is no column %q; there are %s", n, strings.Join(columnNames(setting), ", "))
		}
		if slices.Contains(names[:i], n) {
			return fmt.Errorf("%s stands there twice", n)
		}
	}
	return nil
}

func columnNames(setting string) (out []string) {
	for _, c := range columnsOf(setting) {
		out = append(out, c.Name)
	}
	return out
}

// SessionColumns are the columns of the sessions pane that fit into a width: those
// that were chosen, or those that a screen of that width has room for. What does
// not fit is left out from the right.
func (m *Model) SessionColumns(w int) []Column {
	fit := m.wantedColumns(w)
	used, stretch := 1, -1
	for i := range fit {
		need := fit[i].Width + 1
		if fit[i].Name == "state" {
			stretch, need = i, leastState
		}
		if used+need > w {
			fit = fit[:i]
			break
		}
		used += need
	}
	if stretch >= 0 && stretch < len(fit) {
		fit[stretch].Width = w - used + leastState
	}
	return fit
}

// leastState is the least room for the state of a session.
const leastState = 10

// wantedColumns are the columns of the sessions pane as wide as they should be.
func (m *Model) wantedColumns(w int) (out []Column) {
	chosen := m.Columns[SessionColumnsSetting]
	for _, n := range chosen {
		c, _ := findColumn(SessionColumnsSetting, n)
		out = append(out, c)
	}
	for _, c := range sessionColumns {
		if len(chosen) == 0 && w >= c.from {
			out = append(out, c)
		}
	}
	for i := range out {
		switch c := &out[i]; {
		case c.Name == "stream":
			c.Width += min(max(w-100, 0)/8, 12)
		case c.Name == "programs" && w >= 160:
			c.Width = 21
		case (c.Name == "client" || c.Name == "server") && w >= 150:
			c.Width = 21
		}
	}
	return out
}

// TimelineColumns are the columns of the timeline pane, besides what a row says.
func (m *Model) TimelineColumns() []Column {
	names := m.Columns[TimelineColumnsSetting]
	if len(names) == 0 {
		names = usualTimeline
		if m.Width >= stampWidth {
			names = slices.Insert(slices.Clone(names), 2, "timestamp")
		}
	}
	out := make([]Column, 0, len(names))
	for _, n := range names {
		c, _ := findColumn(TimelineColumnsSetting, n)
		out = append(out, c)
	}
	return out
}

// columnsInSight names the columns of a pane in their order: those that were chosen, of
// which a narrow screen may not show all, or those that are usual.
func (m *Model) columnsInSight(setting string) (out []string) {
	if chosen := m.Columns[setting]; len(chosen) > 0 {
		return slices.Clone(chosen)
	}
	list := m.TimelineColumns()
	if setting == SessionColumnsSetting {
		list = m.SessionColumns(m.Width)
	}
	for _, c := range list {
		out = append(out, c.Name)
	}
	return out
}

// columnSetting is the setting for the columns of the pane with the focus.
func (m *Model) columnSetting() string {
	if m.Focus == PaneSessions {
		return SessionColumnsSetting
	}
	return TimelineColumnsSetting
}

// askColumns asks which columns the pane with the focus is to have.
func (m *Model) askColumns() {
	setting := m.columnSetting()
	pane := "timeline"
	if setting == SessionColumnsSetting {
		pane = "sessions"
	}
	m.show(&Prompt{Question: "columns of the " + pane + " (none for the usual ones): ", Text: strings.Join(m.columnsInSight(setting), " ") + " ",
		check: func(text string) (string, int) { return columnProblem(setting, text) },
		complete: func(text string, at int) (int, []Choice) {
			return completeWord(text, at, columnChoices(setting, text))
		},
		done: func(text string) Effect { return m.setColumns(setting, strings.Fields(text)) },
	})
}

// columnProblem says which word of a text is no column, and where it stands. The
// last word may still be typed.
func columnProblem(setting, text string) (string, int) {
	err := CheckColumns(setting, strings.Fields(text))
	if err == nil {
		return "", 0
	}
	var before []string
	at := 0
	for _, w := range strings.Fields(text) {
		at += strings.Index(text[at:], w)
		before = append(before, w)
		if CheckColumns(setting, before) != nil {
			break
		}
		at += len(w)
	}
	return err.Error(), at
}

func columnChoices(setting, text string) (out []Choice) {
	have := strings.Fields(text)
	for _, c := range columnsOf(setting) {
		if !slices.Contains(have, c.Name) {
			out = append(out, Choice{c.Name, ""})
		}
	}
	return out
}

// completeWord lists the choices that the word before the cursor begins, and
// where that word begins.
func completeWord(text string, at int, all []Choice) (int, []Choice) {
	start := strings.LastIndexByte(text[:at], ' ') + 1
	var out []Choice
	for _, c := range all {
		if strings.HasPrefix(c.Text, text[start:at]) {
			out = append(out, c)
		}
	}
	return start, out
}
