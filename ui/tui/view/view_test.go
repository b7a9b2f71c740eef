package view

import (
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/gdamore/tcell/v2"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a source made by hand. A timeline that was handed out never changes.
type fake struct {
	mu      sync.Mutex
	now     *timeline
	changed chan struct{}
	done    chan struct{}
	detail  func(row int) (*analyst.Detail, error)
}

type timeline struct {
	rows     []session.Row
	texts    []session.Text
	sessions []session.Info
}

func (t *timeline) Len() int                 { return len(t.rows) }
func (t *timeline) Row(n int) session.Row    { return t.rows[n-1] }
func (t *timeline) Text(n int) session.Text  { return t.texts[n-1] }
func (t *timeline) Sessions() []session.Info { return t.sessions }

// SessionCount implements list.Timeline.
func (t *timeline) SessionCount() int { return len(t.Sessions()) }

// Session implements list.Timeline.
func (t *timeline) Session(number uint32) session.Info { return t.Sessions()[number-1] }

// Open implements list.Timeline.
func (t *timeline) Open() (numbers []uint32) {
	for _, i := range t.Sessions() {
		if i.Open {
			numbers = append(numbers, i.Number)
		}
	}
	return numbers
}

func (t *timeline) Notes() []session.Written { return nil }

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func newFake() *fake {
	return &fake{now: &timeline{}, changed: make(chan struct{}, 1), done: make(chan struct{})}
}

func (f *fake) Latest() (list.Timeline, model.Meters) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now, nil
}
func (f *fake) Changed() <-chan struct{} { return f.changed }
func (f *fake) Done() <-chan struct{}    { return f.done }

func (f *fake) Detail(row int) (*analyst.Detail, error) {
	if f.detail != nil {
		return f.detail(row)
	}
	return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Body: []byte("body"), Fields: []field.Field{
		{Name: fmt.Sprintf("field of row %d", row), Value: text.Plain("its value"), End: 4}}}, nil
}

