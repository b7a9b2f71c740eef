package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Show says how a result is written.
type Show struct {
	// Secrets shows stream names and credentials instead of pseudonyms.
	Secrets bool
}

// columns is the width of text output.
const columns = 80

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

// title names a session in one line.
func (h *Head) title() string {
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

// WriteText writes the result for a terminal of 80 columns.
func (r *Result) WriteText(w io.Writer, o Show) error {
	b := bufio.NewWriter(w)
	for _, h := range []struct {
		name string
		*Head
	}{{"A", &r.A}, {"B", &r.B}} {
		wrap(b, h.name+"  ", "   ", h.title())
		wrap(b, "   ", "   ", h.About(o.Secrets))
		wrap(b, "   ", "   ", h.Outcome.Show(o.Secrets))
	}
	fmt.Fprintln(b)
	wrap(b, "", "", r.Same())
	number := 0
	for _, p := range r.Parts() {
		fmt.Fprintf(b, "\n%s\n\n", p.Title)
		for i := range p.List {
			number++
			textDifference(b, number, &p.List[i], o, number == 1)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintln(b)
		wrap(b, "Note: ", "      ", n)
	}
	return b.Flush()
}

// textDifference writes one difference; the first with what each side says.
func textDifference(b *bufio.Writer, number int, d *Difference, o Show, full bool) {
	wrap(b, fmt.Sprintf("%3d. ", number), "     ", fmt.Sprintf("%s. [%s, %s]", d.Text.Show(o.Secrets), d.Importance, d.Area))
	if !full {
		fmt.Fprintf(b, "     A %s, B %s\n", d.A.Rows(), d.B.Rows())
		return
	}
	for _, side := range []struct {
		name string
		Place
	}{{"A", d.A}, {"B", d.B}} {
		s := side.Rows()
		if side.Text != "" {
			s += ": " + side.Text.Show(o.Secrets)
		}
		wrap(b, "     "+side.name+" ", "       ", s)
	}
}

// wrap writes s in lines of 80 columns, the first after first, the others after
// indent. Words that are longer than a line are cut.
func wrap(b *bufio.Writer, first, indent, s string) {
	line := first
	start := true
	for word := range strings.FieldsSeq(s) {
		for {
			room := columns - utf8.RuneCountInString(line)
			space := " "
			if start {
				space = ""
			}
			if utf8.RuneCountInString(word)+len(space) <= room {
				line += space + word
				start = false
				break
			}
			if start {
				cut := cutAt(word, room)
				line += word[:cut]
				word = word[cut:]
			}
			fmt.Fprintln(b, strings.TrimRight(line, " "))
			line, start = indent, true
		}
	}
	fmt.Fprintln(b, strings.TrimRight(line, " "))
}

// cutAt is the byte offset of the n-th rune.
func cutAt(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
