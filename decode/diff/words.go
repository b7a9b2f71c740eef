package diff

import (
	"fmt"
	"strings"
)

// Rows names the rows of a place.
func (p Place) Rows() string {
	switch {
	case p.Row == 0:
		return "none"
	case p.Last > p.Row:
		return fmt.Sprintf("rows %d to %d", p.Row, p.Last)
	}
	return fmt.Sprintf("row %d", p.Row)
}

// Title names a session in one line.
func (h *Head) Title() string {
	s := fmt.Sprintf("%s, session %d", h.File, h.Session)
	if h.Of > 1 {
		s += fmt.Sprintf(" of %d", h.Of)
	}
	if h.Chosen != "" {
		s += " (" + h.Chosen + ")"
	}
	return s
}

// About says who spoke, in one line that is safe to show; reveal shows credentials.
func (h *Head) About(reveal bool) string {
	var parts []string
	if h.Agent != "" {
		parts = append(parts, h.Agent.Show(reveal))
	}
	if h.Engine != "" {
		parts = append(parts, "with "+h.Engine.Show(reveal))
	}
	return strings.Join(append(parts, counted(h.Messages, "message")), ", ")
}

// counted writes a number with its noun: 1 message, 2 messages.
func counted(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// Same says up to where the sessions agree.
func (r *Result) Same() string {
	switch {
	case r.Equal():
		return "Nothing differs but what must: times, random bytes, ports, numbers."
	case r.SameA == 0:
		return "The sessions differ from the first step on."
	}
	return fmt.Sprintf("Up to row %d of A and row %d of B both say the same in all that matters.", r.SameA, r.SameB)
}

// Part is a group of differences that are shown together, under its Title.
type Part struct {
	Title string
	List  []Difference
}

// Parts groups the differences: the first, the others, and what follows; none when
// nothing differs.
func (r *Result) Parts() (out []Part) {
	if r.Equal() {
		return nil
	}
	rest := r.Differences[1:]
	n := 0
	for n < len(rest) && !rest[n].Follows {
		n++
	}
	for _, p := range []Part{
		{"First difference", r.Differences[:1]},
		{"Further differences, most important first", rest[:n]},
		{"What probably follows from these", rest[n:]},
	} {
		if len(p.List) > 0 {
			out = append(out, p)
		}
	}
	return out
}
