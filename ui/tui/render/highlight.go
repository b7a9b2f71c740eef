package render

import (
	"strings"
	"unicode"
)

// highlight marks where the query stands in a row of the screen.
func (a Area) highlight(y int, query string) {
	want := []rune(strings.ToLower(query))
	if len(want) == 0 {
		return
	}
	for x := 0; x+len(want) <= a.W; x++ {
		if a.holds(x, y, want) {
			for i := range want {
				a.g.At(a.X+x+i, a.Y+y).Style.Mark |= Match
			}
		}
	}
}

func (a Area) holds(x, y int, want []rune) bool {
	for i, r := range want {
		if unicode.ToLower(a.g.At(a.X+x+i, a.Y+y).Rune) != r {
			return false
		}
	}
	return true
}
