package model

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
)

var (
	inSessions = []Pane{PaneSessions}
	inTimeline = []Pane{PaneTimeline}
	inBoth     = []Pane{PaneSessions, PaneTimeline}
	inRows     = []Pane{PaneTimeline, PaneTree, PaneHex, PaneSteps}
	inDetail   = []Pane{PaneTree, PaneHex}
)

// quitAtOnce is the action that cannot lose its key.
const quitAtOnce = "quit-at-once"

func keys(k ...string) []string { return k }

// group gives bindings their heading.
func group(name string, list []Binding) []Binding {
	for i := range list {
		list[i].Group = name
	}
	return list
}

func moving() []Binding {
	return group("Move", []Binding{
		{"down", keys("j", "Down"), "", "down", "", nil, nil, by(1)},
		{"up", keys("k", "Up"), "", "up", "", nil, nil, by(-1)},
		{"half-page-down", keys("Ctrl-D"), "", "half a page down", "", nil, nil, pages(1, 2)},
		{"half-page-up", keys("Ctrl-U"), "", "half a page up", "", nil, nil, pages(-1, 2)},
		{"page-down", keys("PgDn", "Space", "Ctrl-F"), "", "a page down", "", nil, nil, pages(1, 1)},
		{"page-up", keys("PgUp", "Ctrl-B"), "", "a page up", "", nil, nil, pages(-1, 1)},
		{"beginning", keys("g", "Home"), "", "to the beginning", "", nil, nil, always((*Model).home)},
		{"end", keys("G", "End"), "", "to the end", "", nil, nil, always((*Model).end)},
		{"next-trouble", keys("}"), "next trouble", "next trouble: refused, reset, aborted, anomaly, lost, gap, finding", "", inBoth, nil, always(func(m *Model) { m.jumpTrouble(1) })},
		{"previous-trouble", keys("{"), "", "previous trouble", "", inBoth, nil, always(func(m *Model) { m.jumpTrouble(-1) })},
		{"next-finding", keys(")"), "", "next finding of a rule, notes too", "", inBoth, nil, jump(1, isFinding, "finding")},
		{"previous-finding", keys("("), "", "previous finding", "", inBoth, nil, jump(-1, isFinding, "finding")},
		{"next-command", keys("]"), "next command", "next command", "", inBoth, nil, jump(1, isCommand, "command")},
		{"previous-command", keys("["), "", "previous command", "", inBoth, nil, jump(-1, isCommand, "command")},
		{"next-keyframe", keys(">"), "", "next keyframe, also inside a run", "", inBoth, nil, always(func(m *Model) { m.jumpKeyframe(1) })},
		{"previous-keyframe", keys("<"), "", "previous keyframe", "", inBoth, nil, always(func(m *Model) { m.jumpKeyframe(-1) })},
		{"next-unanswered", keys("u"), "", "next request that has no answer", "", inBoth, nil, jump(1, isUnanswered, "request without an answer")},
		{"previous-unanswered", keys("U"), "", "previous request that has no answer", "", inBoth, nil, jump(-1, isUnanswered, "request without an answer")},
		{"related", keys("r"), "related", "to the request of an answer, the answer of a request, the proof of a finding", "", inRows, nil, always((*Model).goRelated)},
		{"search", keys("/"), "search", "search the pane that has the focus, or the help and the log, while you type", "", nil, nil, always((*Model).askSearch)},
		{"next-match", keys("n"), "", "next match", "", nil, nil, always(func(m *Model) { m.search(1) })},
		{"previous-match", keys("N"), "", "previous match", "", nil, nil, always(func(m *Model) { m.search(-1) })},
	})
}

func looking() []Binding {
	return group("Look", []Binding{
		{"open", keys("Enter"), "", "open: a row's detail, a run of media, a session, a field, a step", "", nil, nil, always((*Model).enter)},
		{"filter", keys("f"), "filter", "list only the rows that a filter selects; Tab completes, Up recalls", "", nil, (*Model).canFilter, always((*Model).askFilter)},
		{"filter-by", keys("="), "", "list only what has this value: of the field, or one of the row's or the session's", "", nil, (*Model).canFilter, func(m *Model) Effect { return m.askByValue(false) }},
		{"filter-out", keys("!"), "", "leave out what has this value", "", nil, (*Model).canFilter, func(m *Model) Effect { return m.askByValue(true) }},
		{"save-filter", keys("W"), "", "save the filter under a name; @name stands for it, in the UI and behind -Y", "", nil, (*Model).canFilter, always((*Model).askFilterName)},
		{"sort", keys("s"), "sort", "sort the sessions by the next column", "", inSessions, nil, always((*Model).nextSort)},
		{"sort-reverse", keys("S"), "", "turn the order of the sessions around", "", inSessions, nil, always((*Model).reverseSort)},
		{"columns", keys("C"), "", "choose the columns of the sessions or the timeline; :columns +length -time", "", inBoth, nil, always((*Model).askColumns)},
		{"ladder", keys("L"), "", "ladder between client and server, or a plain list", "", inTimeline, nil, always((*Model).toggleLadder)},
		{"unfold", keys("Right", "l"), "", "unfold a field, then its marker and length; the attempts of a reconnecting client; next byte", "", []Pane{PaneTree, PaneHex, PaneSessions}, nil, always((*Model).unfold)},
		{"fold", keys("Left", "h"), "", "fold it, or go to the parent; previous byte", "", []Pane{PaneTree, PaneHex, PaneSessions}, nil, always((*Model).foldIn)},
		{"fold-all", keys("-"), "", "leave out markers and lengths; again, fold all fields", "", inDetail, nil, always(func(m *Model) { m.Detail.FoldAll(); m.Detail.Show(m.Layout().Room()) })},
		{"unfold-all", keys("+"), "", "unfold all fields; again, show markers and lengths", "", inDetail, nil, always(func(m *Model) { m.Detail.UnfoldAll(); m.Detail.Show(m.Layout().Room()) })},
		{"bytes", keys("x"), "body/wire", "bytes: of the body, or as on the wire with chunk headers", "", inDetail, nil, always(func(m *Model) { m.Detail.SwitchHex(m.Layout().Room()) })},
		{"all-sessions", keys("a"), "all sessions", "list all sessions together, or one", "", nil, nil, always((*Model).toggleAll)},
		{"time", keys("t"), "time", "time since start, since the previous line, of day", "", nil, nil, always(func(m *Model) { m.TimeMode = (m.TimeMode + 1) % 3 })},
		{"follow", keys("F"), "follow", "follow: stay at the newest line; of a file that is being recorded, read on", "", nil, nil, (*Model).toggleFollow},
		{"pause", keys("p"), "pause", "pause what is shown; the traffic goes on", "", nil, nil, always((*Model).togglePause)},
		{"secrets", keys("K"), "", "show or mask stream keys and passwords", "", nil, nil, always((*Model).toggleReveal)},
	})
}

