package model

import "unicode/utf8"

// Key is a key press by name: a printable character as itself, otherwise one
// of "Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End", "Enter", "Esc", "Tab",
// "Shift-Tab", "Backspace", "Ctrl-C", "Ctrl-D", "Ctrl-U", "Ctrl-L".
type Key struct{ Name string }

// Binding is one line of the key table, from which keys, footer and help are made.
type Binding struct {
	Keys  []string
	Short string // what the footer calls it; "" keeps it out of the footer
	Help  string
	Group string // heading in the help
	panes []Pane // where it works; nil is everywhere
	run   func(*Model) Effect
}

var (
	inTimeline = []Pane{PaneTimeline}
	inDetail   = []Pane{PaneTree, PaneHex}
	inTree     = []Pane{PaneTree}
)

// Bindings is the key table. The first binding that fits is the one that counts.
func Bindings() []Binding { return bindings }

var bindings []Binding

func init() { // the table's functions use the table
	bindings = []Binding{
		{[]string{"j", "Down"}, "", "down", "Move", nil, by(1)},
		{[]string{"k", "Up"}, "", "up", "Move", nil, by(-1)},
		{[]string{"Ctrl-D"}, "", "half a page down", "Move", nil, pages(1, 2)},
		{[]string{"Ctrl-U"}, "", "half a page up", "Move", nil, pages(-1, 2)},
		{[]string{"PgDn"}, "", "a page down", "Move", nil, pages(1, 1)},
		{[]string{"PgUp"}, "", "a page up", "Move", nil, pages(-1, 1)},
		{[]string{"g", "Home"}, "", "to the beginning", "Move", nil, always((*Model).home)},
		{[]string{"G", "End"}, "", "to the end", "Move", nil, always((*Model).end)},
		{[]string{"]"}, "next command", "next command", "Move", inTimeline, always(func(m *Model) { m.jump(1, m.isCommand, "command") })},
		{[]string{"["}, "", "previous command", "Move", inTimeline, always(func(m *Model) { m.jump(-1, m.isCommand, "command") })},
		{[]string{"}"}, "next trouble", "next trouble: refused, aborted, anomaly, lost, gap", "Move", inTimeline, always(func(m *Model) { m.jump(1, m.isTrouble, "trouble") })},
		{[]string{"{"}, "", "previous trouble", "Move", inTimeline, always(func(m *Model) { m.jump(-1, m.isTrouble, "trouble") })},
		{[]string{"/"}, "search", "search name and summary of the lines listed", "Move", nil, always((*Model).askSearch)},
		{[]string{"n"}, "", "next match", "Move", nil, always(func(m *Model) { m.search(1) })},
		{[]string{"N"}, "", "previous match", "Move", nil, always(func(m *Model) { m.search(-1) })},

		{[]string{"Enter"}, "", "open: a row's detail, a run of media, a session, a field", "Look", nil, always((*Model).enter)},
		{[]string{"Right"}, "", "unfold", "Look", inTree, always(func(m *Model) { m.Detail.unfold(); m.Detail.show(m.Layout()) })},
		{[]string{"Left"}, "", "fold, or go to the parent", "Look", inTree, always(func(m *Model) { m.Detail.foldOut(); m.Detail.show(m.Layout()) })},
		{[]string{"x"}, "body/wire", "bytes: of the body, or as on the wire with chunk headers", "Look", inDetail, always(func(m *Model) { m.Detail.switchHex(m.Layout()) })},
		{[]string{"a"}, "all sessions", "list all sessions together, or one", "Look", nil, always((*Model).toggleAll)},
		{[]string{"t"}, "time", "time since start, since the previous line, of day", "Look", nil, always(func(m *Model) { m.TimeMode = (m.TimeMode + 1) % 3 })},
		{[]string{"F"}, "follow", "follow: stay at the newest line", "Look", nil, always((*Model).toggleFollow)},
		{[]string{"p"}, "pause", "pause what is shown; the traffic goes on", "Look", nil, always((*Model).togglePause)},
		{[]string{"K"}, "", "show or mask stream keys and passwords", "Look", nil, always((*Model).toggleReveal)},
		{[]string{"y"}, "copy", "copy the field or line to the clipboard (OSC 52)", "Look", nil, (*Model).copy},

		{[]string{"Tab"}, "pane", "next pane", "Screen", nil, always(func(m *Model) { m.nextPane(1) })},
		{[]string{"Shift-Tab"}, "", "previous pane", "Screen", nil, always(func(m *Model) { m.nextPane(-1) })},
		{[]string{"1"}, "", "sessions", "Screen", nil, always(func(m *Model) { m.focus(PaneSessions) })},
		{[]string{"2"}, "", "timeline", "Screen", nil, always(func(m *Model) { m.focus(PaneTimeline) })},
		{[]string{"3"}, "", "detail", "Screen", nil, always(func(m *Model) { m.focus(PaneTree) })},
		{[]string{"Z"}, "zoom", "give the pane the whole screen", "Screen", nil, always(func(m *Model) { m.Zoom = !m.Zoom })},
		{[]string{"l"}, "", "log of the program", "Screen", nil, always(func(m *Model) { m.cover(Log) })},
		{[]string{"T"}, "", "next theme", "Screen", nil, always((*Model).nextTheme)},
		{[]string{"?"}, "", "this help", "Screen", nil, always(func(m *Model) { m.cover(Help) })},
		{[]string{"Esc"}, "", "back", "Screen", nil, always(func(m *Model) { m.back() })},
		{[]string{"q"}, "", "back; at the top quit", "Screen", nil, (*Model).quit},
		{[]string{"Ctrl-C"}, "", "quit at once", "Screen", nil, func(*Model) Effect { return Effect{Quit: true} }},
	}
}

