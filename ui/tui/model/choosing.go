package model

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/desk"
)

// setColumns takes columns, none for the usual ones, and asks the outside to keep
// them.
func (m *Model) setColumns(setting string, names []string) Effect {
	if err := CheckColumns(setting, names); err != nil {
		m.Message = err.Error()
		return Effect{}
	}
	m.Columns[setting] = names
	if !m.Can.Has(desk.CanConfigure) {
		return Effect{}
	}
	return Effect{Configure: &Setting{Name: setting, Values: names}}
}

// columnsCommand is what :columns does with words: the columns, or those to add
// and to leave out, as in +length -time; "usual" goes back.
func (m *Model) columnsCommand(words string) Effect {
	setting := m.columnSetting()
	names := slices.Clone(m.columnsInSight(setting))
	list := strings.Fields(words)
	if words == "usual" {
		return m.setColumns(setting, nil)
	}
	if !strings.ContainsAny(list[0][:1], "+-") {
		return m.setColumns(setting, list)
	}
	for _, w := range list {
		name := strings.TrimLeft(w, "+-")
		switch has := slices.Contains(names, name); {
		case w[0] == '-':
			names = slices.DeleteFunc(names, func(n string) bool { return n == name })
		case !has: // one that is there keeps its place
			names = append(names, name)
		}
		if _, ok := findColumn(setting, name); !ok {
			names = append(names, name) // so that it is said
		}
	}
	return m.setColumns(setting, names)
}

// toggleLadder shows the timeline as a ladder, or as a plain list, for now.
func (m *Model) toggleLadder() {
	names := m.columnsInSight(TimelineColumnsSetting)
	if i := slices.Index(names, "ladder"); i >= 0 {
		names = slices.Delete(names, i, i+1)
	} else {
		names = append(names, "ladder")
	}
	if len(names) == 0 {
		names = []string{"number"}
	}
	m.Columns[TimelineColumnsSetting] = names
}
