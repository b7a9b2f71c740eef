package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestSessionsInOrder: each order by what it says, and equals by their numbers.
func TestSessionsInOrder(t *testing.T) {
	at := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
	base := session.Info{Client: "b", Server: "b", Agent: "b", Engine: "b", App: "b", Stream: "b", Role: session.Publish, Phase: session.PhaseStart, OpenedAt: at, LastAt: at.Add(10 * time.Second), Bytes: [2]int64{5, 5}, Messages: [2]int64{5, 5}, Worst: session.Warning}
	for order, change := range map[SortKey]func(i *session.Info, more bool){
		ByClient: func(i *session.Info, more bool) { i.Client = pick(more, "c", "a") }, ByServer: func(i *session.Info, more bool) { i.Server = pick(more, "c", "a") },
		ByAgent: func(i *session.Info, more bool) { i.Agent = pick(more, i.Agent+"c", "a") }, ByEngine: func(i *session.Info, more bool) { i.Engine = pick(more, i.Engine+"c", "a") },
		ByRole: func(i *session.Info, more bool) { i.Role = pick(more, session.Play, session.RoleUnknown) }, ByStream: func(i *session.Info, more bool) { i.Stream = pick(more, i.Stream+"c", "a") },
		ByPhase: func(i *session.Info, more bool) { i.Phase = pick(more, session.PhaseMedia, session.PhaseConnect) },
	} {
		m := &Model{Sort: order}
		less, equal, more := base, base, base
		change(&less, false)
		change(&more, true)
		less.Number, equal.Number, more.Number = 3, 2, 1
		if m.compare(&less, &base) >= 0 || m.compare(&more, &base) <= 0 || m.compare(&less, &more) >= 0 {
			t.Errorf("order %v is wrong", order)
		}
		if m.compare(&base, &equal) >= 0 || m.compare(&equal, &base) <= 0 || m.compare(&equal, &equal) != 0 {
			t.Errorf("order %v: equals do not stand by number", order)
		}
	}
	for order, change := range map[SortKey]func(i *session.Info){
		ByMessages: func(i *session.Info) { i.Messages[1]++ }, ByRate: func(i *session.Info) { i.Bytes[1] += 100 }, ByDuration: func(i *session.Info) { i.LastAt = i.LastAt.Add(time.Second) }, ByWorst: func(i *session.Info) { i.Worst = session.Error },
	} {
		m := &Model{Sort: order}
		first := base
		change(&first)
		first.Number = 9
		if m.compare(&first, &base) >= 0 || m.compare(&base, &first) <= 0 {
			t.Errorf("order %v does not put the most first", order)
		}
	}
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func TestHowMuchASessionWeighs(t *testing.T) {
	m := &Model{}
	for _, c := range []struct {
		i          session.Info
		weigh, now int
	}{
		{session.Info{}, 0, 2}, {session.Info{Open: true}, 0, 12}, {session.Info{Worst: session.Note}, 4, 2}, {session.Info{Worst: session.Error, Open: true}, 12, 13}, {session.Info{Worst: session.Warning, Trouble: "x"}, 9, 2},
	} {
		if got := m.weigh(&c.i); got != c.weigh {
			t.Errorf("%+v weighs %d, want %d", c.i, got, c.weigh)
		}
		if got := pressing(&c.i); got != c.now {
			t.Errorf("%+v presses %d, want %d", c.i, got, c.now)
		}
	}
}

func TestRatesOfSessions(t *testing.T) {
	at := time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)
	of := func(long time.Duration, open bool) session.Info {
		return session.Info{Number: 1, Open: open, OpenedAt: at, LastAt: at.Add(long), Bytes: [2]int64{500, 750}}
	}
	live := func(r *rate, now time.Duration) *Model {
		m := &Model{Now: at.Add(now), rates: map[uint32]*rate{}}
		if m.Facts.Live = true; r != nil {
			m.rates[1] = r
		}
		return m
	}
	for name, c := range map[string]struct {
		m    *Model
		s    session.Info
		want float64
	}{
		"in a file": {&Model{}, of(10*time.Second, false), 1000}, "short": {&Model{}, of(100*time.Millisecond, false), 100_000}, "too short": {&Model{}, of(99*time.Millisecond, false), 0},
		"open in a file": {&Model{}, of(10*time.Second, true), 1000}, "ended": {live(&rate{bytes: 1, bps: 7}, 0), of(10*time.Second, false), 1000}, "live": {live(&rate{bytes: 1, bps: 7}, 10*time.Second), of(10*time.Second, true), 7},
		"not measured": {live(nil, 0), of(10*time.Second, true), 0}, "silent": {live(&rate{bytes: 1, bps: 7}, 13*time.Second), of(10*time.Second, true), 0}, "nearly silent": {live(&rate{bytes: 1, bps: 7}, 13*time.Second-1), of(10*time.Second, true), 7},
		"young": {live(&rate{}, 500*time.Millisecond), of(500*time.Millisecond, true), 20_000},
	} {
		if got := c.m.BitRate(c.s); got != c.want {
			t.Errorf("%s: %v bits a second, want %v", name, got, c.want)
		}
	}
}

func TestLinesOfWords(t *testing.T) {
	for _, c := range []struct {
		words string
		width int
		want  int
	}{{"", 10, 1}, {"one two", 7, 1}, {"one two", 6, 2}, {"one two three", 7, 2}, {"one two three", 3, 3}, {"äöü äöü", 7, 1}, {"aaaaaaaaaaaaaaaaaaaa b", 5, 2}, {"a b c d e f", 5, 2}, {"a b c d e f g", 5, 3}} {
		if got := linesOf(c.words, c.width); got != c.want {
			t.Errorf("%q in %d columns: %d lines, want %d", c.words, c.width, got, c.want)
		}
	}
}

