package export

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// reporter is a judge that can say more than findings: that of package lint.
type reporter interface {
	Report(number uint32) (lint.Report, bool)
}

// judged asks the judge about a session whose rows are all there. Without one
// that reports, a story has no verdict.
func (s *story) judged(j session.Judge) {
	asked, ok := j.(reporter)
	if !ok {
		return
	}
	r, ok := asked.Report(s.Number)
	if !ok {
		return
	}
	s.Verdict = s.opts.mask.text(r.Verdict(&s.Info, s.verdicts, s.opts.show))
	switch {
	case s.Info.Worst >= session.Warning:
		s.Looks = s.Info.Worst.String()
	case r.Stall.Words != "" || r.Shortfall != "" || s.Info.Trouble != "":
		s.Looks = session.Warning.String()
	default:
		s.Looks = "fine"
	}
	s.steps = &r
	s.client, s.server = s.program(&r.Client), s.program(&r.Server)
	s.streams = s.several(r.Streams)
}

// several tells of each stream of a session that has more than one, "" of one.
func (s *story) several(streams []lint.StreamReport) string {
	if len(streams) < 2 {
		return ""
	}
	var words []string
	for i := range streams {
		x := &streams[i]
		words = append(words, fmt.Sprintf("%d: %s %s, %s", x.ID, x.Role, s.opts.show(x.Name), x.Outcome()))
	}
	return strings.Join(words, "; ")
}

// Mark is the sign of the verdict; never alone, the words follow.
func (s *story) Mark() string {
	return map[string]string{session.Error.String(): "✗", session.Warning.String(): "!", "fine": "✓"}[s.Looks]
}

// program says which program speaks, and how one can tell; "" is unknown.
func (s *story) program(f *lint.Fingerprint) string {
	if f.Name == "" {
		return ""
	}
	words := f.Name
	if v := s.opts.show(f.Version); v != "" && v != f.Name {
		words += " " + v
	}
	var evidence []string
	for _, e := range f.Evidence {
		evidence = append(evidence, s.opts.show(e))
	}
	if len(evidence) > 0 {
		words += "; known by: " + strings.Join(evidence, ", ")
	}
	return words
}

// Name is the heading of a session.
func (s *story) Name() string {
	what := s.Info.Role.String()
	if what == "" {
		what = "no publish or play"
	}
	name := s.opts.show(s.Info.App)
	if stream := s.opts.show(s.Info.Stream); stream != "" {
		name += "/" + stream
	}
	switch n := s.Info.Streams; {
	case n == 2:
		name += " and another stream"
	case n > 2:
		name += fmt.Sprintf(" and %d other streams", n-1)
	}
	return strings.TrimSpace(fmt.Sprintf("Session %d: %s %s", s.Number, what, name))
}

// annotate takes the notes of the capture into the report: its title and
// description too, unless they were given. rows are what the timeline knows of
// the notes about rows.
func (r *report) annotate(notes []capture.Note, rows []session.Written) {
	at := map[string]uint32{}
	for _, w := range rows {
		at[w.ID] = w.Row
	}
	for i := range notes {
		n := &notes[i]
		switch {
		case n.Kind == capture.Title && r.opts.Title == "":
			r.Title = r.opts.safe(n.Text)
		case n.Kind == capture.Title:
		case n.Kind == capture.Description:
			r.Description = r.opts.safe(n.Text)
		case n.Offset == capture.WholeSession:
			r.notes = append(r.notes, Note{Session: n.Conn, Text: n.Text})
		default:
			r.notes = append(r.notes, Note{Session: n.Conn, Row: at[n.ID], Text: n.Text})
		}
	}
}

// howToGetAll says what to do about rows that a report does not show.
func howToGetAll(shown, all int) string {
	return fmt.Sprintf("The first %d of %d lines are shown. rtmpscope export --as jsonl writes all rows; --rows A-B, --session N, or -Y with an expression choose others.", shown, all)
}
