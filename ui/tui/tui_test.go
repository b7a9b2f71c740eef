package tui

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/capture"
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
