package render

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// explains reports whether the opened row is the finding of a rule.
func explains(m *model.Model, d *detail.Detail) bool {
	return d.Row > 0 && d.Row <= m.Timeline().Len() && m.Timeline().Row(d.Row).Kind == session.Found
}

// explanation says what the rule of a finding means and what to do.
func explanation(a Area, m *model.Model, d *detail.Detail) {
	id := m.Timeline().Text(d.Row).Name
	r, ok := lint.Find(id)
	if !ok {
		a.wrap(2, 0, role(Faint), "Nothing is known about the rule "+id+".")
		return
	}
	y := -d.Top
	part := func(head, words string) {
		if words == "" {
			return
		}
		a.Put(2, y, role(Name), head)
		y = a.wrapFrom(11, y, a.W-2, Style{}, words)
	}
	part("rule", r.ID+": "+r.Title)
	part("why", r.Why)
	part("do", r.Fix)
	part("proof", proofWords(m, d.Row))
	part("source", r.Source)
}

// proofWords names the rows that prove a finding.
func proofWords(m *model.Model, row int) string {
	var names []string
	for _, p := range m.ProofOf(row, m.Timeline().Row(row)) {
		if int(p) > m.Timeline().Len() {
			continue
		}
		name, _ := m.Text(int(p))
		if c := m.Timeline().Text(int(p)).Command; c != "" {
			name = c
		}
		names = append(names, fmt.Sprintf("#%d %s", p, name))
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + "  (r goes there)"
}
