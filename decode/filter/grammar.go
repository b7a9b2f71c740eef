package filter

import (
	"regexp"
	"strings"
)

var unexpected = regexp.MustCompile(`^unexpected token \w+\((".*")\)$`)

// grammar puts what the parser says into plain words.
func grammar(message string) string {
	switch {
	case strings.Contains(message, "token EOF"), strings.Contains(message, "unexpected end"):
		return "something is missing at the end"
	case strings.Contains(message, `Operator("=")`):
		return "use == to compare"
	case strings.Contains(message, "not terminated"):
		return "a text in quotes is not closed"
	case strings.Contains(message, "maximum allowed nodes"):
		return "the filter has too many parts"
	case strings.Contains(message, "unrecognized character"):
		return "this character means nothing here; put text in quotes"
	}
	if m := unexpected.FindStringSubmatch(message); m != nil {
		return m[1] + ` is not expected here; an "and" or "or" may be missing, or quotes around a text`
	}
	return message
}
