package filter

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// occurs reports whether a text occurs in name, command or summary, in upper or
// lower case.
func occurs(word string) func(*subject) bool {
	word = strings.ToLower(word)
	return func(s *subject) bool {
		w := s.words()
		return containsFold(w.Name, word) || containsFold(w.Command, word) || containsFold(s.summary(), word)
	}
}

// containsFold reports whether s contains lower, which is in lower case, without
// allocating for ASCII.
func containsFold(s, lower string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(s), lower)
		}
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if equalFold(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

func equalFold(s, lower string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

var parts = map[string]func(s, part string) bool{
	"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
}

// part compiles contains, startsWith, endsWith.
func (c *compiler) part(operator string, l, r *term) (*term, error) {
	a, err := c.asText(l, operator)
	if err != nil {
		return nil, err
	}
	b, err := c.asText(r, operator)
	if err != nil {
		return nil, err
	}
	holds := parts[operator]
	return &term{truth: func(s *subject) bool {
		x, isText := a(s)
		y, alsoText := b(s)
		return isText && alsoText && holds(x, y)
	}}, nil
}

// matches compiles the search for a regular expression. It is a constant: one
// from the wire would be compiled for every row, and would be a stranger's.
func (c *compiler) matches(l, r *term) (*term, error) {
	get, err := c.asText(l, "matches")
	if err != nil {
		return nil, err
	}
	if r.kind != textKind || !r.constant {
		return nil, c.fail(r.at, "after matches comes a regular expression in quotes")
	}
	pattern, err := c.regular(r)
	if err != nil {
		return nil, err
	}
	return &term{truth: func(s *subject) bool {
		x, ok := get(s)
		return ok && pattern.MatchString(x[:min(len(x), maxMatched)])
	}}, nil
}

// regular compiles a regular expression if the budget allows it.
func (c *compiler) regular(t *term) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(t.str, syntax.Perl)
	if err != nil {
		return nil, c.fail(t.at, "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if c.pattern += weight(tree); c.pattern > maxPattern {
		return nil, c.fail(t.at, "the regular expressions are too large, repetitions counted")
	}
	pattern, err := regexp.Compile(t.str)
	if err != nil {
		return nil, c.fail(t.at, "%v", err)
	}
	return pattern, nil
}

// weight is about how many instructions an expression compiles to.
func weight(r *syntax.Regexp) int {
	n := 1 + len(r.Rune)
	for _, sub := range r.Sub {
		n += weight(sub)
	}
	if r.Op == syntax.OpRepeat {
		n *= max(r.Min, r.Max, 1)
	}
	return min(n, maxPattern+1)
}
