// Package diff writes the comparison of two sessions: as text for a terminal, as
// Markdown for an issue, as JSON for programs, and as an HTML page. What is compared,
// and the sentences that say what differs, come from decode/diff; here they are only
// laid out, each form with the escapes it needs.
//
// All functions are pure and safe for concurrent use; they return the errors of the
// writer.
package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/diff"
)

// Show says how a result is written.
type Show struct {
	// Secrets shows stream names and credentials instead of pseudonyms.
	Secrets bool
}

// columns is the width of text output.
const columns = 80

// WriteText writes the result for a terminal of 80 columns.
func WriteText(w io.Writer, r *diff.Result, o Show) error {
	b := bufio.NewWriter(w)
	for _, h := range []struct {
		name string
		*diff.Head
	}{{"A", &r.A}, {"B", &r.B}} {
		wrap(b, h.name+"  ", "   ", h.Title())
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
func textDifference(b *bufio.Writer, number int, d *diff.Difference, o Show, full bool) {
	wrap(b, fmt.Sprintf("%3d. ", number), "     ", fmt.Sprintf("%s. [%s, %s]", d.Text.Show(o.Secrets), d.Importance, d.Area))
	if !full {
		fmt.Fprintf(b, "     A %s, B %s\n", d.A.Rows(), d.B.Rows())
		return
	}
	for _, side := range []struct {
		name string
		diff.Place
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
