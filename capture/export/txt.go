package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode"
)

// rungWidth is the room between client and server, in characters.
const rungWidth = 38

// writeText writes each session as a ladder:
//
//	row       time  client                                  server
//	  8   0.001234  │ ── connect ──────────────────────────▶ │  to app "live" …
//
// with the time in seconds since the session was opened, a line for each phase
// and one line for a run of media.
func writeText(j *job) error {
	r, err := tell(j, maxSteps)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(j.w)
	fmt.Fprintf(w, "%s\n", r.Title)
	if r.Description != "" {
		fmt.Fprintf(w, "  %s\n", r.Description)
	}
	if origin := r.Origin(); origin != "" {
		fmt.Fprintf(w, "  %s\n", origin)
	}
	fmt.Fprintf(w, "  %s\n", r.footer(r.Version))
	writeNotes(w, "  ", r.NotesOf(0))
	for _, words := range r.Together {
		fmt.Fprintf(w, "  together: %s\n", words)
	}
	for _, s := range r.Stories {
		fmt.Fprintf(w, "\nSession %d: %s to %s\n", s.Number, s.Info.Client, s.Info.Server)
		if s.Verdict != "" {
			fmt.Fprintf(w, "  %-16s %s\n", "verdict", s.Verdict)
		}
		for _, f := range s.Facts()[2:] {
			fmt.Fprintf(w, "  %-16s %s\n", f.Name, f.Value)
		}
		writeNotes(w, "  ", r.NotesOf(s.Number))
		for _, f := range s.Findings {
			fmt.Fprintf(w, "  %-16s %s\n", f.Severity+":", f.Words())
		}
		fmt.Fprintln(w)
		s.writeProcedure(w)
		s.ladder.write(w, maxSteps)
	}
	return w.Flush()
}

func writeNotes(w io.Writer, indent string, notes []Note) {
	for _, n := range notes {
		fmt.Fprintf(w, "%sannotation: %s%s\n", indent, n.Text, atRow(n.Row))
	}
}

func atRow(row uint32) string {
	if row == 0 {
		return ""
	}
	return fmt.Sprintf(" (row %d)", row)
}

// Words is the verdict in one line.
func (f *finding) Words() string {
	s := f.Text
	if f.Side != "" {
		s += " [" + f.Side + "]"
	}
	s += " (" + f.Rule
	if len(f.Rows) > 0 {
		s += ", " + rowList(f.Rows)
	}
	return s + ")"
}

// rowList names rows: "row 5", "rows 5, 9 and 3 more".
func rowList(rows []uint32) string {
	const most = 4
	var b strings.Builder
	b.WriteString("row")
	if len(rows) > 1 {
		b.WriteString("s")
	}
	for i, n := range rows {
		if i == most && len(rows) > most+1 {
			fmt.Fprintf(&b, " and %d more", len(rows)-most)
			break
		}
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, " %d", n)
	}
	return b.String()
}

// write draws at most that many rungs, the later ones of a long ladder left out.
func (l *ladder) write(w io.Writer, most int) {
	fmt.Fprintf(w, "%8s %11s  %-*s%s\n", "row", "seconds", rungWidth, "client", "server")
	for i := range l.Steps[:min(len(l.Steps), most)] {
		l.Steps[i].write(w)
	}
	if left := len(l.Steps) - most; left > 0 || l.Left > 0 {
		fmt.Fprintf(w, "%8s … %d more lines are left out; --as jsonl writes all rows\n", "", max(left, 0)+l.Left)
	}
}

func (s *step) write(w io.Writer) {
	if s.Kind == phaseStep {
		title := " " + s.Label + " "
		fmt.Fprintf(w, "%8s %11.6f  ├─%s%s┤\n", "", s.At.Seconds(), title, strings.Repeat("─", max(rungWidth-1-utf8.RuneCountInString(title), 0)))
		return
	}
	words := s.Words()
	if s.Stream != "" {
		words = strings.TrimSpace(words + "  " + s.Stream)
	}
	if s.Bad {
		words = "! " + words
	}
	fmt.Fprintf(w, "%8d %11.6f  │%s│  %s\n", s.First, s.At.Seconds(), s.rung(), words)
}

// rung draws what stands between the two rails.
func (s *step) rung() string {
	name := s.Name()
	fill := strings.Repeat("─", max(rungWidth-7-utf8.RuneCountInString(name), 0))
	switch {
	case s.Kind == eventStep || s.Kind == findStep:
		return fmt.Sprintf(" %-*s", rungWidth-1, "· "+name)
	case s.Both:
		return " ◀─ " + name + " " + fill + "▶ "
	case s.From == decode.FromServer:
		return " ◀─ " + name + " " + fill + "─ "
	}
	return " ── " + name + " " + fill + "▶ "
}