// add appends a command of the first session.
func (f *fake) add(name, summary string) {
	f.mu.Lock()
	t := *f.now
	n := int64(len(t.rows))
	at := epoch.Add(time.Duration(n) * time.Millisecond)
	t.rows = append(t.rows, session.Row{Kind: session.Message, Type: 20, Session: 1, Phase: session.PhaseConnect, Time: at.UnixNano(), Length: 4})
	t.texts = append(t.texts, session.Text{Name: name, Summary: text.Plain(summary)})
	t.sessions = []session.Info{{Number: 1, Client: "10.0.0.1:5", App: text.Plain("live"), Open: true, OpenedAt: epoch, LastAt: at}}
	f.now = &t
	f.mu.Unlock()
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

// everything is a language in which each text is a filter that selects all rows.
var everything = model.Filters{Compile: func(string) (s model.Selector, problem string, at int) {
	s.Match = func(list.Timeline, int) bool { return true }
	return s, "", 0
}}

// media appends a video message of the first session.
func (f *fake) media() {
	f.add("Video", "")
	f.mu.Lock()
	defer f.mu.Unlock()
	r := &f.now.rows[len(f.now.rows)-1]
	r.Type, r.Phase = 9, session.PhaseConnect
}

func story() *fake {
	f := newFake()
	for i := 1; i <= 60; i++ {
		f.add(fmt.Sprintf("command%02d", i), "says something")
	}
	return f
}

func TestKeysDriveTheScreen(t *testing.T) {
	s := start(t, story(), Options{}, 80, 24)
	s.wait("rtmpscope", "command01", "line 1 of 61")
	s.press("G")
	s.wait("command60", "line 61 of 61")
	s.press("Enter")
	s.wait("field of row 60", "its value", "62 6f 64 79")
	s.press("y", "v")
	s.until("the clipboard", func(string) bool { return s.clipboard() == "its value" })
	s.press("?")
	s.wait("Help", "next trouble: refused")
	s.press("q")
	s.gone("next trouble: refused")
	s.press("Esc")
	s.gone("field of row 60")
	s.press("/COMMAND07", "Enter")
	s.wait("line 8 of 61")
	s.press("T", "T", "T", "Ctrl-L", "q", "q")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

func TestLive(t *testing.T) {
	f := newFake()
	facts := func() model.Facts {
		return model.Facts{Live: true, Listen: "127.0.0.1:1935", Upstream: "origin:1", Capture: "a.pcapng", Size: "1 KB"}
	}
	s := start(t, f, Options{Model: model.Options{Live: true, Hints: []string{"type this"}}, Facts: facts}, 80, 24)
	s.wait("type this", "listening 127.0.0.1:1935")
	for i := range 200 {
		f.add(fmt.Sprintf("live%03d", i), "")
	}
	s.wait("live199", "following")
	s.press("q")
	s.wait("Stop the proxy?")
	s.press("n")
	s.gone("Stop the proxy")
	early := tcell.NewEventKey(tcell.KeyRune, 'y', tcell.ModNone) // typed before the question stands there
	s.press("q")
	s.wait("Stop the proxy? One session is still open and will be disconnected. (y/n)")
	if err := s.sim.PostEvent(early); err != nil {
		t.Fatal(err)
	}
	s.press("q") // stays
	s.gone("Stop the proxy")
	s.press("q")
	s.wait("Stop the proxy")
	s.press("y")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

func TestMouse(t *testing.T) {
	s := start(t, story(), Options{Mouse: true}, 80, 24)
	s.wait("command01")
	s.click(30, 10)
	s.wait("line 5 of 61")
	s.wheelDown(30, 10)
	s.gone("command01")
	s.wait("line 5 of 61")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

// TestMouseOnSigns: a key hint does its key, a fold mark folds, the right button opens a
// menu of which a click takes a choice.
func TestMouseOnSigns(t *testing.T) {
	f := newFake()
	for i := 1; i <= 20; i++ {
		f.add(fmt.Sprintf("command%02d", i), "says something")
	}
	for range 3 {
		f.media()
	}
	s := start(t, f, Options{Mouse: true, Model: model.Options{Filters: everything}}, 120, 40)
	s.wait("3 media", "? help")
	last := s.line("? help")
	s.click(s.column(last, "? help"), last)
	s.wait("next trouble: refused")
	s.click(s.column(last, "Esc"), last)
	s.gone("next trouble: refused")
	run := s.line("3 media")
	s.click(s.column(run, "▸"), run)
	s.wait("▾ 3 media", "line 22 of 25")
	s.click(s.column(run, "▾"), run)
	s.wait("▸ 3 media", "line 22 of 22")
	row := s.line("command07")
	s.rightClick(s.column(row, "command07"), row)
	s.wait("here:", "name == ", "Enter chooses")
	choice := s.line("name != ")
	s.click(5, choice)
	s.wait("FILTER name != ")
	s.press("Esc")
	s.wait("all rows are listed again")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

func TestEnds(t *testing.T) {
	s := start(t, story(), Options{Model: model.Options{Live: true}}, 80, 24)
	s.stop() // at any moment, even before the first frame
	if err := s.ended(); err != nil {
		t.Error(err)
	}
	s = start(t, story(), Options{Model: model.Options{Live: true}}, 80, 24)
	s.wait("command60")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

// TestDetailNeverBlocks: while a detail is read, keys work, and an answer for a
// row that was left is dropped.
func TestDetailNeverBlocks(t *testing.T) {
	f := story()
	slow := make(chan struct{})
	f.detail = func(row int) (*analyst.Detail, error) {
		switch row {
		case 1:
			<-slow
		case 3:
			panic("the decoder has a fault")
		case 4:
			return nil, errors.New("the file is gone")
		}
		return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Fields: []field.Field{{Name: fmt.Sprintf("field of row %d", row)}}}, nil
	}
	s := start(t, f, Options{}, 120, 40)
	s.wait("command01")
	s.press("j", "Enter")
	s.wait("reading")
	s.press("2", "j")
	s.wait("line 3 of 61")
	close(slow)
	s.wait("field of row 2")
	s.press("j")
	s.wait("the decoder has a fault")
	s.press("j")
	s.wait("the file is gone")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	f := story()
	f.mu.Lock()
	f.now.texts = f.now.texts[:3] // reading the fourth panics
	f.mu.Unlock()
	err := start(t, f, Options{}, 80, 24).ended()
	if err == nil || !strings.Contains(err.Error(), "the screen has failed") {
		t.Errorf("Run returned %v", err)
	}
}

func TestResizeStorm(t *testing.T) {
	f := story()
	s := start(t, f, Options{Model: model.Options{Live: true}}, 80, 24)
	s.wait("command60")
	s.press("g", "j", "j", "Enter")
	r := rand.New(rand.NewSource(1))
	for i := range 200 {
		s.resize(r.Intn(250)+1, r.Intn(80)+1)
		f.add(fmt.Sprintf("storm%03d", i), "")
		if i%10 == 0 {
			s.press("Tab", "Z")
		}
	}
	s.resize(80, 24)
	s.press("q")
	s.wait("line 3 of", "command02")
	s.press("Ctrl-C")
	if err := s.ended(); err != nil {
		t.Error(err)
	}
}

// TestHostileText: what peers wrote appears as it is, and does nothing.
func TestHostileText(t *testing.T) {
	for _, in := range []string{
		"[red]x", `["region"]x[""]`, "[:::https://evil/x]CLICK", "[[]", "{[]}",
		"\x1b]0;PWNED\x07", "\x1b[2J", "\u009b2J", "a\u202eb\u2066c", "zero\u200bwidth", "nul\x00tab\tnl\n",
		"\xff\xfe", "日本語テキスト", "e\u0301\u0301", "👩‍👩‍👧", "🏳️‍🌈",
	} {
		f := newFake()
		f.add(text.Safe(in), "summary "+in)
		f.detail = func(row int) (*analyst.Detail, error) {
			return &analyst.Detail{Number: row, Row: session.Row{Kind: session.Message}, Body: []byte(in), Fields: []field.Field{{Name: "f", Value: text.Plain(in), End: len(in)}}}, nil
		}
		s := start(t, f, Options{}, 120, 40)
		s.wait("summary " + text.Safe(in))
		s.press("G", "Enter")
		s.wait("f = " + text.Safe(in))
		for _, r := range s.text() {
			if r != '\n' && r != ' ' && !unicode.IsPrint(r) && !unicode.Is(unicode.M, r) {
				t.Errorf("%q puts %U on the screen", in, r)
			}
		}
		s.press("Ctrl-C")
		if err := s.ended(); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkKeyToFrame(b *testing.B) {
	f := newFake()
	f.now.sessions = []session.Info{{Number: 1, OpenedAt: epoch, LastAt: epoch}}
	f.now.texts = make([]session.Text, 1_000_000)
	for i := range f.now.texts {
		typ := uint8(8)
		if i%50 == 0 {
			typ = 20
		}
		f.now.rows = append(f.now.rows, session.Row{Kind: session.Message, Type: typ, Session: 1, Time: int64(i), Phase: session.PhaseMedia})
	}
	m := model.New(model.Options{Live: true})
	m.Update(model.Resize{Width: 120, Height: 40})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			m := model.New(model.Options{})
			m.Update(model.Grown{Timeline: f.now, Now: epoch})
		}
	})
	m.Update(model.Grown{Timeline: f.now, Now: epoch})
	a := &app{m: m, src: f, pump: newPump(f), reader: newReader(f, nil)}
	scr := newScreen(a)
	b.Run("key", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			a.update(model.Key{Name: []string{"k", "PgUp", "]", "g", "G"}[i%5]})
			drawForBenchmark(scr, 120, 40)
		}
	})
}

// BenchmarkOpenRun opens and closes a run of a million rows, alone and with the
// rows of another session between its own.
func BenchmarkOpenRun(b *testing.B) {
	for _, sessions := range []int{1, 2} {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			f := newFake()
			f.now.sessions = []session.Info{{Number: 1, OpenedAt: epoch, LastAt: epoch}, {Number: 2, OpenedAt: epoch, LastAt: epoch}}[:sessions]
			f.now.texts = make([]session.Text, 1_000_000*sessions)
			for i := range f.now.texts {
				f.now.rows = append(f.now.rows, session.Row{Kind: session.Message, Type: 8, Session: uint32(i%sessions + 1), Time: int64(i), Phase: session.PhaseMedia})
			}
			m := model.New(model.Options{})
			m.Update(model.Resize{Width: 120, Height: 40})
			for m.Update(model.Grown{Timeline: f.now, Now: epoch}).Again {
			}
			a := &app{m: m, src: f, pump: newPump(f), reader: newReader(f, nil)}
			scr := newScreen(a)
			for i := 0; b.Loop(); i++ {
				a.update(model.Key{Name: []string{"g", "j", "Enter", "G"}[i%4]})
				drawForBenchmark(scr, 120, 40)
			}
		})
	}
}
