package export

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// These keep a report below what forums and issue trackers accept in one post
// (65,536 characters on GitHub), for sessions of ordinary size.
const (
	maxMarkdownRungs = 240 // of all sessions
	minMarkdownRungs = 40  // of each

	maxMarkdownSummary    = 50 // sessions
	maxMarkdownProcedures = 8  // sessions; with more, check and the other reports have them
)

// writeMarkdown writes a report for a public thread, in CommonMark with GitHub's
// tables. Text from the wire stands in code, where nothing is a link, a mention,
// an image or HTML.
func writeMarkdown(j *job) error {
	r, err := tell(j, maxSteps)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(j.w)
	fmt.Fprintf(w, "# %s\n\n", prose(r.Title))
	for _, words := range []string{r.Description, r.Origin()} {
		if words != "" {
			fmt.Fprintf(w, "%s\n\n", prose(words))
		}
	}
	markdownNotes(w, r.NotesOf(0))
	r.markdownSummary(w)
	for _, s := range r.Stories {
		r.markdown(w, s)
	}
	fmt.Fprintf(w, "%s\n", r.footer(prose(r.Version)))
	return w.Flush()
}

// footer says who wrote the report and what is hidden.
func (r *report) footer(version string) string {
	s := strings.TrimSpace("Written by rtmpscope " + version)
	if r.Masked {
		return s + ". Stream keys and tokens are masked: ••••9e95 stands for one, and the same digits stand for the same one."
	}
	return s + ". This report contains stream keys and tokens in plain text."
}

// markdownSummary is one line a session, when there are several.
func (r *report) markdownSummary(w io.Writer) {
	if len(r.Stories) < 2 {
		return
	}
	for _, words := range r.Together {
		fmt.Fprintf(w, "- %s\n", prose(words))
	}
	for i, s := range r.Stories {
		if i == maxMarkdownSummary {
			fmt.Fprintf(w, "- and %d more sessions\n", len(r.Stories)-i)
			break
		}
		line := strings.TrimSpace(s.Mark() + " " + prose(s.Name()))
		if s.Verdict != "" {
			line += " — " + prose(s.Verdict)
		}
		fmt.Fprintf(w, "- %s\n", line)
	}
	fmt.Fprintln(w)
}

func (r *report) markdown(w io.Writer, s *story) {
	fmt.Fprintf(w, "## Session %d\n\n", s.Number)
	if s.Verdict != "" {
		fmt.Fprintf(w, "**%s**\n\n", prose(s.Verdict))
	}
	fmt.Fprint(w, "| | |\n|---|---|\n")
	for _, f := range s.Facts() {
		fmt.Fprintf(w, "| %s | %s |\n", prose(f.Name), text.MarkdownCell(f.Value))
	}
	fmt.Fprintln(w)
	if len(s.Findings) > 0 {
		fmt.Fprint(w, "### Findings\n\n")
		for _, f := range s.Findings {
			fmt.Fprintf(w, "- **%s** %s\n", f.Severity, prose(f.Words()))
			f.markdownAdvice(w)
		}
		fmt.Fprintln(w)
	}
	markdownNotes(w, r.NotesOf(s.Number))
	for _, m := range s.Metadata {
		fmt.Fprintf(w, "### onMetaData from the %s, row %d\n\n| name | value |\n|---|---|\n", m.From, m.Row)
		for _, f := range m.Entries {
			fmt.Fprintf(w, "| %s | %s |\n", text.MarkdownCell(f.Name), text.MarkdownCell(f.Value))
		}
		fmt.Fprintln(w)
	}
	if len(r.Stories) <= maxMarkdownProcedures {
		s.markdownProcedure(w)
	}
	fmt.Fprint(w, "### Ladder\n\n")
	var b bytes.Buffer
	s.ladder.write(&b, max(maxMarkdownRungs/len(r.Stories), minMarkdownRungs))
	fence := strings.Repeat("`", max(text.LongestTicks(b.String())+1, 3))
	fmt.Fprintf(w, "%stext\n%s%s\n\n", fence, b.String(), fence)
}

// markdownAdvice says why a finding matters and what to do. What is only noted
// is left without, to keep the report short.
func (f *finding) markdownAdvice(w io.Writer) {
	if f.Why == "" || f.Severity == session.Note.String() {
		return
	}
	fmt.Fprintf(w, "  - Why: %s\n", text.Markdown(f.Why))
	if f.Fix != "" {
		fmt.Fprintf(w, "  - What to do: %s\n", text.Markdown(f.Fix))
	}
}

func markdownNotes(w io.Writer, notes []Note) {
	if len(notes) == 0 {
		return
	}
	fmt.Fprint(w, "### Annotations\n\n")
	for _, n := range notes {
		fmt.Fprintf(w, "- %s%s\n", prose(n.Text), atRow(n.Row))
	}
	fmt.Fprintln(w)
}

// prose returns safe text as running text when nothing in it means anything to
// Markdown, otherwise as code.
func prose(s string) string {
	const harmless = " ,;?\"'/%=()–“”’…•-.:"
	for _, r := range s {
		if !isWordRune(r) && !strings.ContainsRune(harmless, r) {
			return text.MarkdownCode(s)
		}
	}
	lower := strings.ToLower(s)
	if strings.Contains(lower, "://") || strings.Contains(lower, "www.") || s != "" && !isWordRune([]rune(s)[0]) || startsList(s) {
		return text.MarkdownCode(s)
	}
	return s
}

func isWordRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// startsList reports whether s would begin an ordered list: "1. x", "1) x".
func startsList(s string) bool {
	rest := strings.TrimLeft(s, "0123456789")
	return rest != s && rest != "" && (rest[0] == '.' || rest[0] == ')')
}
