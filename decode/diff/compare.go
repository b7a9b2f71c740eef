package diff

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxDifferences bounds a result; nobody reads more.
const maxDifferences = 1000

// comparison is two sessions while they are compared. match[0][i] is the step of
// B that step i of A is matched with, -1 if none; match[1] the other way round.
type comparison struct {
	a, b    *Session
	o       Options
	match   [2][]int
	shifted map[int]bool // matched steps of A that stand elsewhere in B
	told    [2]map[int]bool
	endTold bool
	more    int // differences beyond maxDifferences
	found   []Difference
	at      [2][]float64 // places of the steps in the order of A
}

func newComparison(a, b *Session, o Options) *comparison {
	c := &comparison{a: a, b: b, o: o, shifted: map[int]bool{}, told: [2]map[int]bool{{}, {}}}
	c.match = [2][]int{unmatched(len(a.steps)), unmatched(len(b.steps))}
	for lane := range 4 {
		c.alignLane(lane)
	}
	c.places()
	return c
}

func unmatched(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// alignLane matches the steps of one lane: first those that are the same in
// order, then, in each gap between them, those that are the same question
// answered in another way, then those that moved.
func (c *comparison) alignLane(lane int) {
	ia, ib := c.a.lane(lane), c.b.lane(lane)
	for _, p := range align(c.a.keys(ia), c.b.keys(ib)) {
		c.pair(ia[p[0]], ib[p[1]])
	}
	c.pairGaps(ia, ib)
	for _, i := range ia {
		if c.match[0][i] >= 0 {
			continue
		}
		for _, j := range ib {
			if c.match[1][j] < 0 && c.a.steps[i].key == c.b.steps[j].key {
				c.pair(i, j)
				c.shifted[i] = true
				break
			}
		}
	}
}

func (c *comparison) pair(i, j int) { c.match[0][i], c.match[1][j] = j, i }

// pairGaps matches by loose keys what stands between two matches.
func (c *comparison) pairGaps(ia, ib []int) {
	next := 0
	for start := 0; start < len(ia); {
		if j := c.match[0][ia[start]]; j >= 0 {
			next = slices.Index(ib, j) + 1
			start++
			continue
		}
		for j := next; j < len(ib) && c.match[1][ib[j]] < 0; j++ {
			s, t := &c.a.steps[ia[start]], &c.b.steps[ib[j]]
			if s.area == Answer && (s.loose == t.loose || s.plain == t.plain) {
				c.pair(ia[start], ib[j])
				next = j + 1
				break
			}
		}
		start++
	}
}

// lane returns the indexes of the steps of a lane.
func (s *Session) lane(lane int) (out []int) {
	for i := range s.steps {
		if s.steps[i].lane() == lane {
			out = append(out, i)
		}
	}
	return out
}

func (s *Session) keys(steps []int) []string {
	out := make([]string, len(steps))
	for i, n := range steps {
		out[i] = s.steps[n].key
	}
	return out
}

// places gives each step of B the place of the step of A that it is matched
// with, or one just behind the last matched step before it.
func (c *comparison) places() {
	c.at[0], c.at[1] = make([]float64, len(c.a.steps)), make([]float64, len(c.b.steps))
	for i := range c.at[0] {
		c.at[0][i] = float64(i)
	}
	last := -1.0
	for j, i := range c.match[1] {
		if i < 0 {
			c.at[1][j] = last + 0.5
			continue
		}
		c.at[1][j] = float64(i)
		if !c.shifted[i] {
			last = max(last, float64(i))
		}
	}
}

// tell adds a difference.
func (c *comparison) tell(area Area, w Importance, at float64, a, b Place, format string, args ...any) {
	if len(c.found) == maxDifferences {
		c.more++
		return
	}
	c.found = append(c.found, Difference{Area: area, Importance: w, at: at, A: a, B: b, Text: text.Marked(fmt.Sprintf(format, args...))})
}

// steps compares the steps that both sessions have.
func (c *comparison) steps() {
	for i, j := range c.match[0] {
		if j < 0 {
			continue
		}
		s, t := &c.a.steps[i], &c.b.steps[j]
		if s.key != t.key {
			c.otherAnswer(i, s, t)
			continue
		}
		c.facts(i, s, t)
		if s.changed != t.changed && s.count > 1 && t.count > 1 {
			c.tell(s.area, Minor, float64(i), s.place(), t.place(), "The %s repeats %s with other content in %s only", s.from, s.short, which(s.changed))
		}
	}
}

// which names the session for which something is true.
func which(a bool) string {
	if a {
		return "A"
	}
	return "B"
}

// otherAnswer tells of a question that gets another answer.
func (c *comparison) otherAnswer(i int, s, t *step) {
	w := min(max(s.weight, t.weight), Notable)
	if s.refused != t.refused {
		w = Decisive
	}
	question := "The " + s.from.String() + " says"
	if s.replyTo >= 0 {
		question = "The " + s.from.String() + " answers " + c.a.steps[s.replyTo].request + " with"
	}
	x, y := s.answerWords(), t.answerWords()
	if x == y {
		x, y = text.Marked(s.short), text.Marked(t.short)
	}
	c.tell(Answer, w, float64(i), s.place(), t.place(), "%s %s in A and %s in B", question, x, y)
}

// answerWords is what an answer comes down to.
func (s *step) answerWords() text.Marked {
	if f := s.fact(s.codeName()); f != nil {
		return f.value
	}
	return text.Marked(cmp.Or(s.answer, s.short))
}

// codeName finds the fact that holds the status code.
func (s *step) codeName() string {
	for i := range s.facts {
		if s.facts[i].key == "code" {
			return s.facts[i].name
		}
	}
	return ""
}
