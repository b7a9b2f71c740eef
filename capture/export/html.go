package export

import (
	"bufio"
	_ "embed" // the parts of the page
	"fmt"
	"html/template"
	"sort"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/export/page"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxHTMLRungs is what a browser still scrolls and searches with ease, in all
// sessions together.
const maxHTMLRungs = 20_000

var (
	//go:embed report.html
	reportBody string
	//go:embed report.css
	reportStyle string
	//go:embed report.js
	reportScript string

	reportTemplate = page.Parse(reportBody, template.FuncMap{
		"seconds": func(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) },
		"lasted":  session.Duration,
	})
)

// document is what the template shows.
type document struct {
	*report
	Head   page.Head
	Footer string
}

// writeHTML writes one page that needs nothing else: everything is escaped by
// html/template, and a content security policy forbids what is not part of it.
func writeHTML(j *job) error {
	r, err := tell(j, maxHTMLRungs)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(j.w, 64<<10)
	d := document{report: r, Head: page.New(r.Title, reportStyle, reportScript), Footer: r.footer(r.Version)}
	if err := reportTemplate.Execute(w, d); err != nil {
		return err
	}
	return w.Flush()
}

// Ladder is the rungs that the page shows.
func (s *story) Ladder() []step { return s.ladder.Steps }

// Capped says how many rungs the page does not show, and how to get them; "" when
// it shows all.
func (s *story) Capped() string {
	if s.ladder.Left == 0 {
		return ""
	}
	return howToGetAll(len(s.ladder.Steps), len(s.ladder.Steps)+s.ladder.Left)
}

// Anchor is the first row of the rung that holds a row, 0 when the page shows
// none that does.
func (s *story) Anchor(row uint32) uint32 {
	steps := s.Ladder()
	i := sort.Search(len(steps), func(i int) bool { return steps[i].First > row })
	for i--; i >= 0; i-- {
		if st := &steps[i]; st.Kind != phaseStep {
			if st.Last < row {
				return 0
			}
			return st.First
		}
	}
	return 0
}

// link is a row and where it stands in the page.
type link struct{ Row, Anchor uint32 }

// maxLinks is how many rows a finding names.
const maxLinks = 8

// Links are the rows of a finding.
func (s *story) Links(f finding) (out []link) {
	for _, row := range f.Rows[:min(len(f.Rows), maxLinks)] {
		out = append(out, link{row, s.Anchor(row)})
	}
	return out
}

// Unlinked is how many rows of a finding are not named.
func (f finding) Unlinked() int { return max(len(f.Rows)-maxLinks, 0) }

// linked is a note and where its row stands in the page.
type linked struct {
	Note
	Anchor uint32
}

// Linked are the notes about a session, or with nil about the capture.
func (r *report) Linked(s *story) (out []linked) {
	if s == nil {
		for _, n := range r.NotesOf(0) {
			out = append(out, linked{Note: n})
		}
		return out
	}
	for _, n := range r.NotesOf(s.Number) {
		out = append(out, linked{n, s.Anchor(n.Row)})
	}
	return out
}

// Class names the looks of a rung.
func (s *step) Class() string {
	names := []string{[...]string{"arrow", "run", "phase", "event", "find"}[s.Kind], s.From.String()}
	if s.Both {
		names = append(names, "both")
	}
	if s.Bad {
		names = append(names, "bad")
	}
	return strings.Join(names, " ")
}

// IsPhase reports whether a rung is a separator.
func (s *step) IsPhase() bool { return s.Kind == phaseStep }

// IsArrow reports whether something was sent.
func (s *step) IsArrow() bool { return s.Kind == arrowStep || s.Kind == runStep }

// Left and Right are the heads of an arrow.
func (s *step) Left() bool { return s.IsArrow() && (s.Both || s.From == decode.FromServer) }

// Right is described with Left.
func (s *step) Right() bool { return s.IsArrow() && (s.Both || s.From == decode.FromClient) }
