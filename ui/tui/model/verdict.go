package model

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// Part is one paragraph of what is known of an opened finding.
type Part struct{ Head, Words string }

// ProseIndent is how many columns stand before the words of a part.
const ProseIndent = 11

// Explanation is what the rule of the opened finding means: first what to do, which
// is what a person wants who has read the finding.
func (m *Model) Explanation() (parts []Part) {
	id := m.shown.Text(m.Detail.Row).Name
	r, ok := lint.Find(id)
	if !ok {
		return []Part{{"rule", "nothing is known about " + id}}
	}
	for _, p := range []Part{
		{"do", r.Fix}, {"why", r.Why}, {"proof", m.proofWords(m.Detail.Row)}, {"rule", r.ID + ": " + r.Title}, {"source", r.Source},
	} {
		if p.Words != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// proofWords names the rows that prove a finding.
func (m *Model) proofWords(row int) string {
	var names []string
	for _, p := range m.ProofOf(row, m.shown.Row(row)) {
		if int(p) > m.shown.Len() {
			continue
		}
		name, _ := m.Text(int(p))
		if c := m.shown.Text(int(p)).Command; c != "" {
			name = c
		}
		names = append(names, fmt.Sprintf("#%d %s", p, name))
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + "  (r goes there)"
}

// proseLines is how many lines the explanation takes on a pane of a width.
func (m *Model) proseLines(width int) (n int) {
	for _, p := range m.Explanation() {
		n += linesOf(p.Words, width-2-ProseIndent)
	}
	return n
}
