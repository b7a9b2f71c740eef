// Package view connects a model to a terminal: it paints the grids of package
// render, turns keys and clicks into actions, and performs the effects that the
// model asks for.
//
// [Run] blocks until the person quits. There are four goroutines: the one of
// Run, which is tview's event loop and the only one that touches the model; the
// pump, the only one that queues updates for that loop; the reader, which
// decodes details so that the screen never waits; and the sifter, which opens
// rows for a filter that looks inside them. The pump ends before the loop, because an update queued for a loop that has ended would wait for ever.
//
// No text passes tview's own widgets or its tag parser: the one primitive here
// sets every cell itself.
package view

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// Source is where the timeline comes from. All methods may be called at any time.
type Source interface {
	// Latest is the timeline so far with what knows more of it, which may be nil;
	// neither ever changes.
	Latest() (list.Timeline, model.Meters)
	// Changed receives when there is more. It has capacity one.
	Changed() <-chan struct{}
	// Done is closed when there will be no more.
	Done() <-chan struct{}
	// Detail decodes one row; it may take its time and is called off the UI goroutine.
	Detail(row int) (*analyst.Detail, error)
}

// Options say how the screen looks and what it is told besides the timeline.
type Options struct {
	Model model.Options
	Facts func() model.Facts // for the header, asked at each frame
	Log   func() []string    // lines of the log, asked at each frame; may be nil
	// Desk does what the keys for notes, saving and exporting ask for, off the UI
	// goroutine; there is no key for what it cannot do. It may be nil.
	Desk    desk.Desk
	Relay   func() map[string]model.Relayed // may be nil
	Reading func() (done, total int64)      // how far reading the capture has come; may be nil
	Grow    func()                          // reads on in a file that grows; may be nil
	Sift    func(model.Sift) model.Sifted   // opens rows, off the UI goroutine
	ASCII   bool
	Mouse   bool
	Screen  tcell.Screen // the terminal if nil; Run initialises and finishes it
}

// app is the screen and what stands behind it: the model, which the loop's goroutine
// owns, and the goroutines beside it.
type app struct {
	src    Source
	o      Options
	m      *model.Model
	loop   *tview.Application
	root   *screen
	screen tcell.Screen // once drawn; for the clipboard
	begun  time.Time
	pump   *pump
	reader *reader
	sifter *sifter
}

// Errors that Run returns when it was neither quit nor ended.
var (
	// ErrFailed is a panic of the UI. Nothing else has stopped.
	ErrFailed = errors.New("the screen has failed")
	// ErrLost is a terminal that is gone, as when its window was closed.
	ErrLost = errors.New("the terminal is gone")
)

// Run shows src until the person quits or ctx ends. The terminal is restored in
// every case; the errors are ErrFailed, ErrLost, or why there is no screen.
func Run(ctx context.Context, src Source, o Options) error {
	o.Model.Themes = ThemeNames()
	if o.Model.Can = 0; o.Desk != nil {
		o.Model.Can, o.Model.ExportFormats = o.Desk.Abilities(), strings.Join(desk.Formats(), " ")
	}
	p := newPump(src)
	a := &app{
		src: src, o: o, m: model.New(o.Model), loop: tview.NewApplication(), begun: time.Now(),
		pump: p, reader: newReader(src, p.answers), sifter: newSifter(o.Sift, p.answers),
	}
	return a.run(ctx)
}

func (a *app) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	over := make(chan struct{})
	var parts []<-chan struct{}
	for _, run := range []func(){func() { a.pump.run(ctx, a, over) }, func() { a.reader.run(ctx) }, func() { a.sifter.run(ctx) }} {
		ended := make(chan struct{})
		parts = append(parts, ended)
		go func() { defer close(ended); run() }()
	}
	err := a.guard()
	close(over)
	stop()
	// After a panic or a lost terminal the pump may wait for a loop that has
	// ended, and a detail may take long; neither may keep the program.
	for _, part := range parts {
		select {
		case <-part:
		case <-time.After(time.Second):
		}
	}
	return err
}

// guard shows the screen and turns a panic into an error.
func (a *app) guard() (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.loop.Stop()
			said := fmt.Sprint(p)
			err = fmt.Errorf("%w: %s\n%s", ErrFailed, message.Marked(said, message.InText(said)).Show(false), debug.Stack())
		}
	}()
	terminal, err := openTerminal(a.o.Screen)
	if err != nil {
		return err
	}
	a.root = newScreen(a)
	a.loop.SetScreen(terminal).EnableMouse(a.o.Mouse).EnablePaste(true).SetRoot(a.root, true)
	a.loop.SetInputCapture(a.key)
	a.update(a.news())
	if err := a.loop.Run(); err != nil {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return nil
}

// refresh, answer, signal and end are what the pump does.
func (a *app) refresh() { a.loop.QueueUpdateDraw(func() { a.update(a.news()) }) }

func (a *app) answer(d model.Action) { a.loop.QueueUpdateDraw(func() { a.update(d) }) }

func (a *app) signal(s os.Signal) { a.loop.QueueUpdateDraw(func() { a.jobControl(s) }) }

func (a *app) end() { a.loop.Stop() }

// news collects what the model is told at each frame.
func (a *app) news() model.Grown {
	g := model.Grown{Now: time.Now()}
	select { // before the timeline, so that what is said to be done is complete
	case <-a.src.Done():
		g.Done = true
	default:
	}
	g.Timeline, g.Meters = a.src.Latest()
	g.Working, g.Reading = a.progress(g.Done)
	if a.o.Facts != nil {
		g.Facts = a.o.Facts()
	}
	if a.o.Relay != nil {
		g.Relay = a.o.Relay()
	}
	if a.o.Log != nil {
		g.Log = a.o.Log()
	}
	return g
}

// progress is how far the work and the reading of the capture have come.
func (a *app) progress(done bool) (working, reading model.Progress) {
	if p := a.reader.doing.Load(); p != nil {
		working = *p
		if a.o.Desk != nil {
			working.Done, working.Total = a.o.Desk.Progress()
		}
	}
	if a.o.Reading != nil && !done {
		reading = model.Progress{What: "reading the capture", Since: a.begun}
		if reading.Done, reading.Total = a.o.Reading(); reading.Total <= 0 {
			reading = model.Progress{} // nobody knows when a stream ends
		}
	}
	return working, reading
}

// update changes the model and does what it asks for. It is called on the loop's goroutine.
func (a *app) update(action model.Action) {
	e := a.m.Update(action)
	if e.Fetch != 0 {
		a.reader.want(e.Fetch)
	}
	if e.Copy != "" && a.screen != nil {
		a.screen.SetClipboard([]byte(e.Copy[:min(len(e.Copy), clipboardMax)]))
	}
	if do := a.job(e); do != nil {
		select {
		case a.reader.work <- do:
		default:
			a.m.Update(model.Performed{Err: errors.New("something else is still being done")})
		}
	}
	if e.Grow && a.o.Grow != nil {
		a.o.Grow()
	}
	if e.Sift != nil { // the model asks again only after the answer
		a.sifter.questions <- *e.Sift
	}
	a.pump.hurried.Store(a.m.Hurried() || a.reader.doing.Load() != nil)
	if e.Quit {
		tell(a.pump.quit)
	}
	if e.Again {
		tell(a.pump.again)
	}
}

// clipboardMax keeps the OSC 52 sequence below 74,994 base64 characters, which
// common terminals do not accept more of.
const clipboardMax = 56_000
