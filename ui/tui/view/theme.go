package view

import (
	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/ui/tui/render"
)

// theme gives every role its look. Colour is never the only sign: arrows point,
// trouble has a symbol and a word, and the selection a bar.
type theme struct {
	roles    [render.Roles]tcell.Style
	base     tcell.Style
	selected func(tcell.Style) tcell.Style
	match    tcell.Style
}

// style is the look of a cell.
func (t *theme) style(s render.Style) tcell.Style {
	if s.Role == render.Banner && s.Mark&render.Selected != 0 {
		s.Role = render.Trouble // its own ground would be that of the selection
	}
	st := t.roles[s.Role]
	if s.Mark&render.Alarm != 0 {
		st = st.Bold(true)
	}
	if s.Mark&render.Match != 0 {
		st = t.match
	}
	switch {
	case s.Mark&render.Selected != 0:
		st = t.selected(st)
	case s.Mark&render.Resting != 0:
		st = st.Bold(true)
	}
	return st
}

// The themes, in the order of the key that switches them.
const (
	TerminalTheme = iota
	DarkTheme
	LightTheme
	ContrastTheme
	ColourBlindTheme
	MonoTheme
)

var themeNames = []string{
	TerminalTheme: "terminal", DarkTheme: "dark", LightTheme: "light",
	ContrastTheme: "high-contrast", ColourBlindTheme: "colour-blind", MonoTheme: "mono",
}

// ThemeNames lists the themes in the order of the key that switches them. The
// slice belongs to the caller.
func ThemeNames() []string { return append([]string(nil), themeNames...) }

var themes = []theme{
	TerminalTheme: colours(tcell.StyleDefault, palette{
		client: tcell.ColorTeal, server: tcell.ColorPurple,
		good: tcell.ColorGreen, warn: tcell.ColorOlive, bad: tcell.ColorMaroon, name: tcell.ColorTeal,
		symbol: tcell.ColorGreen, onBad: tcell.ColorWhite,
	}),
	DarkTheme: colours(ground(0xd8dee9, 0x14171c), palette{
		faint: hex(0x7f8a9b), client: hex(0x6cc7ff), server: hex(0xd7a1ff),
		phase: hex(0x8fa7ff), good: hex(0x7fd88f), warn: hex(0xffc95c),
		bad: hex(0xff7a7a), name: hex(0x9ccfd8), symbol: hex(0x7fd88f),
		onBad: hex(0x14171c), bar: hex(0x2f3b4d),
	}),
	LightTheme: colours(ground(0x1f2328, 0xfbfbf8), palette{
		faint: hex(0x656d76), client: hex(0x0550ae), server: hex(0x8250df),
		phase: hex(0x3b4fb5), good: hex(0x116329), warn: hex(0x8a5a00),
		bad: hex(0xb3121d), name: hex(0x0f5c63), symbol: hex(0x116329),
		onBad: hex(0xffffff), bar: hex(0xd6e4f7),
	}),
	// Every colour stands out from black by at least 7 to 1 (WCAG 2.1, 1.4.6).
	ContrastTheme: colours(ground(0xffffff, 0x000000), palette{
		faint: hex(0xc8c8c8), client: hex(0x5fd7ff), server: hex(0xffafff),
		phase: hex(0xffffff), good: hex(0x5fff5f), warn: hex(0xffff00),
		bad: hex(0xff8787), name: hex(0x5fd7ff), symbol: hex(0x5fff5f),
		onBad: hex(0x000000), bar: hex(0x00005f),
	}),
	// The colours of Okabe and Ito, which people with any common colour vision
	// tell apart, made lighter for a dark ground.
	ColourBlindTheme: colours(ground(0xe6e6e6, 0x101214), palette{
		faint: hex(0x8a8f98), client: hex(0x56b4e9), server: hex(0xe69f00),
		phase: hex(0xf0e442), good: hex(0x4db6f0), warn: hex(0xf0e442),
		bad: hex(0xff7f3f), name: hex(0x56b4e9), symbol: hex(0xcc9bbf),
		onBad: hex(0x101214), bar: hex(0x2a3a4a),
	}),
	MonoTheme: mono(),
}

func hex(c int32) tcell.Color { return tcell.NewHexColor(c) }

func ground(fore, back int32) tcell.Style {
	return tcell.StyleDefault.Foreground(hex(fore)).Background(hex(back))
}

type palette struct {
	faint, client, server, phase, good, warn, bad, name, symbol, onBad tcell.Color
	bar                                                                tcell.Color // of the selection; reverse video if none
}

func colours(base tcell.Style, p palette) theme {
	t := theme{base: base, match: base.Foreground(tcell.ColorBlack).Background(tcell.ColorYellow)}
	fg := func(c tcell.Color) tcell.Style { return base.Foreground(c) }
	faint := fg(p.faint)
	if p.faint == tcell.ColorDefault { // grey has no safe number among the 16
		faint = base.Dim(true)
	}
	for r := range t.roles {
		t.roles[r] = base
	}
	set := map[render.Role]tcell.Style{
		render.Faint: faint, render.Brand: fg(p.client).Bold(true).Reverse(true),
		render.Rule: faint, render.RuleFocus: fg(p.client).Bold(true), render.Column: faint,
		render.FromClient: fg(p.client), render.FromServer: fg(p.server),
		render.Phase: fg(p.phase).Bold(true), render.Answer: fg(p.good), render.Good: fg(p.good), render.Warn: fg(p.warn).Bold(true),
		render.Trouble: fg(p.bad).Bold(true), render.Banner: base.Foreground(p.onBad).Background(p.bad).Bold(true), render.KeyCap: base.Bold(true),
		render.Name: fg(p.name), render.Symbol: fg(p.symbol), render.Source: faint,
		render.Lit: base.Reverse(true), render.Secret: fg(p.warn), render.Ask: base.Bold(true),
	}
	for r, s := range set {
		t.roles[r] = s
	}
	t.selected = func(s tcell.Style) tcell.Style { return s.Reverse(true) }
	if p.bar != 0 {
		t.selected = func(s tcell.Style) tcell.Style { return s.Background(p.bar).Bold(true) }
	}
	return t
}

// mono uses no colour at all.
func mono() theme {
	base := tcell.StyleDefault
	t := theme{base: base, match: base.Underline(true).Bold(true)}
	for r := range t.roles {
		t.roles[r] = base
	}
	for _, r := range []render.Role{render.Faint, render.Rule, render.Column, render.Source} {
		t.roles[r] = base.Dim(true)
	}
	for _, r := range []render.Role{render.RuleFocus, render.Phase, render.Trouble, render.Warn, render.KeyCap, render.Ask} {
		t.roles[r] = base.Bold(true)
	}
	for _, r := range []render.Role{render.Brand, render.Lit, render.Banner} {
		t.roles[r] = base.Reverse(true)
	}
	t.selected = func(s tcell.Style) tcell.Style { return s.Reverse(true) }
	return t
}
