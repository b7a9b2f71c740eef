package render

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// degrees are the sign and the role of each importance.
var degrees = map[diff.Importance]struct {
	sign string
	role Role
}{
	diff.Minor: {"·", Faint}, diff.Notable: {"≠", Warn}, diff.Decisive: {"✗", Trouble},
}

// versusTable is the comparison of two sessions in three columns: what it is
// about, A and B.
type versusTable struct {
	a        Area
	m        *model.Model
	left     int // where A begins
	middle   int // the line between A and B
	selected *diff.Difference
}

// versus draws two sessions beside each other.
func versus(a Area, m *model.Model) {
	v := m.Versus
	r := v.Result
	x := heading(a, true, m.KeyOf("compare"), fmt.Sprintf("Session %d beside session %d", r.A.Session, r.B.Session))
	headingRight(a, x, RuleFocus, differences(v))
	const left = 15
	t := versusTable{a: a, m: m, left: left, middle: left + (a.W-left)/2, selected: v.Selected()}
	head, list, words := m.VersusPlace()
	t.head(head)
	for i := 0; i < list && v.Top+i < len(v.Lines); i++ {
		y := 1 + head + i
		t.line(y, v.Lines[v.Top+i])
		if v.Top+i == v.Cursor {
			a.Put(0, y, Style{}, "▌")
			a.mark(y, Selected)
		}
	}
	t.words(a.sub(0, 1+head+list, a.W, words))
}

func differences(v *model.Versus) string {
	words := count(len(v.Result.Differences), "difference")
	if len(v.Result.Differences) < 2 {
		return words
	}
	nth := 0
	for _, l := range v.Lines[:v.Cursor+1] {
		if l.Difference != nil {
			nth++
		}
	}
	return fmt.Sprintf("%d of %s", nth, words)
}

// both writes a line with a word for each session.
func (t *versusTable) both(y int, label string, style Style, a, b string) {
	t.a.clip(2, t.left-1, y, role(Name), label)
	t.a.clip(t.left, t.middle-1, y, style, a)
	t.a.Put(t.middle, y, role(Faint), "│")
	t.a.clip(t.middle+2, t.a.W-1, y, style, b)
}

// head says what the sessions are, in as many lines as there are.
func (t *versusTable) head(lines int) {
	reveal := t.m.Reveal
	r := t.m.Versus.Result
	sides := [2]string{"A", "B"}
	for i, h := range []*diff.Head{&r.A, &r.B} {
		sides[i] += fmt.Sprintf(" · session %d", h.Session)
		if s := t.m.Timeline(); int(h.Session) <= s.SessionCount() {
			info := s.Session(h.Session)
			sides[i] += " · " + join(h.Role, appStream(t.m, &info))
		}
	}
	t.both(1, "", role(Phase), sides[0], sides[1])
	outcome := 2
	if lines > 2 {
		t.both(2, "programs", Style{}, r.A.About(reveal), r.B.About(reveal))
		outcome = 3
	}
	t.both(outcome, "outcome", Style{}, r.A.Outcome.Show(reveal), r.B.Outcome.Show(reveal))
	if lines > 2 {
		t.a.clip(2, t.a.W, 4, role(Good), r.Same())
	}
}

// line draws a heading or a difference.
func (t *versusTable) line(y int, l model.VersusLine) {
	d := l.Difference
	if d == nil {
		t.a.fill(1, t.a.W, y, role(Rule), '─')
		t.a.Put(3, y, role(Phase), " "+l.Heading+" ")
		return
	}
	k := degrees[d.Importance]
	style := Style{}
	if d.Follows || d.Importance == diff.Minor {
		style = role(Faint)
	}
	t.both(y, "", style, t.place(&d.A), t.place(&d.B))
	t.a.Put(2, y, role(k.role), k.sign)
	t.a.clip(4, t.left-1, y, role(Name), string(d.Area))
}

// place is one side of a difference in a line.
func (t *versusTable) place(p *diff.Place) string {
	switch words := p.Text.Show(t.m.Reveal); {
	case p.Row > 0:
		return fmt.Sprintf("#%d %s", p.Row, words)
	case words != "":
		return words
	}
	return "(nothing)"
}

// words spells out the selected difference, the side that Enter leads to with a
// sign.
func (t *versusTable) words(a Area) {
	d := t.selected
	a.fill(0, a.W, 0, role(Rule), '─')
	if d == nil {
		a.wrap(2, 1, role(Good), t.m.Versus.Result.Same())
		return
	}
	a.Put(2, 0, role(degrees[d.Importance].role), " "+join(d.Importance.String(), string(d.Area))+" ")
	y := a.wrapFrom(2, 1, a.W-2, Style{}, d.Text.Show(t.m.Reveal)+".")
	for i, p := range []*diff.Place{&d.A, &d.B} {
		style, sign := Style{Role: KeyCap}, "  "
		if right := t.m.Versus.Right; right == (i == 1) {
			sign = "▶ "
		}
		a.Put(2, y, style, sign+[2]string{"A", "B"}[i])
		words := join(p.Rows(), p.Text.Show(t.m.Reveal))
		y = a.wrapFrom(7, y, a.W-2, Style{}, words)
	}
	for _, n := range t.m.Versus.Result.Notes {
		y = a.wrapFrom(2, y, a.W-2, role(Faint), text.Safe(n))
	}
}
