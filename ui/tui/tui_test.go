package tui

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eye is a screen in memory that tells each frame.
type eye struct {
	tcell.SimulationScreen
	frames chan struct{}
}

func (e *eye) Show() {
	e.SimulationScreen.Show()
	select {
	case e.frames <- struct{}{}:
	default:
	}
}

// TestRunFollowsAnAnalyst opens a real capture while it is still being read,
// looks at a message, and quits.
func TestRunFollowsAnAnalyst(t *testing.T) {
	src, err := capture.File(filepath.Join("../../testdata/captures", "ffmpeg5__nginx__publish_badname.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	read := make(chan error, 1)
	go func() { read <- a.Run(ctx) }()
	screen := &eye{tcell.NewSimulationScreen("UTF-8"), make(chan struct{}, 1)}
	end := make(chan error, 1)
	go func() {
		end <- Run(ctx, a, Options{CapturePath: "x.pcapng", CaptureSize: func() string { return "1 KB" }, Screen: screen, NoColor: true, Mouse: true})
	}()
	<-screen.frames
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	for _, r := range "}a}xK" {
		screen.InjectKey(tcell.KeyRune, r, tcell.ModNone)
	}
	screen.InjectKey(tcell.KeyEnter, 0, tcell.ModNone)
	screen.InjectKey(tcell.KeyCtrlC, 0, tcell.ModNone)
	select {
	case err := <-end:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Ctrl-C does not end it")
	}
}

// stuck is a terminal that nobody reads: the first frame is never written.
type stuck struct {
	tcell.SimulationScreen
	shown, release chan struct{}
}

func (s *stuck) Show() {
	select {
	case s.shown <- struct{}{}:
	default:
	}
	<-s.release
	s.SimulationScreen.Show()
}

// TestInvariantNothingWaitsForTheScreen: a screen that is stuck in the middle of a
// frame, with a state in its hands, does not keep the fold from its end.
func TestInvariantNothingWaitsForTheScreen(t *testing.T) {
	src, err := capture.File(filepath.Join("../../testdata/captures", "ffmpeg5__nginx__publish_badname.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{Judge: lint.New(lint.Config{}), Measure: true})
	screen := &stuck{tcell.NewSimulationScreen("UTF-8"), make(chan struct{}, 1), make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- Run(ctx, a, Options{Screen: screen}) }()
	<-screen.shown
	if err := a.Run(context.Background()); err != nil {
		t.Error(err)
	}
	if a.State().Timeline.Len() == 0 {
		t.Error("nothing was folded")
	}
	stop()
	close(screen.release)
	if err := <-end; err != nil {
		t.Error(err)
	}
}

// reader is a screen in memory that tells what stands on each frame.
type reader struct {
	tcell.SimulationScreen
	texts chan string
}

func (r *reader) Show() {
	r.SimulationScreen.Show()
	var text strings.Builder
	cells, _, _ := r.GetContents()
	for _, c := range cells {
		text.WriteString(string(c.Runes))
	}
	select {
	case <-r.texts: // nobody has looked at the older one
	default:
	}
	r.texts <- text.String()
}

// TestRunFiltersInsideMessages: the screen lists the rows of a filter that has to
// open messages, and no others.
func TestRunFiltersInsideMessages(t *testing.T) {
	src, err := capture.File(filepath.Join("../../testdata/captures", "ffmpeg5__nginx__wrong_app.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a := analyst.New(src, analyst.Options{})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	screen := &reader{tcell.NewSimulationScreen("UTF-8"), make(chan string, 1)}
	end := make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		end <- Run(ctx, a, Options{CapturePath: "x.pcapng", Screen: screen, NoColor: true, Filter: `has("tcUrl")`})
	}()
	late, text := time.After(10*time.Second), ""
	for !strings.Contains(text, "to app") {
		select {
		case text = <-screen.texts:
		case <-late:
			t.Fatalf("the connect is not listed:\n%s", text)
		}
	}
	if strings.Contains(text, "Chunk Size") {
		t.Errorf("a row is listed that has no tcUrl:\n%s", text)
	}
	stop()
	if err := <-end; err != nil {
		t.Error(err)
	}
}
