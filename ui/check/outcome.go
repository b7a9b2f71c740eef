package check

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Fails reports whether a session is not good enough: something was found that is as
// grave as failOn, or it ended before it had what its client came for. A connection
// that came for nothing, as probes do, falls short too, but not gravely.
func (s *Session) Fails(failOn session.Severity) bool {
	return s.Info.Worst >= failOn || s.short() >= failOn
}

// short is how grave it is that the session ended before it had got anywhere, 0 when
// it got there.
func (s *Session) short() session.Severity {
	switch {
	case s.Report.Shortfall == "":
		return 0
	case s.Info.Role == session.RoleUnknown:
		return session.Warning
	}
	return session.Error
}

// Fails reports whether a capture is not good enough: one of its sessions is not, an
// expectation was not met, or it holds no session at all.
func (r *Result) Fails(failOn session.Severity) bool {
	return len(r.Sessions) == 0 || len(r.Broken()) > 0 || slices.ContainsFunc(r.Sessions, func(s Session) bool { return s.Fails(failOn) })
}

// Only keeps the sessions with these numbers, with the expectations of them. It
// returns a number that no session has, or 0.
func (r *Result) Only(numbers []uint32) (missing uint32) {
	for _, n := range numbers {
		if !slices.ContainsFunc(r.Sessions, func(s Session) bool { return s.Info.Number == n }) {
			return n
		}
	}
	r.Sessions = slices.DeleteFunc(r.Sessions, func(s Session) bool { return !slices.Contains(numbers, s.Info.Number) })
	r.Stories = slices.DeleteFunc(r.Stories, func(x session.Story) bool {
		return !slices.ContainsFunc(x.Sessions, func(n uint32) bool { return slices.Contains(numbers, n) })
	})
	for i := range r.Expectations {
		r.Expectations[i] = r.Expectations[i].settle(r.Sessions)
	}
	return 0
}

// ending says in one line what was found in all and what the exit code makes of it,
// or "" when there is nothing to say.
func ending(results []*Result, o Options) string {
	var counts [session.Error + 1]int
	short, empty, broken, fails := 0, 0, 0, false
	for _, r := range results {
		fails = fails || r.Fails(o.FailOn)
		broken += len(r.Broken())
		if len(r.Sessions) == 0 {
			empty++
		}
		for i := range r.Sessions {
			s := &r.Sessions[i]
			for _, f := range s.Findings {
				counts[f.Severity]++
			}
			if s.short() > max(session.Note, s.Info.Worst) {
				short++
			}
		}
	}
	var parts []string
	for severity := session.Error; severity >= session.Note; severity-- {
		parts = counted(parts, counts[severity], severity.String(), "")
	}
	parts = counted(parts, short, "session", " that did not get far enough")
	parts = counted(parts, broken, "expectation", " not met")
	parts = counted(parts, empty, "capture", " without a session")
	words := strings.Join(parts, ", ")
	switch {
	case words == "" || o.Incomplete:
		return words
	case fails:
		return words + "; exit 3"
	}
	return words + "; exit 0 because of --fail-on " + o.FailOn.String()
}

// counted adds how many there are of something.
func counted(parts []string, n int, what, that string) []string {
	if n == 0 {
		return parts
	}
	return append(parts, session.Counted(int64(n), what)+that)
}

// Brief is a line a session, and one for sessions that are attempts at the same thing.
func Brief(w io.Writer, results []*Result, o Options) error {
	var b strings.Builder
	for _, r := range results {
		r.brief(&b, o)
	}
	if end := ending(results, o); end != "" {
		fmt.Fprintf(&b, "%s\n", end)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// brief writes the lines of one capture.
func (r *Result) brief(b *strings.Builder, o Options) {
	fmt.Fprintf(b, "%s\n", text.Safe(r.File))
	if len(r.Sessions) == 0 {
		b.WriteString("  ✗ no session\n")
	}
	folded, said := map[uint32]*session.Story{}, map[*session.Story]bool{}
	for i := range r.Stories {
		if x := &r.Stories[i]; x.Kind == "attempts" {
			for _, n := range x.Sessions {
				folded[n] = x
			}
		}
	}
	for i := range r.Sessions {
		s := &r.Sessions[i]
		x := folded[s.Info.Number]
		switch {
		case x == nil:
			fmt.Fprintf(b, "  %s %s, %s: %s\n", mark(!s.Fails(o.FailOn)), s.title(o.ShowSecrets), session.Duration(s.lasted()), s.verdict(o.ShowSecrets))
		case !said[x]:
			said[x] = true
			fmt.Fprintf(b, "  %s %s: %s\n", mark(!r.fail(x, o.FailOn)), sessions(*x), x.Words.Show(o.ShowSecrets))
		}
	}
	for i := range r.Expectations {
		x := &r.Expectations[i]
		fmt.Fprintf(b, "  %s expected %s%s\n", mark(x.Met()), text.Safe(x.Text), x.outcome())
	}
}

// fail reports whether one of the sessions of a story is not good enough.
func (r *Result) fail(x *session.Story, failOn session.Severity) bool {
	return slices.ContainsFunc(r.Sessions, func(s Session) bool { return slices.Contains(x.Sessions, s.Info.Number) && s.Fails(failOn) })
}
