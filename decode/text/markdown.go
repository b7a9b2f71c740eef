package text

import (
	"regexp"
	"strings"
)

// markup is what GitHub Flavored Markdown gives a meaning to anywhere in a line.
const markup = "\\`*_[]<>&|~$#"

// linked matches what a forum makes a link, a mention, an issue or a picture of after
// the Markdown was read, where a backslash does not help: addresses, @people, #12,
// GH-12, :smile:. Only code stops it.
var linked = regexp.MustCompile(`(?i)@\w|#\d|://|www\.|mailto:|\bgh-\d|:[a-z0-9_+-]+:`)

// Markdown makes safe text mean itself in GitHub Flavored Markdown: in a paragraph,
// a heading, an item of a list, or a cell of a table. What would be markup is
// escaped, and a word that would become a link or a mention is written as code.
func Markdown(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		if linked.MatchString(word) {
			codeWord(&b, word)
			continue
		}
		if i == 0 {
			word = escapeFirst(&b, word)
		}
		escapeMarkup(&b, word)
	}
	return b.String()
}

func escapeMarkup(b *strings.Builder, s string) {
	for _, r := range s {
		if strings.ContainsRune(markup, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
}

// escapeFirst writes what would begin a list, or underline a heading, and returns the
// rest: "- x", "+ x", "1. x", "1) x", "---", "===".
func escapeFirst(b *strings.Builder, word string) string {
	digits := len(word) - len(strings.TrimLeft(word, "0123456789"))
	rest := word[digits:]
	if rest == "" || !strings.ContainsRune(firsts(digits), rune(rest[0])) {
		return word
	}
	b.WriteString(word[:digits] + `\` + rest[:1])
	return rest[1:]
}

// firsts is what has a meaning at the beginning of a line after so many digits.
func firsts(digits int) string {
	if digits > 0 {
		return ".)"
	}
	return "-+="
}

// codeWord writes a word as code. A pipe ends a cell of a table even in code, and its
// escape would be seen elsewhere, so it stands between two pieces of code.
func codeWord(b *strings.Builder, word string) {
	for i, part := range strings.Split(word, "|") {
		if i > 0 {
			b.WriteString(`\|`)
		}
		b.WriteString(MarkdownCode(part))
	}
}

// MarkdownCode is s as a code span whose fence is longer than any in s (CommonMark
// §6.1); blank text stays as it is. For a cell of a table use [MarkdownCell].
func MarkdownCode(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	fence := strings.Repeat("`", LongestTicks(s)+1)
	pad := ""
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		pad = " "
	}
	return fence + pad + s + pad + fence
}

// MarkdownCell is [MarkdownCode] in a table, where a pipe has to be escaped even in
// code (GitHub Flavored Markdown §4.10).
func MarkdownCell(s string) string { return strings.ReplaceAll(MarkdownCode(s), "|", `\|`) }

// LongestTicks is the length of the longest run of backticks, which a fence must
// exceed.
func LongestTicks(s string) (longest int) {
	run := 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
