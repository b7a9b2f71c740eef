// Package text makes wire text fit to show: harmless to a terminal, a log or a
// page, and with credentials hidden unless the reader asked for them.
//
// Everything that came from the network and will be seen by a person goes
// through [Safe] exactly once, where it leaves the decoder. Every sink (screen,
// stdout, log, packet comment, HTML, Markdown) then receives text in which each
// control character, bidirectional override, zero-width character and invalid
// byte has become visible. The mapping is injective: two different inputs never
// look the same, so a reader can tell that bytes were changed.
//
// Credentials travel inside safe text as marked spans (see [Marked]); a sink
// decides with [Marked.Show] whether they are masked. The package does not
// decide what is a credential: decode/session does, because that depends on the
// command in which a string stands.
//
// All functions are pure and safe for concurrent use.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCombining is how many combining marks may follow one base character
// before the rest are escaped; natural scripts need at most four.
const maxCombining = 4

// Safe returns s with everything that could move a cursor, change a colour,
// reorder text or hide made visible as a Go-style escape: "\n", "\e", "\x9b",
// "\u202e". A backslash is doubled, which keeps the mapping injective.
// Text that needs no change is returned as it is, without allocation.
func Safe(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	combining := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if unicode.Is(unicode.M, r) {
			combining++
		} else {
			combining = 0
		}
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case combining > maxCombining, combining > 0 && i == 0, isUnsafe(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// Clip shortens safe text to at most max runes, saying how many bytes were cut.
func Clip(s string, max int) string {
	if len(s) <= max || utf8.RuneCountInString(s) <= max {
		return s
	}
	cut := 0
	for n := 0; n < max; n++ {
		_, w := utf8.DecodeRuneInString(s[cut:])
		cut += w
	}
	return fmt.Sprintf("%s…(+%d)", s[:cut], len(s)-cut)
}

// isPlain reports whether s consists of printable ASCII without a backslash.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '\\' {
			return false
		}
	}
	return true
}

// isUnsafe reports whether r must not reach a sink as it is.
func isUnsafe(r rune) bool {
	switch {
	case r == '\\', r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r == utf8.RuneError, r == 0xfeff, r == 0x2028, r == 0x2029:
		return true
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
		// Format characters cover bidi controls, zero-width joiners and tags;
		// private use cannot be told from anything by its looks.
		return true
	case unicode.Is(unicode.Zs, r) && r != ' ':
		return true // blanks that are not the blank
	}
	return r > unicode.MaxRune || !unicode.IsPrint(r) && !unicode.Is(unicode.M, r)
}

var shortEscapes = map[rune]string{
	'\\': `\\`, '\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`,
	'\v': `\v`, '\f': `\f`, '\r': `\r`, 0x1b: `\e`,
}

func escape(r rune) string {
	if s, ok := shortEscapes[r]; ok {
		return s
	}
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
