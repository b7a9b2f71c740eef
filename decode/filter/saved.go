package filter

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Expand replaces @name, wherever it stands outside quotes as a word of its own, by the
// filter that was saved under that name. By itself a name is exactly that filter; among
// other things it is a condition in parentheses, and words beside it are conditions too:
// "@slow publish" becomes `(rtt > 200ms) and "publish"`. An error is always an [*Error].
func Expand(text string, saved map[string]string) (string, error) {
	if name, ok := strings.CutPrefix(strings.TrimSpace(text), "@"); ok && nameEnd(name) == len(name) {
		return lookUp(text, strings.Index(text, "@"), name, saved)
	}
	found := namesIn(text)
	if len(found) == 0 {
		return text, nil
	}
	var b strings.Builder
	last, open := 0, false
	for _, p := range found {
		full, err := lookUp(text, p.at, p.text, saved)
		if err != nil {
			return "", err
		}
		b.WriteString(text[last:p.at])
		b.WriteString("(" + asCondition(full) + ")")
		last, open = p.end, true
	}
	b.WriteString(text[last:])
	if open && !isExpression(besides(text, found)) {
		return joinWords(text, found, saved), nil
	}
	return b.String(), nil
}

// nameEnd is how many bytes of a text a name can take.
func nameEnd(s string) int {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || c != '-' && !isWordByte(c) {
			return i
		}
	}
	return len(s)
}

// namesIn lists the names in a text; a piece holds the name without its sign.
func namesIn(text string) (out []piece) {
	for i := 0; i < len(text); {
		switch {
		case isQuote(rune(text[i])) && (i == 0 || !isWordByte(text[i-1])):
			p, closed := quotedPiece(text, i)
			if !closed {
				return out
			}
			i = p.end
		case text[i] == '@' && (i == 0 || strings.IndexByte(" \t\n(!&|", text[i-1]) >= 0):
			end := i + 1 + nameEnd(text[i+1:])
			out = append(out, piece{text: text[i+1 : end], at: i, end: end})
			i = end
		default:
			i++
		}
	}
	return out
}

func lookUp(text string, at int, name string, saved map[string]string) (string, error) {
	if full, ok := saved[name]; ok {
		return full, nil
	}
	bad := &Error{Text: text, Offset: max(at, 0), Message: "no filter was saved as @" + name + ": there is none in the configuration file"}
	if len(saved) > 0 {
		bad.Message = "no filter was saved as @" + name + "; there are @" + strings.Join(slices.Sorted(maps.Keys(saved)), ", @")
	}
	return "", bad
}

// besides are the pieces of a text without the names.
func besides(text string, found []piece) []piece {
	list, bad := pieces(text)
	if bad != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(p piece) bool {
		return slices.ContainsFunc(found, func(f piece) bool { return f.at == p.at && f.end == p.end })
	})
}

// asCondition is a filter as it can stand in an expression.
func asCondition(text string) string {
	list, bad := pieces(text)
	if bad != nil || isExpression(list) {
		return text
	}
	conditions := make([]string, len(list))
	for i, p := range list {
		conditions[i] = condition(p)
	}
	return strings.Join(conditions, " and ")
}

// condition is a word of a list of words as it can stand in an expression.
func condition(p piece) string {
	f := fieldByName[p.text]
	if !p.quoted && (strings.HasPrefix(p.text, "~") || f != nil && f.truth != nil) {
		return p.text
	}
	return strconv.Quote(p.text)
}

// joinWords makes an expression of words and names.
func joinWords(text string, found []piece, saved map[string]string) string {
	list, _ := pieces(text)
	conditions := make([]string, len(list))
	for i, p := range list {
		conditions[i] = condition(p)
		if slices.ContainsFunc(found, func(f piece) bool { return f.at == p.at }) {
			conditions[i] = "(" + asCondition(saved[p.text[1:]]) + ")"
		}
	}
	return strings.Join(conditions, " and ")
}
