package lint

import (
	"fmt"
	"slices"
	"time"
	"unicode"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxFindings is how often one rule reports in one session before it says "and
// more" and falls silent: the hundredth jump of a timestamp tells nothing new.
const maxFindings = 20

// maxRows is how many rows prove one finding.
const maxRows = 8

// maxWire is how many characters of a string are repeated.
const maxWire = 300

// reporter makes the findings of one rule in one session.
type reporter struct {
	view  *view
	rule  *Rule
	count int
	brief text.Marked // of the next finding; "" for the rule's title

	passed bool                         // what is reported takes the place of what was reported last
	last   map[subject]session.Severity // of what was reported last

	stream *stream          // that the next finding is about, or nil
	said   map[*stream]bool // streams that the rule has reported
}

// subject is whom or what findings of one rule are about: of each the last may take
// the place of the one before.
type subject struct {
	side     session.Side
	streamID uint32
}

// first reports whether the rule has found nothing yet.
func (r *reporter) first() bool { return r.count == 0 }

// firstOf reports whether the rule has found nothing yet about a stream.
func (r *reporter) firstOf(s *stream) bool { return !r.said[s] }

// of says which stream the next finding is about.
func (r *reporter) of(s *stream) *reporter {
	r.stream = s
	return r
}

// takeStream is what of said: the message stream that the finding is about, 0 when
// nobody said.
func (r *reporter) takeStream() uint32 {
	s := r.stream
	if r.stream = nil; s == nil {
		return 0
	}
	if r.said == nil {
		r.said = map[*stream]bool{}
	}
	r.said[s] = true
	return s.id
}

// inShort gives the next finding the cause in a few words, for narrow places.
// Without it the title of the rule stands there.
func (r *reporter) inShort(format string, args ...any) *reporter {
	r.brief = text.Marked(fmt.Sprintf(format, safe(args)...))
	return r
}

// takeBrief is what inShort said, or the title of the rule.
func (r *reporter) takeBrief() text.Marked {
	brief := r.brief
	if r.brief = ""; brief != "" {
		return brief
	}
	t := []rune(r.rule.Title)
	if len(t) > 1 && unicode.IsLower(t[1]) || len(t) > 1 && t[1] == ' ' {
		t[0] = unicode.ToLower(t[0])
	}
	return text.Marked(t)
}

// report makes a finding with the rule's own severity. rows prove it, in
// order. Plain strings among args are wire text and are made safe here; text
// with credentials comes as text.Marked.
func (r *reporter) report(side session.Side, rows []uint32, format string, args ...any) {
	r.as(r.rule.Severity, side, rows, format, args...)
}

// as is report with another severity.
func (r *reporter) as(s session.Severity, side session.Side, rows []uint32, format string, args ...any) {
	j, brief, streamID := r.view.judge, r.takeBrief(), r.takeStream()
	if r.count > maxFindings || r.rule.Absence && r.view.blindness() != "" {
		return
	}
	words := text.Marked(fmt.Sprintf(format, safe(args)...))
	if r.count++; r.count > maxFindings {
		words = text.Marked(fmt.Sprintf("more of these follow; only the first %d are listed", maxFindings))
	}
	f := session.Finding{
		Session: r.view.number, Rule: r.rule.ID, Severity: s, Side: side, Rows: proof(rows), StreamID: streamID,
		Confidence: r.view.confidence(), Summary: words, Brief: brief, Over: r.passed,
	}
	r.follows(&f)
	if j.firing != nil {
		f.At = time.Unix(0, j.firing.at).UTC()
	}
	j.found(f)
}

// follows notes what a finding takes the place of, and what may take its own.
func (r *reporter) follows(f *session.Finding) {
	key := subject{f.Side, f.StreamID}
	if f.Over {
		f.Was = r.last[key]
	}
	if r.last == nil {
		r.last = map[subject]session.Severity{}
	}
	r.last[key] = f.Severity
}

// over reports that what the rule found last about a side has passed, in words of
// the past. It takes the place of that finding.
func (r *reporter) over(side session.Side, rows []uint32, format string, args ...any) {
	r.overAs(r.rule.Severity, side, rows, format, args...)
}

// overAs is over with another severity. It also tells that what was found goes on and
// has got worse.
func (r *reporter) overAs(s session.Severity, side session.Side, rows []uint32, format string, args ...any) {
	if r.count > maxFindings {
		r.brief, r.stream = "", nil
		return
	}
	r.passed = true
	r.count--
	r.as(s, side, rows, format, args...)
	r.passed = false
}

// proof leaves out rows that do not exist and the middle of long lists.
func proof(rows []uint32) (out []uint32) {
	for _, n := range rows {
		if n > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	if n := len(out); n > maxRows {
		out = append(out[:maxRows-1:maxRows-1], out[n-1])
	}
	return out
}

// safe makes plain strings fit to show and writes durations for people.
func safe(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case string:
			out[i] = text.Clip(text.Safe(a), maxWire)
		case time.Duration:
			out[i] = text.Figures(a)
		default:
			out[i] = a
		}
	}
	return out
}
