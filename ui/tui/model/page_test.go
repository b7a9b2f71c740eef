package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/stats"
)

// measured are meters that know the same of every session.
type measured struct {
	known
	session *stats.Session
	report  lint.Report
}

func (k measured) Session(uint32) *stats.Session          { return k.session }
func (k measured) Report(uint32) (r lint.Report, ok bool) { return k.report, true }
func steps(states ...lint.StepState) (r lint.Report)      { return lint.Report{Steps: stepsOf(states)} }
func pageOf(kind Pane, meters Meters) (p Page)            { p.Kind = kind; p.read(meters, 1); return p }
func tracks(list ...stats.Track) measured                 { return measured{session: &stats.Session{Tracks: list}} }
func judged(r lint.Report) measured                       { return measured{session: &stats.Session{}, report: r} }
func stepsOf(states []lint.StepState) (list []lint.Step) {
	for i, s := range states {
		list = append(list, lint.Step{Phase: "connect", State: s, Row: uint32(10 * i)})
	}
	return list
}

// TestPageLines: what the page says of its lines is what there is to scroll through.
func TestPageLines(t *testing.T) {
	held, lagged := lint.Report{}, lint.Report{}
	held.Holds[1].For = 1
	lagged.Paces[0].Behind = 1
	for _, c := range []struct {
		name  string
		page  Page
		lines int
	}{
		{"closed", Page{}, 1},
		{"a procedure without rules", pageOf(PaneSteps, nil), 1},
		{"a procedure: its phase and two steps", pageOf(PaneSteps, judged(steps(lint.Done, lint.Waiting))), 3},
		{"media of which nothing was measured", pageOf(PaneMedia, nil), 1},
		{"media: audio has 10 lines, video 14, the skew 5", pageOf(PaneMedia, tracks(stats.Track{}, stats.Track{Video: true})), 29},
		{"flow: 9 lines a direction and 2", pageOf(PaneFlow, judged(lint.Report{})), 20},
		{"flow of a receiver that took nothing: 4 more", pageOf(PaneFlow, judged(held)), 24},
		{"flow of a receiver that lagged: 4 more", pageOf(PaneFlow, judged(lagged)), 24},
	} {
		if got := c.page.Lines(); got != c.lines {
			t.Errorf("%s: %d lines, want %d", c.name, got, c.lines)
		}
		c.page.scroll(far, 4)
		if room := c.page.room(4); c.page.Top != max(c.lines-room, 0) {
			t.Errorf("%s: scrolled to the end, line %d is first of %d", c.name, c.page.Top, c.lines)
		}
		if c.page.scroll(-far, 4); c.page.Top != 0 {
			t.Errorf("%s: scrolled back, line %d is first", c.name, c.page.Top)
		}
	}
}

// TestPageSelectsWhereItIsStuck: the procedure opens at the step that does not go on.
func TestPageSelectsWhereItIsStuck(t *testing.T) {
	for stuck, s := range []lint.StepState{lint.Waiting, lint.Refused, lint.Missed} {
		p := pageOf(PaneSteps, judged(steps(lint.Done, s, lint.Ahead)))
		if p.selectStuck(); p.Selected() == nil || p.Selected().Row != 10 {
			t.Errorf("state %d: selects %+v", stuck, p.Selected())
		}
	}
	p := pageOf(PaneSteps, judged(steps(lint.Done)))
	if p.selectStuck(); p.Step != 0 {
		t.Errorf("of a procedure that is done, line %d is selected", p.Step)
	}
}

// TestPageMoves: the selected step stays in the page and in sight; a click on a line
// without a step changes nothing.
func TestPageMoves(t *testing.T) {
	p := pageOf(PaneSteps, judged(steps(lint.Done, lint.Done, lint.Done, lint.Done, lint.Done)))
	const height = 4 // three lines of the page, and who is waited for
	for _, c := range []struct{ by, step, top int }{{1, 1, 0}, {2, 3, 1}, {far, 5, 3}, {-1, 4, 3}, {-2, 2, 2}, {-far, 0, 0}} {
		if p.move(c.by, height); p.Step != c.step || p.Top != c.top {
			t.Errorf("moved by %d to step %d below line %d, want %d below %d", c.by, p.Step, p.Top, c.step, c.top)
		}
	}
	p.scroll(2, height)
	if p.click(1); p.Step != 3 {
		t.Errorf("a click on the second line in sight selects step %d", p.Step)
	}
	if p.click(9); p.Step != 3 {
		t.Errorf("a click below the last line selects step %d", p.Step)
	}
}
