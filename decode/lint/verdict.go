package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Verdict is a session in one line: the gravest thing that is wrong with it, or
// who waits for whom, or who left before it had got anywhere, and how much more there is to say. info is the session,
// findings are its own in order, and show makes their words fit for the reader.
func (r *Report) Verdict(info *session.Info, findings []session.Finding, show func(text.Marked) string) string {
	if f := gravest(findings); f != nil {
		return fmt.Sprintf("%s: %s (%s)", f.Severity, show(f.Summary), strings.Join(append([]string{f.Rule}, others(info.Findings, f)...), "; "))
	}
	words := "nothing wrong"
	switch {
	case r.Stall.Words != "":
		words = r.Stall.Words
	case r.Shortfall != "":
		words = r.Shortfall
	case r.unread() && info.Trouble != "":
		words = info.Trouble + "; no fault was found in the rest"
	}
	return strings.Join(append([]string{words}, others(info.Findings, nil)...), "; ")
}

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

// others counts the findings besides one, which may be nil.
func others(counts [session.Error + 1]int, besides *session.Finding) []string {
	also := ""
	if besides != nil {
		counts[besides.Severity]--
		also = "also "
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
