package diff

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// side gives the parts of a comparison from the view of A (0) or B (1).
func (c *comparison) side(n int) (mine, other *Session, match []int) {
	if n == 0 {
		return c.a, c.b, c.match[0]
	}
	return c.b, c.a, c.match[1]
}

// sided orders two places as A and B.
func sided(n int, mine, other Place) (Place, Place) {
	if n == 0 {
		return mine, other
	}
	return other, mine
}

// answers tells of questions that are answered in one session only.
func (c *comparison) answers() {
	for n := range 2 {
		mine, other, match := c.side(n)
		for i := range mine.steps {
			s := &mine.steps[i]
			if s.replyTo < 0 || match[i] >= 0 {
				continue
			}
			j := match[s.replyTo]
			if j < 0 {
				c.told[n][i] = true // the question itself is missing, which is told
				continue
			}
			if !other.steps[j].replied {
				c.told[n][i] = true
				c.unanswered(n, s, &other.steps[j], c.at[n][i])
			}
		}
	}
}

// unanswered tells of one question that other never gets an answer to.
func (c *comparison) unanswered(n int, s, question *step, at float64) {
	_, other, _ := c.side(n)
	yes, no := which(n == 0), which(n != 0)
	w := question.weight
	if question.weight < Decisive {
		w = Notable
	}
	silence := question.place()
	ends := ""
	if e := &other.end; e.known && e.from == s.from && w == Decisive {
		c.endTold = true
		at = c.at[n][s.replyTo] + 0.25 // the silence begins with the question
		silence = Place{Row: e.row, Last: e.row, Text: e.words}
		ends = fmt.Sprintf(": the %s %s after %s without an answer", e.from, e.verb(), question.short)
	}
	a, b := sided(n, s.place(), silence)
	c.tell(Answer, w, at, a, b, "The %s answers %s with %s in %s and not in %s%s",
		s.from, question.short, s.answerWords(), yes, no, ends)
}

// verb says what the closer does.
func (e *ending) verb() string {
	if e.how == session.Reset {
		return "resets the connection"
	}
	return "closes"
}

// onlyOne tells of steps that one session has alone, those that follow each
// other as one difference.
func (c *comparison) onlyOne() {
	for n := range 2 {
		mine, _, match := c.side(n)
		for lane := range 4 {
			var group []int
			for _, i := range append(mine.lane(lane), -1) {
				alone := i >= 0 && match[i] < 0
				if alone && !c.told[n][i] && !mine.steps[i].late && !c.unwatched(n, i) {
					group = append(group, i)
				}
				if !alone && len(group) > 0 {
					c.alone(n, group)
					group = nil
				}
			}
		}
	}
}

// unwatched reports whether nobody can know if the other session would have had that
// step of one too: it only says goodbye, or comes later than the other was watched,
// and no peer ended the other.
func (c *comparison) unwatched(n, i int) bool {
	mine, other, _ := c.side(n)
	s := &mine.steps[i]
	return other.end.by() == EndUnknown && (s.goodbye || s.at > other.watched)
}

// alone tells of a group of steps of one session.
func (c *comparison) alone(n int, group []int) {
	mine, _, _ := c.side(n)
	var names []string
	weight, area := Minor, mine.steps[group[0]].area
	words := text.Marked("")
	for k, i := range group {
		s := &mine.steps[i]
		name := s.short
		if s.count > 1 {
			name += fmt.Sprintf(" (%d times)", s.count)
		}
		names = append(names, name)
		if s.weight > weight {
			weight, area = s.weight, s.area
		}
		if k == 0 {
			words = s.place().Text
		}
	}
	first, last := &mine.steps[group[0]], &mine.steps[group[len(group)-1]]
	p := Place{Row: first.row, Last: max(last.row, first.row), Text: words}
	if len(group) > 1 {
		p.Text += text.Marked(fmt.Sprintf(" and %d more", len(group)-1))
	}
	a, b := sided(n, p, Place{})
	c.tell(area, weight, c.at[n][group[0]], a, b, "Only in %s the %s sends %s", which(n == 0), first.from, list(names, 8))
}

// moved tells of steps that both sessions have at another place.
func (c *comparison) moved() {
	for i, j := range c.match[0] {
		if j < 0 || !c.shifted[i] || c.a.steps[i].media {
			continue
		}
		s, t := &c.a.steps[i], &c.b.steps[j]
		w := max(min(s.weight, Notable), Minor)
		c.tell(s.area, w, float64(min(i, int(c.at[1][j]))), s.place(), t.place(), "The %s sends %s %s in A and %s in B",
			s.from, s.short, before(c.a, i), before(c.b, j))
	}
}

// before says where a step stands among those of its lane.
func before(s *Session, i int) string {
	for j := i - 1; j >= 0; j-- {
		if s.steps[j].lane() == s.steps[i].lane() {
			return "after " + s.steps[j].short
		}
	}
	return "first of all"
}

// endings compares who closed, and how.
func (c *comparison) endings() {
	x, y := &c.a.end, &c.b.end
	if c.endTold || x.by() == EndUnknown || y.by() == EndUnknown {
		return
	}
	w := Minor
	switch {
	case x.from != y.from && (c.a.Role == session.Publish || c.b.Role == session.Publish):
		w = Decisive // nobody but the publisher ends a stream that goes well
	case x.from != y.from:
		w = Notable
	case x.how == y.how:
		return
	}
	place := func(e *ending) Place { return Place{Row: e.row, Last: e.row, Text: e.words} }
	at := min(c.placeOf(0, x.row), c.placeOf(1, y.row))
	c.tell(Ending, w, at, place(x), place(y), "In A %s, in B %s", x.sentence(), y.sentence())
}

// by says who ended the session, as far as a peer did.
func (e *ending) by() Ender {
	switch {
	case !e.known || e.byUs:
		return EndUnknown
	case e.from == decode.FromServer:
		return EndedByServer
	}
	return EndedByClient
}

func (e *ending) sentence() string {
	s := fmt.Sprintf("the %s %s", e.from, e.verb())
	if e.after != "" {
		s += " after " + e.after
	}
	if len(e.waiting) > 0 && e.from == decode.FromServer {
		s += ", with " + e.waiting[0] + " unanswered"
	}
	return s
}
