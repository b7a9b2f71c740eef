package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// scope is a choice of the sessions that are written.
type scope struct {
	words   string   // "session 2"
	numbers []uint32 // nil is all
}

// scopes are the choices there are: the sessions that are marked, the one that is
// selected, and all. What is looked at comes first.
func (m *Model) scopes() []scope {
	n := m.shown.SessionCount()
	all := scope{words: "all " + strconv.Itoa(n) + " sessions"}
	if n < 2 {
		return []scope{{words: "the capture"}}
	}
	var list []scope
	marked := m.Marks.sessions
	if len(marked) > 1 || len(marked) == 1 && marked[0] != m.session {
		list = append(list, scope{sessionsInWords(marked), slices.Sorted(slices.Values(marked))})
	}
	if m.session != 0 {
		list = append(list, scope{sessionsInWords([]uint32{m.session}), []uint32{m.session}})
	}
	if m.All && len(marked) == 0 {
		return append([]scope{all}, list...)
	}
	return append(list, all)
}

// sessionsInWords names sessions: "session 2", "sessions 2, 5", "6 sessions".
func sessionsInWords(numbers []uint32) string {
	var names []string
	for _, n := range slices.Sorted(slices.Values(numbers)) {
		names = append(names, strconv.Itoa(int(n)))
	}
	switch n := len(names); {
	case n == 1:
		return "session " + names[0]
	case n > namedOthers:
		return fmt.Sprintf("%d sessions", n)
	}
	return "sessions " + strings.Join(names, ", ")
}

// askPath asks for the name of a file for some of the sessions; Tab takes the next
// choice of them.
func (m *Model) askPath(hint string, question func(scope string) string, effect func(path string, sessions []uint32) Effect) {
	list, at := m.scopes(), 0
	words := func() string {
		if len(list) == 1 {
			return list[0].words
		}
		return list[at].words + " (Tab: " + list[(at+1)%len(list)].words + ")"
	}
	m.show(&Prompt{Question: question(words()), Hint: hint, history: &m.paths,
		turn: func(p *Prompt) {
			at = (at + 1) % len(list)
			p.Question = question(words())
		},
		done: func(text string) Effect {
			if text = strings.TrimSpace(text); text == "" {
				return Effect{}
			}
			m.Message = "writing " + list[at].words + " …"
			return effect(text, list[at].numbers)
		}})
}

func (m *Model) askSave() {
	m.askPath("", func(scope string) string { return "save " + scope + " as: " },
		func(path string, sessions []uint32) Effect { return Effect{Save: path, Sessions: sessions} })
}

func (m *Model) askExport() {
	m.askPath("the ending of the name chooses the format: "+m.ExportFormats, func(scope string) string { return "export " + scope + " as: " },
		func(path string, sessions []uint32) Effect { return Effect{Export: path, Sessions: sessions} })
}
