package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// table is the procedure as lines of text, fit to show.
func (s *story) table() []string {
	if s.steps == nil {
		return nil
	}
	lines := s.steps.Table(s.Info.OpenedAt, s.opts.ShowSecrets)
	for i := range lines {
		lines[i] = s.opts.mask.text(lines[i])
	}
	return lines
}

// writeProcedure writes the procedure of a session in front of its ladder.
func (s *story) writeProcedure(w io.Writer) {
	lines := s.table()
	for _, line := range lines {
		fmt.Fprintf(w, "  %s\n", line)
	}
	if len(lines) > 0 {
		fmt.Fprintln(w)
	}
}

// markdownProcedure writes the procedure as code, where text from the wire means
// nothing.
func (s *story) markdownProcedure(w io.Writer) {
	table := strings.Join(s.table(), "\n")
	if table == "" {
		return
	}
	fence := strings.Repeat("`", max(text.LongestTicks(table)+1, 3))
	fmt.Fprintf(w, "### Procedure\n\n%stext\n%s\n%s\n\n", fence, table, fence)
}

// procedureLine is one line of the procedure in a page.
type procedureLine struct {
	Heading              bool
	Class, Branch        string
	Mark, Title          string
	Who, At, After, Said string
	Row, Anchor          uint32
}

// Procedure lists the tree of the connection and its streams, and their steps.
func (s *story) Procedure() (out []procedureLine) {
	if s.steps == nil {
		return nil
	}
	lines := s.steps.Outline()
	for i := range lines {
		out = append(out, s.procedureLine(&lines[i]))
	}
	return out
}

func (s *story) procedureLine(l *lint.Line) procedureLine {
	show := s.opts.ShowSecrets
	p := procedureLine{Heading: l.Step == nil, Branch: strings.ReplaceAll(l.Branch, " ", "\u00a0"), Title: s.opts.mask.text(l.Title(show)), Row: l.Row, Class: "heading"}
	if l.Row > 0 {
		p.Anchor = s.Anchor(l.Row)
	}
	x := l.Step
	if x == nil {
		return p
	}
	p.Class, p.Mark, p.Who, p.Said = stepClass(x), x.Mark(), x.Who.String(), s.opts.mask.text(x.Said(show))
	if x.Row > 0 {
		p.At = text.Lapse(x.At.Sub(s.Info.OpenedAt))
	}
	if x.Row > 0 && x.Latency > 0 {
		p.After = text.Lapse(x.Latency)
	}
	return p
}

// stepClass is how a step looks: something that stands out, or is left out.
func stepClass(x *lint.Step) string {
	switch {
	case x.State == lint.Refused:
		return "error"
	case x.State == lint.Waiting || x.State == lint.Missed || x.State == lint.TooLate || x.Order.Waits:
		return "warning"
	case x.Row == 0:
		return "left"
	}
	return "done"
}