func always(f func(*Model)) func(*Model) Effect {
	return func(m *Model) Effect {
		f(m)
		return Effect{}
	}
}

func (b *Binding) fits(key string, focus Pane) bool { return b.In(focus) && has(b.Keys, key) }

// In reports whether the binding works while a pane has the focus.
func (b *Binding) In(focus Pane) bool { return b.panes == nil || has(b.panes, focus) }

// Special reports whether the binding belongs to some panes only.
func (b *Binding) Special() bool { return b.panes != nil }

func has[T comparable](list []T, v T) bool {
	for _, e := range list {
		if e == v {
			return true
		}
	}
	return false
}

func (k Key) apply(m *Model) Effect {
	m.Message = ""
	if m.Prompt != nil {
		return m.Prompt.key(m, k.Name)
	}
	for i := range bindings {
		if b := &bindings[i]; b.fits(k.Name, m.Focus) {
			e := b.run(m)
			m.reveal()
			return e
		}
	}
	return Effect{}
}

// Prompt is a question in the footer: for a line of text, or for yes or no.
type Prompt struct {
	Question string
	Text     string
	YesNo    bool
	done     func(m *Model, text string) Effect
}

func (p *Prompt) key(m *Model, name string) Effect {
	switch {
	case name == "Ctrl-C":
		return Effect{Quit: true}
	case name == "Esc", p.YesNo && (name == "n" || name == "N" || name == "q"):
		m.Prompt = nil
	case p.YesNo && (name == "y" || name == "Y"), !p.YesNo && name == "Enter":
		m.Prompt = nil
		return p.done(m, p.Text)
	case !p.YesNo && name == "Backspace":
		_, n := utf8.DecodeLastRuneInString(p.Text)
		p.Text = p.Text[:len(p.Text)-n]
	case !p.YesNo && utf8.RuneCountInString(name) == 1:
		p.Text += name
	}
	return Effect{}
}

func (m *Model) ask(question string, yes func(*Model) Effect) {
	m.Prompt = &Prompt{Question: question, YesNo: true, done: func(m *Model, _ string) Effect { return yes(m) }}
}