func keeping() []Binding {
	return group("Keep", []Binding{
		{"mark", keys("m"), "mark", "mark the row or the session, or take the mark back", "", slices.Concat(inSessions, inRows), nil, (*Model).toggleMark},
		{"next-mark", keys("'"), "", "next row with a mark or a note", "", nil, nil, always((*Model).nextMark)},
		{"compare", keys("d"), "", "compare the two rows marked last; in the sessions pane the two sessions; :diff 1 2", "", nil, nil, (*Model).compareMarked},
		{"note", keys("c"), "note", "write a note on the row, or in the sessions pane on the session, into the capture", "", nil, func(m *Model) bool { return m.Can.Has(desk.CanNote) }, always((*Model).askNote)},
		{"save", keys("w"), "save", "save the selected or marked sessions, or all, as a capture under another name", "", nil, func(m *Model) bool { return m.Can.Has(desk.CanSave) }, always((*Model).askSave)},
		{"export", keys("e"), "export", "export the selected or marked sessions, or all, in another format", "", nil, func(m *Model) bool { return m.Can.Has(desk.CanExport) }, always((*Model).askExport)},
		{"copy", keys("y"), "copy", "copy: value, JSON, bytes as hex or a table of the row or the field, session as a command (OSC 52)", "", nil, nil, always((*Model).askCopy)},
	})
}

func arranging() []Binding {
	return group("Screen", []Binding{
		{"next-pane", keys("Tab"), "pane", "next pane", "", nil, nil, always(func(m *Model) { m.nextPane(1) })},
		{"previous-pane", keys("Shift-Tab"), "", "previous pane", "", nil, nil, always(func(m *Model) { m.nextPane(-1) })},
		{"sessions", keys("1"), "", "sessions", "", nil, nil, always(func(m *Model) { m.focus(PaneSessions) })},
		{"timeline", keys("2"), "", "timeline", "", nil, nil, always(func(m *Model) { m.focus(PaneTimeline) })},
		{"detail", keys("3"), "", "detail of the row: fields and bytes", "", nil, nil, always(func(m *Model) { m.focus(PaneTree) })},
		{"procedure", keys("4"), "procedure", "procedure: each step to the first picture, and who is waited for", "", nil, nil, always(func(m *Model) { m.focus(PaneSteps) })},
		{"media", keys("5"), "media", "media: codecs, frame rate, bit rate, keyframes, timestamps of each track", "", nil, nil, always(func(m *Model) { m.focus(PaneMedia) })},
		{"flow", keys("6"), "flow", "flow: bytes, windows and acknowledgements of each direction, pings", "", nil, nil, always(func(m *Model) { m.focus(PaneFlow) })},
		{"stats", keys("s"), "", "what was measured: media, then flow", "", []Pane{PaneTimeline, PaneTree, PaneHex, PaneSteps, PaneMedia, PaneFlow}, nil, always((*Model).nextStats)},
		{"zoom", keys("Z"), "zoom", "give the pane the whole screen", "", nil, nil, always(func(m *Model) { m.Zoom = !m.Zoom })},
		{"palette", keys(":"), "", "do an action by name, or go to a row by number", "", nil, nil, always((*Model).askPalette)},
		{"log", keys("7"), "", "log of the program", "", nil, nil, always(func(m *Model) { m.cover(Log) })},
		{"theme", keys("T"), "", "next theme", "", nil, nil, always((*Model).nextTheme)},
		{"help", keys("?", "F1"), "", "this help", "", nil, nil, always(func(m *Model) { m.cover(Help) })},
		{"back", keys("Esc"), "", "undo one thing: an overlay, the whole screen, the detail, the search, a filter", "", nil, nil, always((*Model).escape)},
		{"quit", keys("q"), "", "back; at the top quit", "", nil, nil, (*Model).quit},
		{quitAtOnce, keys("Ctrl-C"), "", "quit at once", "", nil, nil, func(*Model) Effect { return Effect{Quit: true} }},
	})
}

func always(f func(*Model)) func(*Model) Effect {
	return func(m *Model) Effect {
		f(m)
		return Effect{}
	}
}

func jump(step int, want func(list.Timeline, list.Entry) bool, what string) func(*Model) Effect {
	return always(func(m *Model) { m.jump(step, want, what) })
}
