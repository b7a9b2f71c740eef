package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Key is a key press by name: a printable character as itself, otherwise one
// of [KeyNames].
type Key struct{ Name string }

// KeyNames are the keys that are not characters.
func KeyNames() []string {
	return []string{"Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End", "Enter", "Esc", "Tab",
		"Shift-Tab", "Backspace", "Delete", "Space", "Ctrl-C", "Ctrl-B", "Ctrl-D", "Ctrl-F", "Ctrl-U", "Ctrl-P", "Ctrl-N",
		"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"}
}

// Binding is one line of the table of actions, from which keys, footer, help,
// palette and configuration are made.
type Binding struct {
	Action string // its name in the palette and the configuration
	Keys   []string
	Short  string // what the footer calls it; "" keeps it out of the footer
	Help   string
	Group  string // heading in the help
	panes  []Pane // where it works; nil is everywhere
	when   func(*Model) bool
	run    func(*Model) Effect
}

// Bindings is the table as it is without a configuration. The first binding
// that fits a key is the one that counts.
func Bindings() []Binding { return slices.Concat(moving(), looking(), keeping(), arranging()) }

// keymap is the table as one model uses it: with the keys of the person, and without
// what the outside cannot do.
type keymap struct {
	bindings []Binding
	strange  map[string]bool // keys that do nothing, and where that was said
}

// Bindings are the lines of the table.
func (t *keymap) Bindings() []Binding { return t.bindings }

