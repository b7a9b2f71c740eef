package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// askPalette asks for an action by name, or for the number of a row.
func (m *Model) askPalette() {
	m.show(&Prompt{Question: ":", history: &m.commands,
		complete: m.completeCommand,
		done:     m.command,
	})
}

// completeCommand completes the name of an action, or the words behind it.
func (m *Model) completeCommand(text string, at int) (int, []Choice) {
	name, rest, words := strings.Cut(text, " ")
	if !words || at <= len(name) {
		return 0, m.actionsLike(text)
	}
	var all []Choice
	switch name {
	case "filter":
		start, choices := m.completeFilter(rest, at-len(name)-1)
		return start + len(name) + 1, choices
	case "theme":
		for _, t := range m.Themes {
			all = append(all, Choice{t, ""})
		}
	case "columns":
		all = append(columnChoices(m.columnSetting(), rest), Choice{"usual", "those that were shown at first"})
	case "sort":
		all = columnChoices(SessionColumnsSetting, rest)
	case "diff", "compare":
		for _, s := range m.shown.Sessions() {
			all = append(all, Choice{strconv.Itoa(int(s.Number)), strings.TrimSpace(s.Role.String() + " " + s.App.Show(m.Reveal) + "/" + s.Stream.Show(m.Reveal))})
		}
	}
	return completeWord(text, at, all)
}

// actionsLike lists the actions that a text could mean, those that begin with
// it first.
func (m *Model) actionsLike(text string) (out []Choice) {
	text = strings.ToLower(strings.TrimSpace(text))
	var inside []Choice
	for _, b := range m.bindings {
		help := b.Help
		if len(b.Keys) > 0 {
			help = b.Keys[0] + "  " + help
		}
		switch c := (Choice{b.Action, help}); {
		case strings.HasPrefix(b.Action, text):
			out = append(out, c)
		case strings.Contains(b.Action, text) || strings.Contains(strings.ToLower(b.Help), text):
			inside = append(inside, c)
		}
	}
	return append(out, inside...)
}

// command does what was typed: "42" goes to row 42, "filter …" and "theme …"
// take a word, everything else is the name of an action or the beginning of one.
func (m *Model) command(text string) Effect {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(strings.TrimPrefix(text, "#")); err == nil {
		m.goTo(n)
		return Effect{}
	}
	name, rest, _ := strings.Cut(text, " ")
	switch rest = strings.TrimSpace(rest); {
	case text == "":
		return Effect{}
	case rest != "" && name == "filter" && m.canFilter():
		m.setFilter(rest)
		return Effect{}
	case rest != "" && name == "theme":
		m.setTheme(rest)
		return Effect{}
	case rest != "" && name == "save-filter":
		return m.saveFilter(rest)
	case rest != "" && name == "columns":
		return m.columnsCommand(rest)
	case rest != "" && name == "sort":
		m.sortCommand(rest)
		return Effect{}
	case name == "diff" && rest == "":
		return m.comparePair()
	case rest != "" && (name == "diff" || name == "compare"):
		return m.diffCommand(rest)
	case rest != "":
		m.Message = fmt.Sprintf("%s takes no words", name)
		return Effect{}
	}
	like := m.actionsLike(name)
	if len(like) == 0 {
		m.Message = fmt.Sprintf("there is no action %q; :help lists them", text)
		return Effect{}
	}
	i := slices.IndexFunc(m.bindings, func(b Binding) bool { return b.Action == like[0].Text })
	b := &m.bindings[i]
	if !b.In(m.Focus) {
		m.focus(b.panes[0])
	}
	return m.do(b)
}

// setTheme takes a theme by name.
func (m *Model) setTheme(name string) {
	i := slices.Index(m.Themes, name)
	if i < 0 {
		m.Message = fmt.Sprintf("there is no theme %q; there are %s", name, strings.Join(m.Themes, ", "))
		return
	}
	m.Theme = i
}
