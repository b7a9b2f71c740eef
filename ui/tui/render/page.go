package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// page draws the procedure, the media or the flow of the selected session.
func page(a Area, m *model.Model) {
	names := map[model.Pane][2]string{
		model.PaneSteps: {"4", "Procedure"}, model.PaneMedia: {"5", "Media"}, model.PaneFlow: {"6", "Flow"},
	}
	n := names[m.Page]
	title := n[1]
	if s, ok := m.Session(); ok {
		title += fmt.Sprintf(" · session %d", s.Number)
	}
	x := heading(a, m.Focus == m.Page, n[0], title)
	body := a.sub(0, 1, a.W, a.H-1)
	switch {
	case m.Page == model.PaneSteps:
		procedure(body, m)
	case m.Measured == nil:
		body.clip(2, a.W, 0, role(Faint), "nothing has been measured yet")
	case m.Page == model.PaneMedia:
		media(body, m)
	default:
		flow(body, m)
	}
	if words := stalled(m); words != "" && m.Page == model.PaneFlow {
		headingRight(a, x, Warn, words)
		return
	}
	if rest := m.PageLines() - m.PageTop - body.H; rest > 0 {
		headingRight(a, x, Rule, "more below")
	}
}

// procedure lists the steps of a session, how long each took, and below them who
// is waited for.
func procedure(a Area, m *model.Model) {
	if m.Judged == nil {
		a.clip(2, a.W, 0, role(Faint), "there is no session, or its rules are off")
		return
	}
	list := m.Steps()
	whole := waterfallEnd(m.Judged.Waterfall)
	for i := 0; i < a.H-1 && m.PageTop+i < len(list); i++ {
		s := list[m.PageTop+i]
		stepLine(a, i, m, &s, whole)
		if m.PageTop+i == m.Step {
			a.Put(0, i, Style{}, "▌")
			a.mark(i, selection(m.Focus == model.PaneSteps))
		}
	}
	style, words := verdict(m.Judged)
	a.clip(2, a.W, a.H-1, style, words)
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

// stepSigns are the sign, the role and the word of each state.
var stepSigns = map[lint.StepState]struct {
	sign string
	role Role
	word string
}{
	lint.Ahead:      {"·", Faint, ""},
	lint.Waiting:    {"…", Warn, "waiting"},
	lint.Done:       {"✓", Good, ""},
	lint.OutOfOrder: {"!", Warn, "out of order"},
	lint.Skipped:    {"–", Faint, "did not happen"},
	lint.Refused:    {"✗", Trouble, "REFUSED"},
	lint.Missed:     {"✗", Warn, "never came"},
	lint.Unreached:  {"–", Faint, "never reached"},
	lint.Unseen:     {"?", Faint, "not seen"},
	lint.TooLate:    {"✗", Warn, "sent after "},
}

// The columns of the procedure.
const (
	stepName  = 4
	stepWho   = 28
	stepTook  = 36
	stepState = 48
)

func stepLine(a Area, y int, m *model.Model, s *lint.Step, whole time.Duration) {
	k := stepSigns[s.State]
	style := role(k.role)
	a.Put(2, y, style, k.sign)
	name := Style{}
	if k.role == Faint {
		name = role(Faint)
	}
	a.clip(stepName, stepWho-1, y, name, ofStream(m.Judged, s)+s.Name)
	a.clip(stepWho, stepTook-1, y, whoStyle(s.Who), s.Who.String())
	if s.Latency > 0 {
		a.right(stepTook+9, y, style, lapse(s.Latency))
	}
	x := stepState
	if s.Row > 0 {
		x = a.Put(x, y, role(Faint), fmt.Sprintf("#%-6d", s.Row))
	} else {
		x += 7
	}
	x = a.clip(x, a.W, y, style, k.word+s.After)
	if s.State == lint.Refused {
		_, words := m.Text(int(s.Row))
		a.clip(x+1, a.W, y, role(Trouble), words)
		return
	}
	bar(a, y, x+2, m.Judged.Waterfall, s, whole)
}

// ofStream tells the steps of several streams apart, by their message stream.
func ofStream(r *lint.Report, s *lint.Step) string {
	if s.Stream == 0 || len(r.Streams) < 2 {
		return ""
	}
	return fmt.Sprintf("%d·", s.StreamID)
}

func whoStyle(s session.Side) Style {
	if s == session.ServerSide {
		return sender(decode.FromServer)
	}
	return sender(decode.FromClient)
}

// bar draws the stretch of the waterfall that ends with a step.
func bar(a Area, y, x int, spans []lint.Span, s *lint.Step, whole time.Duration) {
	x = max(x, 56)
	w := a.W - x - 12
	if w < 8 || whole <= 0 {
		return
	}
	for _, p := range spans {
		if p.Row != s.Row || p.Name != s.Name {
			continue
		}
		from := int(int64(p.From) * int64(w) / int64(whole))
		to := max(int(int64(p.To)*int64(w)/int64(whole)), from+1)
		a.fill(x+from, x+to, y, whoStyle(p.Who), '█')
		a.Put(x+to+1, y, role(Faint), "at "+lapse(p.To))
	}
}

// join joins the parts that say something.
func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}