// KeyOf is the first key of an action, or how to reach it without one.
func (t *keymap) KeyOf(action string) string {
	for _, b := range t.bindings {
		if b.Action == action && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ":" + action
}

// In reports whether the binding works while a pane has the focus.
func (b *Binding) In(focus Pane) bool { return b.panes == nil || slices.Contains(b.panes, focus) }

// Special reports whether the binding belongs to some panes only.
func (b *Binding) Special() bool { return b.panes != nil }

func (b *Binding) fits(key string, focus Pane) bool {
	return b.In(focus) && slices.Contains(b.Keys, key)
}

// overlaps reports whether two bindings work in the same pane.
func (b *Binding) overlaps(o *Binding) bool {
	return b.panes == nil || o.panes == nil || slices.ContainsFunc(b.panes, func(p Pane) bool { return slices.Contains(o.panes, p) })
}

// Rebind returns the table with other keys for some actions. A key that is
// given to an action is taken from the one that had it; to give it to two that
// work in the same pane is an error, as is an action or a key that does not
// exist. Quitting at once keeps Ctrl-C whatever is asked for.
func Rebind(keys map[string][]string) ([]Binding, error) {
	table := Bindings()
	for action := range keys {
		if !slices.ContainsFunc(table, func(b Binding) bool { return b.Action == action }) {
			return nil, fmt.Errorf("there is no action %q; rtmpscope keys lists them", action)
		}
	}
	for i := range table {
		b := &table[i]
		own, given := keys[b.Action]
		if !given {
			continue
		}
		for _, k := range own {
			if err := claim(table, b, k, keys); err != nil {
				return nil, err
			}
		}
		b.Keys = slices.Clone(own)
	}
	return table, nil
}

// claim takes a key away from the actions that have it without being asked.
func claim(table []Binding, b *Binding, key string, given map[string][]string) error {
	if !isKey(key) {
		return fmt.Errorf("%s: there is no key %q; a key is a character or one of %s", b.Action, key, strings.Join(KeyNames(), ", "))
	}
	if key == "Ctrl-C" && b.Action != quitAtOnce {
		return fmt.Errorf("%s: Ctrl-C always quits", b.Action)
	}
	for i := range table {
		o := &table[i]
		if o.Action == b.Action || !o.overlaps(b) {
			continue
		}
		if own, also := given[o.Action]; also && slices.Contains(own, key) {
			return fmt.Errorf("%s and %s cannot both have the key %q", b.Action, o.Action, key)
		}
		o.Keys = slices.DeleteFunc(slices.Clone(o.Keys), func(k string) bool { return k == key })
	}
	return nil
}

func isKey(name string) bool {
	r := []rune(name)
	return len(r) == 1 && r[0] > ' ' || slices.Contains(KeyNames(), name)
}

// table makes the bindings of a model.
func (o *Options) table(m *Model) []Binding {
	all := Bindings()
	if changed, err := Rebind(o.Keys); err == nil {
		all = changed
	}
	return slices.DeleteFunc(all, func(b Binding) bool { return b.when != nil && !b.when(m) })
}

func (k Key) apply(m *Model) Effect {
	m.Message, m.touched = "", true
	if m.Prompt != nil {
		return m.answer(k.Name)
	}
	if b := m.bound(k.Name, m.Focus, m.Overlay); b != nil {
		if m.Overlay != NoOverlay && !slices.Contains(overOverlays, b.Action) {
			m.Overlay = NoOverlay
		}
		return m.do(b)
	}
	m.Message = m.unknown(k.Name, m.Focus)
	return Effect{}
}

// unknown says once of a key that it does nothing in a pane, and whether it does
// something elsewhere; then "".
func (t *keymap) unknown(key string, focus Pane) string {
	if t.strange == nil {
		t.strange = map[string]bool{}
	}
	at := key + strconv.Itoa(int(focus))
	if t.strange[at] {
		return ""
	}
	t.strange[at] = true
	for i := range t.bindings {
		if b := &t.bindings[i]; slices.Contains(b.Keys, key) {
			return fmt.Sprintf("%s (%s) does nothing in this pane; %s lists the keys", key, b.Action, t.KeyOf("help"))
		}
	}
	return key + " does nothing here; " + t.KeyOf("help") + " lists the keys"
}

// overOverlays are the actions that leave an overlay where it is, or close it
// themselves; every other one closes it first.
var overOverlays = []string{"down", "up", "half-page-down", "half-page-up", "page-down", "page-up", "beginning", "end",
	"open", "fold", "unfold", "next-pane", "previous-pane", "secrets", "theme", "palette", "search", "next-match", "previous-match", "save", "export", "log", "help", "back", "quit", quitAtOnce}

// bound is the binding of a key where the person is, or nil. The comparison of
// sessions has two sides whatever pane lies below it.
func (t *keymap) bound(key string, focus Pane, over Overlay) *Binding {
	for i := range t.bindings {
		b := &t.bindings[i]
		sides := over == SessionDiff && (b.Action == "fold" || b.Action == "unfold")
		if b.fits(key, focus) || sides && slices.Contains(b.Keys, key) {
			return b
		}
	}
	return nil
}

// do runs an action and keeps all selections in sight.
func (m *Model) do(b *Binding) Effect {
	e := b.run(m)
	m.reveal()
	return e
}

// HelpLine is one line of the help: a heading, or keys and what they do.
type HelpLine struct{ Heading, Keys, Text string }

// HelpLines is the help, made from the table: the keys of the pane that has the focus
// first, then all by their groups, then what the signs mean.
func (m *Model) HelpLines() []HelpLine {
	lines := []HelpLine{{Heading: "In this pane"}}
	for i := range m.bindings {
		if b := &m.bindings[i]; b.Special() && b.In(m.Focus) {
			lines = append(lines, b.help())
		}
	}
	group := ""
	for i := range m.bindings {
		b := &m.bindings[i]
		if b.Group != group {
			group = b.Group
			lines = append(lines, HelpLine{Heading: group})
		}
		lines = append(lines, b.help())
	}
	return append(lines, legend...)
}

// HelpIndent is how many columns stand before what a line of the help says; HelpColumn is
// what most lines take with it.
const (
	HelpIndent = 20
	HelpColumn = 96
)

// HelpColumns is in how many columns the help stands, one after the other like those of a
// newspaper: as many as have room.
func (m *Model) HelpColumns() int { return max(m.Width/HelpColumn, 1) }

// help is the line of the help for an action.
func (b *Binding) help() HelpLine {
	keys := strings.Join(b.Keys, "  ")
	if keys == "" {
		keys = ":" + b.Action
	}
	return HelpLine{Keys: keys, Text: b.Help}
}
