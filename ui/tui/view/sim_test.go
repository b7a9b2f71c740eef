package view

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/uniseg"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// recorder is a screen in memory that keeps the text of the last frame.
type recorder struct {
	tcell.SimulationScreen
	w, h int
	mu   sync.Mutex
	text string
	clip string
}

// SetClipboard keeps what was copied.
func (r *recorder) SetClipboard(p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clip = string(p)
}

// Init gives the screen its size, which tcell's own Init forgets.
func (r *recorder) Init() error {
	err := r.SimulationScreen.Init()
	r.SetSize(r.w, r.h)
	return err
}

// Show draws, as the UI goroutine does, and keeps what was drawn.
func (r *recorder) Show() {
	r.SimulationScreen.Show()
	cells, w, h := r.GetContents()
	var b strings.Builder
	for y := range h {
		for x := 0; x < w && y*w+x < len(cells); {
			cluster := string(cells[y*w+x].Runes)
			b.WriteString(cluster)
			x += max(uniseg.StringWidth(cluster), 1) // what is behind a wide character is covered
		}
		b.WriteByte('\n')
	}
	r.mu.Lock()
	r.text = b.String()
	r.mu.Unlock()
}

// terminal is a UI that runs on a recorder. This file is the only one that knows
// tcell's simulation.
type terminal struct {
	t    testing.TB
	sim  *recorder
	stop context.CancelFunc
	end  chan error
}

// start runs a UI on a screen in memory.
func start(t testing.TB, src Source, o Options, w, h int) *terminal {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	term := &terminal{t, &recorder{SimulationScreen: tcell.NewSimulationScreen("UTF-8"), w: w, h: h}, stop, make(chan error, 1)}
	o.Screen = term.sim
	go func() { term.end <- Run(ctx, src, o) }()
	t.Cleanup(stop)
	return term
}

// text is what stands on the screen.
func (s *terminal) text() string {
	s.sim.mu.Lock()
	defer s.sim.mu.Unlock()
	return s.sim.text
}

// wait waits until the screen holds all the words.
func (s *terminal) wait(words ...string) {
	s.t.Helper()
	s.until(strings.Join(words, " and "), func(text string) bool {
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	})
}

// steady waits until the screen has been the same for a while: columns are filled
// later than rows are drawn.
func (s *terminal) steady() {
	s.t.Helper()
	before, since := s.text(), time.Now()
	s.until("a screen that keeps still", func(text string) bool {
		if text != before {
			before, since = text, time.Now()
		}
		return time.Since(since) > 300*time.Millisecond
	})
}

// gone waits until the screen does not hold the words.
func (s *terminal) gone(words string) {
	s.t.Helper()
	s.until("no "+words, func(text string) bool { return !strings.Contains(text, words) })
}

func (s *terminal) until(what string, ok func(text string) bool) {
	s.t.Helper()
	deadline := time.Now().Add(need.Patience)
	for !ok(s.text()) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %s:\n%s", what, s.text())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

var keys = map[string]tcell.Key{"Enter": tcell.KeyEnter, "Esc": tcell.KeyEscape, "Tab": tcell.KeyTab, "Ctrl-C": tcell.KeyCtrlC, "Down": tcell.KeyDown, "Ctrl-L": tcell.KeyCtrlL}

func (s *terminal) press(names ...string) {
	for _, n := range names {
		if k, ok := keys[n]; ok {
			s.sim.InjectKey(k, 0, tcell.ModNone)
			continue
		}
		for _, r := range n {
			s.sim.InjectKey(tcell.KeyRune, r, tcell.ModNone)
		}
	}
}

// click presses and releases the left button.
func (s *terminal) click(x, y int) {
	s.sim.InjectMouse(x, y, tcell.Button1, tcell.ModNone)
	s.sim.InjectMouse(x, y, tcell.ButtonNone, tcell.ModNone)
}

// rightClick presses and releases the right button.
func (s *terminal) rightClick(x, y int) {
	s.sim.InjectMouse(x, y, tcell.Button2, tcell.ModNone)
	s.sim.InjectMouse(x, y, tcell.ButtonNone, tcell.ModNone)
}

// column is the column of a line in which words begin, -1 when they are not there.
func (s *terminal) column(line int, words string) int {
	lines := strings.Split(s.text(), "\n")
	if line < 0 || line >= len(lines) {
		return -1
	}
	before, _, found := strings.Cut(lines[line], words)
	if !found {
		return -1
	}
	return uniseg.StringWidth(before)
}

// drag presses the left button in one place and releases it in another.
func (s *terminal) drag(x, y, toX, toY int) {
	s.sim.InjectMouse(x, y, tcell.Button1, tcell.ModNone)
	s.sim.InjectMouse(toX, toY, tcell.Button1, tcell.ModNone)
	s.sim.InjectMouse(toX, toY, tcell.ButtonNone, tcell.ModNone)
}

// line is the line of the screen that holds words, -1 when none does.
func (s *terminal) line(words string) int {
	for i, l := range strings.Split(s.text(), "\n") {
		if strings.Contains(l, words) {
			return i
		}
	}
	return -1
}

func (s *terminal) wheelDown(x, y int) { s.sim.InjectMouse(x, y, tcell.WheelDown, tcell.ModNone) }

func (s *terminal) resize(w, h int) {
	s.sim.SetSize(w, h)
	s.sim.PostEvent(tcell.NewEventResize(w, h)) // a full queue is part of the storm
}

func (s *terminal) clipboard() string {
	s.sim.mu.Lock()
	defer s.sim.mu.Unlock()
	return s.sim.clip
}

// ended waits for Run to return.
func (s *terminal) ended() error {
	s.t.Helper()
	select {
	case err := <-s.end:
		return err
	case <-time.After(need.Patience):
		s.t.Fatal("Run does not return")
		return nil
	}
}

var benchmarkScreen tcell.SimulationScreen

// drawForBenchmark draws one frame on a screen in memory.
func drawForBenchmark(s *screen, w, h int) {
	if benchmarkScreen == nil {
		benchmarkScreen = tcell.NewSimulationScreen("UTF-8")
		benchmarkScreen.Init() // never fails in memory
		benchmarkScreen.SetSize(w, h)
	}
	s.SetRect(0, 0, w, h)
	s.Draw(benchmarkScreen)
	benchmarkScreen.Show()
}
