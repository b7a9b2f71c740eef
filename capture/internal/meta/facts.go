package meta

import (
	"encoding/json"
	"strings"
)

// Cause is capture.Cause in a comment.
type Cause struct {
	Token  string `json:"token"`
	Target string `json:"target,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Fact is capture.Fact in a comment.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// What is kept of facts, so that they fit a comment, which has 16 bits of length: a
// certificate of 4 kB, which is a large one, four of them and what else there is.
const (
	maxFacts     = 64
	maxFactKey   = 64
	maxFactValue = 6 << 10
	maxFactBytes = 48 << 10 // as JSON, in which a hostile byte takes six
)

// Fit returns the facts as they can be written: valid UTF-8, and not too many or
// too long.
func Fit(facts []Fact) []Fact {
	var kept []Fact
	left := maxFactBytes
	for _, x := range facts[:min(len(facts), maxFacts)] {
		key, value := cutText(x.Key, maxFactKey), cutText(x.Value, maxFactValue)
		if left -= written(key) + written(value); left < 0 {
			break
		}
		kept = append(kept, Fact{key, value})
	}
	return kept
}

// written is how many bytes s takes as JSON.
func written(s string) int {
	p, _ := json.Marshal(s) // a string always can be
	return len(p)
}

// cutText is valid UTF-8 of at most n bytes.
func cutText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// Fit returns the cause as it can be written.
func (c Cause) Fit() Cause {
	return Cause{cutText(c.Token, maxFactKey), cutText(c.Target, maxFactValue), cutText(c.Detail, maxFactValue)}
}