// TestNamesOfTheirOwn: those that all sorts of programs give are none.
func TestNamesOfTheirOwn(t *testing.T) {
	for words, want := range map[string]string{"FMS/3,0": "", "FMLE/3.0": "", "LNX 9,0": "", "OBS 30": "OBS 30", "": "", "xFMS/": "xFMS/"} {
		if got := ownName(words); got != want {
			t.Errorf("%q is %q", words, got)
		}
	}
	step := func(id lint.StepID, s lint.StepState) lint.Step {
		return lint.Step{ID: id, State: s, Latency: 5 * time.Second}
	}
	for i, c := range []struct {
		steps []lint.Step
		want  time.Duration
	}{{nil, 0}, {[]lint.Step{step(lint.StepKeyFrame, lint.Done)}, 5 * time.Second}, {[]lint.Step{step(lint.StepKeyFrame, lint.Waiting)}, 0}, {[]lint.Step{step(lint.StepKeyFrame+1, lint.Done)}, 0}} {
		if got := keyWait(&lint.Report{Steps: c.steps}); got != c.want {
			t.Errorf("case %d: %v", i, got)
		}
	}
}

func TestWordsAreCompleted(t *testing.T) {
	all := []Choice{{Text: "number"}, {Text: "name"}, {Text: "time"}}
	for _, c := range []struct {
		text  string
		at    int
		start int
		want  string
	}{{"", 0, 0, "[number name time]"}, {"n", 1, 0, "[number name]"}, {"time na", 7, 5, "[name]"}, {"time na", 5, 5, "[number name time]"}, {"time na", 6, 5, "[number name]"}, {"x", 1, 0, "[]"}} {
		start, got := completeWord(c.text, c.at, all)
		names := []string{}
		for _, g := range got {
			names = append(names, g.Text)
		}
		if start != c.start || fmt.Sprint(names) != c.want {
			t.Errorf("%q at %d: %d, %v", c.text, c.at, start, names)
		}
	}
}

// TestHeadingsAreSteppedOver in the direction of the move, at both ends too.
func TestHeadingsAreSteppedOver(t *testing.T) {
	d := VersusLine{Difference: &diff.Difference{}}
	h := VersusLine{Heading: "a heading"}
	lines := []VersusLine{h, d, d, h, d, h, d}
	for _, c := range []struct{ from, step, want int }{
		{1, 1, 2}, {2, 1, 4}, {4, -1, 2}, {4, 1, 6}, {6, 1, 6}, {1, -1, 1}, {2, -5, 1}, {1, 100, 6}, {6, -1, 4}, {6, -2, 4}, {6, -3, 2},
	} {
		v := Versus{Lines: lines, Cursor: c.from}
		if v.move(c.step, 3); v.Cursor != c.want || v.Selected() == nil || v.Top > v.Cursor || v.Cursor >= v.Top+3 {
			t.Errorf("from %d by %d: at %d with %d on top", c.from, c.step, v.Cursor, v.Top)
		}
	}
	v := Versus{Lines: lines, Cursor: 2, Top: 2}
	if v.move(-1, 4); v.Top != 0 {
		t.Errorf("the heading is out of sight: %d is on top", v.Top)
	}
	none := Versus{}
	if none.move(1, 3); none.Cursor != 0 || none.Selected() != nil {
		t.Error("something is selected where nothing differs")
	}
}

// TestSiftedIsForgotten from a row on, against a list of bools.
func TestSiftedIsForgotten(t *testing.T) {
	for _, from := range []int{1, 2, 63, 64, 65, 127, 128, 129, 130, 131, 200} {
		var s sifted
		want := make([]bool, 201)
		s.last = 130
		s.bits = make([]uint64, 3)
		for row := 1; row <= 130; row++ {
			if row%3 == 0 || row > 120 || row == from-1 {
				s.bits[row/64] |= 1 << (row % 64)
				want[row] = row < from
			}
		}
		turn := s.turn
		s.forget(from)
		if s.turn != turn+1 || s.last != min(130, from-1) {
			t.Errorf("from %d on: up to %d is known", from, s.last)
		}
		for row := 1; row <= 130; row++ {
			got := row/64 < len(s.bits) && s.bits[row/64]>>(row%64)&1 == 1
			if got != want[row] {
				t.Errorf("from %d on: row %d is %v", from, row, got)
			}
		}
	}
}

// TestLadderIsToggled among the columns; without any other there is still one.
func TestLadderIsToggled(t *testing.T) {
	m := &Model{}
	m.Columns = map[string][]string{TimelineColumnsSetting: {"number", "time"}}
	if m.toggleLadder(); !slices.Equal(m.Columns[TimelineColumnsSetting], []string{"number", "time", "ladder"}) {
		t.Errorf("%v", m.Columns)
	}
	if m.toggleLadder(); !slices.Equal(m.Columns[TimelineColumnsSetting], []string{"number", "time"}) {
		t.Errorf("%v", m.Columns)
	}
	m.Columns[TimelineColumnsSetting] = []string{"ladder"}
	if m.toggleLadder(); !slices.Equal(m.Columns[TimelineColumnsSetting], []string{"number"}) {
		t.Errorf("%v", m.Columns)
	}
}
