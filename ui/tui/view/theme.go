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
	MonoTheme
)

var themes = []theme{
	TerminalTheme: colours(tcell.StyleDefault, palette{
		client: tcell.ColorTeal, server: tcell.ColorPurple,
		good: tcell.ColorGreen, warn: tcell.ColorOlive, bad: tcell.ColorMaroon, name: tcell.ColorTeal,
		symbol: tcell.ColorGreen, onBad: tcell.ColorWhite,
	}),
	DarkTheme: colours(rgb(0xd8dee9).Background(tcell.NewHexColor(0x14171c)), palette{
		faint: tcell.NewHexColor(0x6b7686), client: tcell.NewHexColor(0x6cc7ff), server: tcell.NewHexColor(0xd7a1ff),
		phase: tcell.NewHexColor(0x8fa7ff), good: tcell.NewHexColor(0x7fd88f), warn: tcell.NewHexColor(0xffc95c),
		bad: tcell.NewHexColor(0xff7a7a), name: tcell.NewHexColor(0x9ccfd8), symbol: tcell.NewHexColor(0x7fd88f),
		onBad: tcell.NewHexColor(0x14171c), bar: tcell.NewHexColor(0x2f3b4d),
	}),
	LightTheme: colours(rgb(0x1f2328).Background(tcell.NewHexColor(0xfbfbf8)), palette{
		faint: tcell.NewHexColor(0x6e7781), client: tcell.NewHexColor(0x0550ae), server: tcell.NewHexColor(0x8250df),
		phase: tcell.NewHexColor(0x3b4fb5), good: tcell.NewHexColor(0x116329), warn: tcell.NewHexColor(0x8a5a00),
		bad: tcell.NewHexColor(0xb3121d), name: tcell.NewHexColor(0x0f5c63), symbol: tcell.NewHexColor(0x116329),
		onBad: tcell.NewHexColor(0xffffff), bar: tcell.NewHexColor(0xd6e4f7),
	}),
	MonoTheme: mono(),
}

func rgb(hex int32) tcell.Style { return tcell.StyleDefault.Foreground(tcell.NewHexColor(hex)) }

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
