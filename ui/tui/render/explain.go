package render

import (
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// explains reports whether the opened row is the finding of a rule.
func explains(m *model.Model, d *detail.Detail) bool {
	return d.Row > 0 && d.Row <= m.Timeline().Len() && m.Timeline().Row(d.Row).Kind == session.Found
}

// explanation says what to do about a finding and what its rule means.
func explanation(a Area, m *model.Model, d *detail.Detail) {
	y := -d.Top
	for _, p := range m.Explanation() {
		a.Put(2, y, role(Name), p.Head)
		y = a.wrapFrom(model.ProseIndent, y, a.W-2, Style{}, p.Words)
	}
}
