package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// procedure draws the tree of the connection and its streams with every step, and
// below it who is waited for.
func procedure(a Area, m *model.Model) {
	if m.Page.Judged == nil {
		a.clip(2, a.W, 0, role(Faint), "there is no session, or its rules are off")
		return
	}
	lines := m.Page.Steps()
	c := columnsOf(a.W)
	for i := 0; i < a.H-1 && m.Page.Top+i < len(lines); i++ {
		l := &lines[m.Page.Top+i]
		if l.Step == nil {
			c.heading(a, i, m, l)
		} else {
			c.step(a, i, m, l)
		}
		if m.Page.Top+i == m.Page.Step {
			a.Put(0, i, Style{}, "▌")
			a.mark(i, selection(m.Focus == model.PaneSteps))
		}
	}
	style, words := c.verdict(a.W, m)
	a.clip(2, a.W, a.H-1, style, words)
}

// verdict is the last line: the verdict, or what the selected step says when there is
// no room for that beside it and nothing is wrong with it.
func (c columns) verdict(w int, m *model.Model) (Style, string) {
	if lines := m.Page.Steps(); m.Page.Step < len(lines) {
		s := lines[m.Page.Step].Step
		if s != nil && (s.State == lint.Done || s.State == lint.OutOfOrder) {
			if said := s.Said(m.Reveal); uniseg.StringWidth(said) > w-c.said {
				return Style{}, s.Name + " (" + s.Who.String() + "): " + said
			}
		}
	}
	return verdict(m.Page.Judged)
}

// verdict says who is waited for, what was refused, or how long the way to the
// first picture took.
func verdict(r *lint.Report) (Style, string) {
	if r.Stall.Words != "" {
		return role(Warn), "! " + r.Stall.Words
	}
	if r.Shortfall != "" {
		return role(Warn), "! " + r.Shortfall
	}
	for _, s := range r.Steps {
		switch s.State {
		case lint.Refused:
			return role(Trouble), strings.TrimSuffix("✗ "+s.Name+" was refused: "+s.Code, ": ")
		case lint.TooLate:
			return role(Trouble), "✗ " + s.Name + " was sent after " + s.After
		}
	}
	if n := len(r.Waterfall); n > 0 {
		last := r.Waterfall[n-1]
		return role(Good), fmt.Sprintf("%s came %s after the connection was opened", last.Name, lapse(last.To))
	}
	return Style{}, ""
}

func waterfallEnd(spans []lint.Span) (end time.Duration) {
	for _, s := range spans {
		end = max(end, s.To)
	}
	return end
}

// stepRoles are the roles in which the signs of the states are drawn.
var stepRoles = [...]Role{
	lint.Ahead: Faint, lint.Waiting: Warn, lint.Done: Good, lint.OutOfOrder: Good, lint.Skipped: Faint, lint.Refused: Trouble,
	lint.Missed: Warn, lint.Unreached: Faint, lint.Unseen: Faint, lint.TooLate: Warn,
}

// columns are the columns of the procedure: the sender begins at who, at and took end
// at theirs, and bar is where the waterfall begins, or 0. at is 0 where there is no
// room for it.
type columns struct{ who, at, took, row, said, bar int }

// columnsOf lays the columns out in that width.
func columnsOf(w int) columns {
	c := columns{who: 36, at: 51, took: 60, row: 62, said: 70}
	switch {
	case w < 72:
		c = columns{who: 30, took: 45, row: 47, said: 54}
	case w < 100:
		c = columns{who: 35, at: 50, took: 58, row: 59, said: 66}
	case w >= 150:
		c.bar = 112
	case w >= 110:
		c.bar = 94
	}
	return c
}

// heading draws the handshake, the connection or a stream. What the columns are
// stands beside the first.
func (c columns) heading(a Area, y int, m *model.Model, l *lint.Line) {
	style := role(Phase)
	if l.State == lint.Denied || l.State == lint.Failed {
		style = role(Trouble)
	}
	x := a.Put(2, y, role(Rule), l.Branch)
	a.clip(x, a.W, y, style, l.Title(m.Reveal))
	if l.Kind != lint.HandshakeLine {
		return
	}
	a.Put(c.who, y, role(Column), "from")
	if c.at > 0 {
		a.right(c.at, y, role(Column), "at")
	}
	a.right(c.took, y, role(Column), "after")
	a.Put(c.row, y, role(Column), "row")
	a.clip(c.said, a.W, y, role(Column), "what it says")
}

// step draws one step.
func (c columns) step(a Area, y int, m *model.Model, l *lint.Line) {
	s := l.Step
	style, name := role(stepRoles[s.State]), Style{}
	if style.Role == Faint {
		name = style
	}
	if s.Order.Waits {
		style = role(Warn)
	}
	x := a.Put(2, y, role(Rule), l.Branch)
	a.Put(x, y, style, s.Mark())
	a.clip(x+2, c.who-1, y, name, s.Name)
	a.clip(c.who, c.who+7, y, whoStyle(s.Who), s.Who.String())
	if s.Row == 0 {
		a.clip(c.who+8, a.W, y, style, s.Said(m.Reveal))
		return
	}
	c.times(a, y, m, s)
	a.clip(c.row, c.said-1, y, role(Faint), fmt.Sprintf("#%d", s.Row))
	end := a.W
	if c.bar > 0 && s.State != lint.Refused && c.drawsBar(a, y, m.Page.Judged.Waterfall, s) {
		end = c.bar - 1
	}
	said := s.Said(m.Reveal)
	if s.State == lint.Refused {
		_, said = m.Text(int(s.Row))
	}
	if style.Role == Good {
		style = Style{}
	}
	a.clip(c.said, end, y, style, said)
}

// times draws when a step was, and how long after what it needs.
func (c columns) times(a Area, y int, m *model.Model, s *lint.Step) {
	if info, ok := m.Session(); ok && c.at > 0 {
		a.right(c.at, y, role(Faint), lapse(s.At.Sub(info.OpenedAt)))
	}
	if s.Latency > 0 {
		a.right(c.took, y, Style{}, lapse(s.Latency))
	}
}

// drawsBar draws the stretch of the waterfall that ends with a step, if there is one.
func (c columns) drawsBar(a Area, y int, spans []lint.Span, s *lint.Step) bool {
	w, whole := a.W-c.bar-1, waterfallEnd(spans)
	if w < 8 || whole <= 0 {
		return false
	}
	for _, p := range spans {
		if p.Row != s.Row || p.Step != s.ID {
			continue
		}
		from := int(int64(p.From) * int64(w) / int64(whole))
		to := max(int(int64(p.To)*int64(w)/int64(whole)), from+1)
		a.fill(c.bar+from, c.bar+to, y, whoStyle(p.Who), '█')
		return true
	}
	return false
}

func whoStyle(s session.Side) Style {
	if s == session.ServerSide {
		return sender(decode.FromServer)
	}
	return sender(decode.FromClient)
}
