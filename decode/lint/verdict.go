package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Verdict is a session in one line: the gravest thing that is wrong with it, or
// who waits for whom, or who left before it had got anywhere, and how much more there is to say. info is the session,
// findings are its own in order, and show makes their words fit for the reader.
func (r *Report) Verdict(info *session.Info, findings []session.Finding, show func(text.Marked) string) string {
	if f := gravest(findings); f != nil {
		words, names := show(f.Summary), f.Rule
		cause := rootOf(f, findings)
		if cause != nil {
			words = show(cause.Summary) + " (row " + count(cause.Rows[0]) + "); " + words
			names = cause.Rule + ", " + names
		}
		return fmt.Sprintf("%s: %s (%s)", f.Severity, words, strings.Join(append([]string{names}, others(info.Findings, f, cause)...), "; "))
	}
	words := "nothing wrong"
	switch {
	case r.Stall.Words != "":
		words = r.Stall.Words
	case r.Shortfall != "":
		words = r.Shortfall
	case r.unread() && info.Trouble != "":
		words = info.Trouble + "; no fault was found in the rest"
	case r.lacks() != "":
		words = "no fault in what was captured; " + r.lacks()
	}
	return strings.Join(append([]string{words}, others(info.Findings)...), "; ")
}

// add takes in a gap.
func (m *Missing) add(gap *session.Entry) {
	if m.Row == 0 {
		m.Row = gap.Number
	}
	m.Bytes += gap.Missing
}

// MissesBefore reports whether bytes of either side are missing before a row.
func (r *Report) MissesBefore(row uint32) bool {
	return slices.ContainsFunc(r.Missing[:], func(m Missing) bool { return m.Row > 0 && m.Row < row })
}

// lacks says in words what is missing from the capture, "" when nothing is.
func (r *Report) lacks() string {
	var parts []string
	for d, m := range r.Missing {
		if m.Bytes > 0 {
			parts = append(parts, text.Size(m.Bytes)+" from the "+decode.Direction(d).String())
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " and ") + " are missing"
}

// rootOf is what explains a finding, or what explains that; nil when nothing does.
func rootOf(f *session.Finding, findings []session.Finding) (root *session.Finding) {
	for range maxCauses {
		cause := causeOf(f, findings)
		if cause == nil {
			break
		}
		root, f = cause, cause
	}
	return root
}

// maxCauses is how far a chain of causes is followed; rules that explain each other would
// go round.
const maxCauses = 3

// causeOf is the gravest finding that explains another of the same session, about the
// same message stream if both are about one; nil when nothing does.
func causeOf(f *session.Finding, findings []session.Finding) (cause *session.Finding) {
	for i := range findings {
		c := &findings[i]
		about := c.StreamID == f.StreamID || c.StreamID == 0 || f.StreamID == 0
		if about && c.Session == f.Session && len(c.Rows) > 0 && explains(c.Rule, f.Rule) && (cause == nil || c.Severity > cause.Severity) {
			cause = c
		}
	}
	return cause
}

// explains reports whether one rule explains what another finds.
func explains(rule, other string) bool {
	r, _ := Find(rule)
	return slices.Contains(r.Explains, other)
}

// These are explained by more than one rule: what a server does that does not like what
// it was asked for, and how a session looks that nothing comes of.
var (
	refusals = []string{
		"cmd-connect-silent-close", "cmd-connect-rejected", "cmd-publish-silent-close", "cmd-publish-refused", "cmd-publish-no-status",
		"cmd-start-then-close", "cmd-play-closed", "cmd-play-refused", "cmd-closed-early",
	}
	emptiness = []string{"av-no-media", "cmd-publish-no-status", "cmd-connect-no-answer"}
	breaks    = []string{"av-media-stopped", "cmd-abrupt-end", "flow-idle-drop"}
)

// gravest is the first of the gravest findings. A note counts only when it says
// how the session broke off.
func gravest(findings []session.Finding) (worst *session.Finding) {
	for i := range findings {
		f := &findings[i]
		if (f.Severity > session.Note || f.Rule == "cmd-abrupt-end") && (worst == nil || f.Severity > worst.Severity) {
			worst = f
		}
	}
	return worst
}

// others counts the findings besides some, which may be nil.
func others(counts [session.Error + 1]int, besides ...*session.Finding) []string {
	also := ""
	for _, f := range besides {
		if f != nil {
			counts[f.Severity]--
			also = "also "
		}
	}
	var parts []string
	for severity := session.Error; severity >= session.Note; severity-- {
		switch n := counts[severity]; {
		case n == 1:
			parts = append(parts, "1 "+severity.String())
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, severity))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{also + strings.Join(parts, ", ")}
}

// unread reports whether a part of the session could not be read, so that rules
// were not judged.
func (r *Report) unread() bool {
	return slices.ContainsFunc(r.Steps, func(x Step) bool { return x.Required && x.State == Unseen })
}
