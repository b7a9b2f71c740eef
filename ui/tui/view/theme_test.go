package view

import (
	"math"
	"testing"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/ui/tui/render"
)

// luminance is that of WCAG 2.1, from 0 to 1.
func luminance(c tcell.Color) float64 {
	part := func(v int32) float64 {
		s := float64(v) / 255
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b := c.RGB()
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// contrast is the ratio of WCAG 2.1, from 1 to 21.
func contrast(s tcell.Style) float64 {
	fore, back, _ := s.Decompose()
	a, b := luminance(fore), luminance(back)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// TestContrast: what the themes with colours of their own draw can be read, and
// the theme for high contrast keeps what it promises (WCAG 2.1, 1.4.3 and 1.4.6).
func TestContrast(t *testing.T) {
	for theme, least := range map[int]float64{DarkTheme: 4.5, LightTheme: 4.5, ColourBlindTheme: 4.5, ContrastTheme: 7} {
		for r := range render.Role(render.Roles) {
			for _, m := range []render.Mark{0, render.Selected, render.Match} {
				want := least
				if m != 0 && theme != ContrastTheme {
					want = 3 // the bar is a second sign
				}
				if c := contrast(themes[theme].style(render.Style{Role: r, Mark: m})); c < want {
					t.Errorf("%s: role %d with mark %d has a contrast of %.1f, want %v", themeNames[theme], r, m, c, want)
				}
			}
		}
	}
}

// TestThemesAreWhole: each theme has a name, and tells apart what must not be
// mixed up.
func TestThemesAreWhole(t *testing.T) {
	if len(themes) != len(themeNames) {
		t.Fatalf("%d themes with %d names", len(themes), len(themeNames))
	}
	for i := range themes {
		if themes[i].selected == nil || themeNames[i] == "" {
			t.Errorf("theme %d is not whole", i)
		}
		one := themes[i].style(render.Style{Role: render.Banner})
		if one == themes[i].style(render.Style{}) {
			t.Errorf("%s: trouble looks like everything else", themeNames[i])
		}
		if i != MonoTheme && themes[i].style(render.Style{Role: render.FromClient}) == themes[i].style(render.Style{Role: render.FromServer}) {
			t.Errorf("%s: both senders look the same", themeNames[i])
		}
	}
}
