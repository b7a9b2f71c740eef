package check

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Options are common to all forms.
type Options struct {
	// ShowSecrets writes stream keys and tokens as they are.
	ShowSecrets bool
	// FailOn is the severity from which on a session counts as failed.
	FailOn session.Severity
	// Incomplete says that not all could be read, so that another exit code says that.
	Incomplete bool
	// Version is that of the program.
	Version string
}

// Text writes results for a person at a terminal.
func Text(w io.Writer, results []*Result, o Options) error {
	out := bufio.NewWriter(w)
	for _, r := range results {
		fmt.Fprintf(out, "%s\n", text.Safe(r.File))
		if len(r.Sessions) == 0 {
			fmt.Fprintln(out, "  no session")
		}
		for _, x := range r.Stories {
			fmt.Fprintf(out, "  together: %s (%s)\n", x.Words.Show(o.ShowSecrets), sessions(x))
		}
		for i := range r.Sessions {
			r.Sessions[i].text(out, o)
		}
		for _, x := range r.Expectations {
			fmt.Fprintf(out, "  %s expected %s%s\n", mark(x.Met()), text.Safe(x.Text), x.outcome())
		}
		fmt.Fprintln(out)
	}
	if end := ending(results, o); end != "" {
		fmt.Fprintln(out, end)
	}
	return out.Flush()
}

func mark(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}

func (s *Session) text(out io.Writer, o Options) {
	fmt.Fprintf(out, "\n  %s\n", s.title(o.ShowSecrets))
	fmt.Fprintf(out, "    verdict   %s\n", s.verdict(o.ShowSecrets))
	fmt.Fprintf(out, "    client    %s\n", who(s.Report.Client, s.Info.Client, o.ShowSecrets))
	told(out, s.Report.Client, o.ShowSecrets)
	fmt.Fprintf(out, "    server    %s\n", who(s.Report.Server, s.Info.Server, o.ShowSecrets))
	told(out, s.Report.Server, o.ShowSecrets)
	fmt.Fprintf(out, "    lasted    %s; %s\n", session.Duration(s.lasted()), s.ended())
	fmt.Fprintf(out, "    moved     %s; %s\n", flow(decode.FromClient, s.Info), flow(decode.FromServer, s.Info))
	for _, line := range s.Report.Table(s.Info.OpenedAt, o.ShowSecrets) {
		fmt.Fprintf(out, "    %s\n", line)
	}
	s.waited(out)
	for _, words := range s.streams(o.ShowSecrets) {
		fmt.Fprintf(out, "    stream    %s\n", words)
	}
	for _, t := range s.Report.Tracks {
		fmt.Fprintf(out, "    media     %s%s\n", s.streamOf(t), trackWords(t))
	}
	for _, f := range s.Findings {
		fmt.Fprintf(out, "    %-9s %s: %s%s\n", f.Severity, f.Rule, f.Summary.Show(o.ShowSecrets), place(f))
	}
	for _, words := range s.unjudged() {
		fmt.Fprintf(out, "    unjudged  %s\n", words)
	}
}

// told says how one can tell which program it is, where one is named.
func told(out io.Writer, f lint.Fingerprint, reveal bool) {
	if why := evidence(f, reveal); f.Name != "" && why != "" {
		fmt.Fprintf(out, "              told by: %s\n", why)
	}
}

// place says where a finding shows.
func place(f Finding) string {
	if len(f.Rows) == 0 {
		return ""
	}
	return " (" + rows(f.Rows) + ")"
}

// waited says who is waited for, and when the first picture came.
func (s *Session) waited(out io.Writer) {
	if s.Report.Stall.Words != "" {
		fmt.Fprintf(out, "    %-9s %s\n", s.waits(), s.Report.Stall.Words)
	}
	if after, ok := s.firstPicture(); ok {
		fmt.Fprintf(out, "    picture   the first keyframe came %s after the connection was opened\n", session.Duration(after))
	}
}

// firstPicture is how long it took from the connection to the first keyframe, when nothing
// is missing before it.
func (s *Session) firstPicture() (time.Duration, bool) {
	for _, step := range s.Report.Steps {
		if step.ID == lint.StepKeyFrame && step.State == lint.Done && !s.Report.MissesBefore(step.Row) {
			return step.At.Sub(s.Info.OpenedAt), true
		}
	}
	return 0, false
}
