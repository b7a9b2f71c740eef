package check

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Markdown writes results for an issue or a build summary.
func Markdown(w io.Writer, results []*Result, o Options) error {
	var b strings.Builder
	for _, r := range results {
		fmt.Fprintf(&b, "## %s\n", text.Markdown(text.Safe(r.File)))
		for _, x := range r.Stories {
			fmt.Fprintf(&b, "\n- together: %s (%s)\n", text.Markdown(x.Words.Show(o.ShowSecrets)), sessions(x))
		}
		r.markdownOrigin(&b)
		for _, s := range r.gravestFirst() {
			s.markdown(&b, o)
		}
		for _, x := range r.Expectations {
			fmt.Fprintf(&b, "\n- %s expected %s%s\n", mark(x.Met()), text.MarkdownCode(text.Safe(x.Text)), x.outcome())
		}
		b.WriteString("\n")
	}
	markdownFooter(&b, o)
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownOrigin says when a capture was made.
func (r *Result) markdownOrigin(b *strings.Builder) {
	const layout = "2006-01-02 15:04:05"
	if began, last := r.span(); began != nil {
		fmt.Fprintf(b, "\nCaptured %s to %s UTC.\n", began.Format(layout), last.Format(layout))
	}
}

// markdownFooter says what wrote it, and what is hidden.
func markdownFooter(b *strings.Builder, o Options) {
	if by := o.writer(); by != "" {
		fmt.Fprintf(b, "Written by %s. ", text.Markdown(by))
	}
	if o.ShowSecrets {
		b.WriteString("This page contains stream keys and tokens in plain text.\n")
		return
	}
	b.WriteString("Stream keys and tokens are masked: ••••9e95 stands for one, and the same digits stand for the same one.\n")
}

// gravestFirst are the sessions, those first that somebody reads a report for.
func (r *Result) gravestFirst() []*Session {
	all := make([]*Session, len(r.Sessions))
	for i := range all {
		all[i] = &r.Sessions[i]
	}
	slices.SortStableFunc(all, func(a, b *Session) int {
		return int(max(b.Info.Worst, b.short())) - int(max(a.Info.Worst, a.short()))
	})
	return all
}

func (s *Session) markdown(b *strings.Builder, o Options) {
	fmt.Fprintf(b, "\n### %s\n\n", text.Markdown(s.title(o.ShowSecrets)))
	fmt.Fprintf(b, "**%s**\n\n", text.Markdown(s.verdict(o.ShowSecrets)))
	fmt.Fprintf(b, "- client: %s\n- server: %s\n- lasted %s; %s\n", text.Markdown(who(s.Report.Client, s.Info.Client, o.ShowSecrets)),
		text.Markdown(who(s.Report.Server, s.Info.Server, o.ShowSecrets)), session.Duration(s.lasted()), text.Markdown(s.ended()))
	fmt.Fprintf(b, "- %s; %s\n", flow(decode.FromClient, s.Info), flow(decode.FromServer, s.Info))
	for _, words := range s.streams(o.ShowSecrets) {
		fmt.Fprintf(b, "- stream %s\n", text.Markdown(words))
	}
	for _, t := range s.Report.Tracks {
		fmt.Fprintf(b, "- %s%s\n", s.streamOf(t), text.Markdown(trackWords(t)))
	}
	s.markdownFindings(b, o)
	s.markdownProcedure(b, o)
}

// markdownProcedure writes the steps as they stand at a terminal.
func (s *Session) markdownProcedure(b *strings.Builder, o Options) {
	table := strings.Join(s.Report.Table(s.Info.OpenedAt, o.ShowSecrets), "\n")
	if table == "" {
		return
	}
	fence := strings.Repeat("`", max(text.LongestTicks(table)+1, 3))
	fmt.Fprintf(b, "\n%stext\n%s\n%s\n", fence, table, fence)
}

func (s *Session) markdownFindings(b *strings.Builder, o Options) {
	if len(s.Findings) == 0 {
		b.WriteString("- no findings\n")
		return
	}
	b.WriteString("\n| severity | rule | what | rows |\n|---|---|---|---|\n")
	for _, f := range s.Findings {
		fmt.Fprintf(b, "| %s | `%s` | %s | %s |\n", f.Severity, f.Rule, text.Markdown(f.Summary.Show(o.ShowSecrets)), rows(f.Rows))
	}
}
