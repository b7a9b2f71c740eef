package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a text is no filter.
type Error struct {
	// Text is the filter as it was given.
	Text string
	// Offset is the byte of Text where the trouble begins, at most len(Text).
	Offset int
	// Message says what is wrong, in plain words, with a suggestion if there is
	// one. It may repeat parts of Text.
	Message string
}

// Error names the place, counted in characters from 1.
func (e *Error) Error() string {
	return fmt.Sprintf("filter, character %d: %s", utf8.RuneCountInString(e.Text[:e.Offset])+1, e.Message)
}

// Caret returns the text and below it a caret under the place, for a display
// with characters of one width. Text that is not on one line is shown as one.
func (e *Error) Caret() string {
	line := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, e.Text)
	return line + "\n" + strings.Repeat(" ", utf8.RuneCountInString(e.Text[:e.Offset])) + "^"
}

// Suggest returns `; did you mean "x"?` for the candidate most like word, or ""
// when none is near. Case does not count.
func Suggest(word string, candidates []string) string {
	best, nearest := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < nearest {
			best, nearest = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// longestWord bounds the cost of comparing words.
const longestWord = 40

// distance is how many bytes have to be inserted, removed, replaced or swapped
// with their neighbour to turn a into b (optimal string alignment).
func distance(a, b string) int {
	if len(a) > longestWord || len(b) > longestWord {
		return longestWord
	}
	var rows [3][longestWord + 1]int // two before, the one before, this one
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		rows[2][0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[2][j-1]+1, rows[1][j]+1, rows[1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[0][j-2]+1)
			}
			rows[2][j] = d
		}
		rows[0], rows[1] = rows[1], rows[2]
	}
	return rows[1][len(b)]
}
