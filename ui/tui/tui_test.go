package tui

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"go.uber.org/goleak"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/test/need"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// await reads frames until one holds the words, and returns it.
func (r *reader) await(t *testing.T, words string) (text string) {
	t.Helper()
	for late := time.After(need.Patience); !strings.Contains(text, words); {
		select {
		case text = <-r.texts:
		case <-late:
			t.Fatalf("waited in vain for %q:\n%s", words, text)
		}
	}
	return text
}

// last reads frames until no more come: what is not on the screen then will not
// come.
func (r *reader) last(text string) string {
	for {
		select {
		case text = <-r.texts:
		case <-time.After(500 * time.Millisecond):
			return text
		}
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
	screen := &reader{tcell.NewSimulationScreen("UTF-8"), make(chan string, 1)}
	end := make(chan error, 1)
	go func() {
		end <- Run(ctx, a, Options{CapturePath: "x.pcapng", CaptureSize: func() string { return "1 KB" }, Screen: screen, NoColor: true, Mouse: true})
	}()
	screen.await(t, "x.pcapng")
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	screen.await(t, "2 sessions")
	for _, r := range "a}" {
		screen.InjectKey(tcell.KeyRune, r, tcell.ModNone)
	}
	screen.await(t, "NetStream.Publish.BadName")
	screen.InjectKey(tcell.KeyEnter, 0, tcell.ModNone)
	screen.await(t, "3 Detail")
	screen.InjectKey(tcell.KeyCtrlC, 0, tcell.ModNone)
	select {
	case err := <-end:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(need.Patience):
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
	text := screen.last(screen.await(t, "to app"))
	if strings.Contains(text, "Chunk Size") {
		t.Errorf("a row is listed that has no tcUrl:\n%s", text)
	}
	stop()
	if err := <-end; err != nil {
		t.Error(err)
	}
}
