package diff

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// finding is what one rule found about one side, as it stood last.
type finding struct {
	rule      string
	side      session.Side
	severity  session.Severity
	row, last uint32 // of the first and of the last such row
	words     text.Marked
}

// finding takes in a row of a rule.
func (c *Collector) finding(s *Session, e *session.Entry) {
	f := e.Finding
	if old := s.foundBy(f.Rule, f.Side); old != nil {
		old.last = e.Number
		if f.Over || f.Severity > old.severity { // of several of one kind the gravest speaks
			old.severity, old.words = f.Severity, f.Summary
		}
		return
	}
	if c.facts >= maxTotal {
		s.truncated = true
		return
	}
	c.facts++
	s.findings = append(s.findings, finding{f.Rule, f.Side, f.Severity, e.Number, e.Number, f.Summary})
}

// foundBy returns what a rule found about a side, or nil.
func (s *Session) foundBy(rule string, side session.Side) *finding {
	i := slices.IndexFunc(s.findings, func(f finding) bool { return f.rule == rule && f.side == side })
	if i < 0 {
		return nil
	}
	return &s.findings[i]
}

func (f *finding) place() Place { return Place{f.row, f.last, f.words} }

// weight is how much a finding matters that one session has alone; 0 when it is not
// told.
func (f *finding) weight() Importance {
	switch {
	case f == nil || f.severity < session.Warning:
		return 0
	case f.severity == session.Warning:
		return Notable
	}
	return Decisive
}

// findings compares what the rules found.
func (c *comparison) findings() {
	for n := range 2 {
		mine, other, _ := c.side(n)
		for i := range mine.findings {
			f := &mine.findings[i]
			g := other.foundBy(f.rule, f.side)
			if f.weight() <= g.weight() {
				continue // told of the other session, or both have it
			}
			there := Place{}
			if g != nil {
				there = g.place()
			}
			a, b := sided(n, f.place(), there)
			c.tell(Found, f.weight(), c.placeOf(n, f.row), a, b, "%s %s (%s %s)", only(n, g.weight() > 0), f.words, f.severity, f.rule)
		}
	}
}

// only says in which session something was found, or found to be graver.
func only(n int, both bool) string {
	if both {
		return "Graver in " + which(n == 0) + ":"
	}
	return "Only in " + which(n == 0) + ":"
}
