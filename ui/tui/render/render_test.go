package render

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui/list"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

const captures = "../../../testdata/captures"

// meters is what a capture gave besides its timeline.
type meters struct {
	stats.Collector
	judge    *lint.Judge
	proof    map[int][]uint32
	sessions *diff.Collector
}

func (m *meters) Report(n uint32) (lint.Report, bool) { return m.judge.Report(n) }
func (m *meters) ProgramsOf(n uint32) lint.Programs {
	r, _ := m.judge.Report(n)
	return lint.Programs{Client: r.Client.Name, Server: r.Server.Name}
}
func (m *meters) Rate(n uint32) stats.Series {
	if s := m.Session(n); s != nil {
		return s.Bytes()
	}
	return stats.Series{}
}
func (m *meters) Proof(row int) []uint32 { return m.proof[row] }

func (m *meters) Entry(e *session.Entry) {
	m.Collector.Entry(e)
	m.sessions.OnEntry(e)
	if e.Finding != nil {
		m.proof[int(e.Number)] = e.Finding.Rows
	}
}

// opened reads a real capture to its end, with rules and measuring.
func opened(t testing.TB, name string) (*analyst.Analyst, *meters) {
	t.Helper()
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(captures, name+".pcapng")
		if dir, _ := filepath.Split(name); dir != "" {
			path = filepath.Join(captures, name+".pcap")
		}
	}
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	m := &meters{judge: lint.New(lint.Config{}), proof: map[int][]uint32{}, sessions: diff.NewCollector()}
	a := analyst.New(src, analyst.Options{Judge: m.judge, Consumers: []analyst.Consumer{m.Entry}})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a, m
}

// stage is a model with a capture behind it, which answers what it fetches.
type stage struct {
	*model.Model
	a        *analyst.Analyst
	sessions *diff.Collector
	t        testing.TB
}

func newStage(t testing.TB, name string, w, h int) *stage {
	a, meters := opened(t, name)
	s := &stage{model.New(model.Options{Can: desk.CanNote | desk.CanSave | desk.CanExport | desk.CanCompare, Filters: model.Filters{Compile: bySummary}, Themes: []string{"terminal", "dark"}}), a, meters.sessions, t}
	s.Update(model.Resize{Width: w, Height: h})
	s.Update(model.Grown{Timeline: s.a.Snapshot(), Now: time.Unix(2e9, 0), Done: true, Meters: meters,
		Facts: model.Facts{Capture: "/home/me/" + filepath.Base(name) + ".pcapng", Size: "315 KB"}, Log: []string{"a line of the log"}})
	return s
}

// bySummary is a language of filters with one word.
func bySummary(text string) (s model.Selector, problem string, at int) {
	if i := strings.IndexByte(text, '('); i >= 0 {
		return s, "a bracket that is never closed", i
	}
	s.Match = func(t list.Timeline, n int) bool { return strings.Contains(t.Text(n).Name, text) }
	return s, "", 0
}

func (s *stage) press(keys ...string) *stage {
	s.t.Helper()
	for _, k := range keys {
		switch e := s.Update(model.Key{Name: k}); {
		case e.Fetch != 0:
			d, err := s.a.Detail(e.Fetch)
			s.Update(model.DetailRead{Row: e.Fetch, Data: d, Err: err})
		case e.Compare != [2]int{}:
			a, _ := s.a.Detail(e.Compare[0])
			b, err := s.a.Detail(e.Compare[1])
			s.Update(model.Compared{A: a, B: b, Err: err})
		case e.CompareSessions != [2]uint32{}:
			list, pair := s.sessions.Sessions(), e.CompareSessions
			s.Update(model.SessionsCompared{Result: diff.Compare(list[pair[0]-1], list[pair[1]-1], diff.Options{})})
		case e.Note != nil:
			s.Update(model.Performed{Note: e.Note, Done: "kept"})
		}
	}
	return s
}

func (s *stage) draw() *Grid {
	var g Grid
	Frame(&g, s.Model)
	return &g
}

// text is what a person sees, row by row, without styles.
func (g *Grid) text() string {
	var b strings.Builder
	for y := range g.H {
		line := ""
		for x := range g.W {
			if c := g.At(x, y); c.Rune != 0 {
				line += string(c.Rune) + string(c.Comb)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// roles is the same grid with a letter for each role, and upper case where a mark lies.
func (g *Grid) roles() string {
	var b strings.Builder
	for y := range g.H {
		line := ""
		for x := range g.W {
			c := g.At(x, y)
			letter := string(rune('a' + c.Style.Role))
			if c.Style.Role == Normal && c.Style.Mark == 0 {
				letter = " "
			} else if c.Style.Mark != 0 {
				letter = strings.ToUpper(letter)
			}
			line += letter
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-golden +drawn; -update writes it anew)\n%s", file, d)
	}
}

var sizes = []struct{ w, h int }{{80, 24}, {120, 40}, {200, 60}, {60, 15}}

func TestGolden(t *testing.T) {
	const refused, killed = "ffmpeg5__nginx__publish_badname", "ffmpeg5__nginx__server_killed"
	for _, c := range []struct {
		name, capture string
		keys          []string
	}{
		{"opened", refused, nil},
		{"stalled", "ffmpeg5__nginx__play_missing", []string{"4"}},
		{"timeline", refused, []string{"1", "g", "2", "G"}},
		{"all", refused, []string{"a", "}"}},
		{"refused", refused, []string{"1", "j", "2", "}", "Enter", "x"}},
		{"metadata", refused, []string{"1", "g", "2", ":", "2", "0", "Enter", "Enter", "j", "j", "l"}},
		{"menu", refused, []string{"1", "g", "2", "g", "]", "=", "j"}},
		{"menu-of-a-session", refused, []string{"1", "g", "!"}},
		{"revealed", refused, []string{"K", "y"}},
		{"killed", killed, []string{"G"}},
		{"help", killed, []string{"?"}},
		{"finding", refused, []string{"1", "j", "2", "}", "}", "Enter"}},
		{"filter", refused, []string{"f", "C", "o", "m", "(", "x"}},
		{"filtered", refused, []string{"1", "g", "2", "f", "C", "o", "m", "m", "a", "n", "d", "Enter"}},
		{"palette", refused, []string{":", "n", "e", "x", "t", "Tab"}},
		{"procedure", refused, []string{"1", "j", "4"}},
		{"played", "ffmpeg5__nginx__publish_and_play", []string{"1", "j", "4", "g", "Z"}},
		{"elsewhere", "ffmpeg5__nginx__publish_and_play", []string{"1", "j", "4", "/", "a", "f", "t", "e", "r", "Enter"}},
		{"streams", "../reported/second_stream_badname", []string{"4", "Z"}},
		{"media", refused, []string{"1", "g", "5"}},
		{"compare", refused, []string{"]", "m", "]", "]", "]", "m", "d"}},
		{"versus", refused, []string{"1", "g", "m", "j", "m", "d"}},
		{"noted", refused, []string{"]", "m", "j", "j", "c", "w", "h", "y", "?", "Enter", "'"}},
		{"flow", refused, []string{"1", "g", "6"}},
		{"log", killed, []string{"7"}},
	} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				g := newStage(t, c.capture, size.w, size.h).press(c.keys...).draw()
				golden(t, name, g.text()+"\n"+g.roles())
			})
		}
	}
}

func TestWelcome(t *testing.T) {
	m := model.New(model.Options{Live: true, Hints: []string{"OBS  Server: rtmp://127.0.0.1:1935/live"}})
	m.Update(model.Grown{Timeline: m.Timeline(), Now: time.Unix(0, 0), Facts: model.Facts{
		Listen: "127.0.0.1:1935", Upstream: "origin:1935", Capture: "x.pcapng", Size: "1 KB", Live: true}})
	var g Grid
	for _, size := range sizes {
		m.Update(model.Resize{Width: size.w, Height: size.h})
		Frame(&g, m)
		golden(t, fmt.Sprintf("welcome-%dx%d", size.w, size.h), g.text())
	}
	if s := g.text(); !strings.Contains(s, "rtmp://127.0.0.1:1935/live") {
		t.Errorf("the hint is not on the screen:\n%s", s)
	}
}

// TestGrowingFile: a file that another program records says whether it is followed, on
// every size, with and without sessions; F follows it.
func TestGrowingFile(t *testing.T) {
	m := model.New(model.Options{})
	grown := func(g model.Growth) {
		m.Update(model.Grown{Timeline: m.Timeline(), Now: time.Unix(0, 0), Facts: model.Facts{Capture: "recording.pcapng", Size: "1 KB", Growth: g}})
	}
	var g Grid
	for _, c := range []struct {
		growth model.Growth
		want   []string
	}{{model.Unfollowed, []string{"not followed (F", "F follows the file"}}, {model.Followed, []string{"● following", "Following the file"}}} {
		grown(c.growth)
		for _, size := range sizes {
			m.Update(model.Resize{Width: size.w, Height: size.h})
			Frame(&g, m)
			for _, want := range c.want {
				if s := g.text(); !strings.Contains(s, want) {
					t.Errorf("%dx%d, growth %d: no %q in\n%s", size.w, size.h, c.growth, want, s)
				}
			}
		}
	}
	grown(model.Unfollowed)
	if e := m.Update(model.Key{Name: "F"}); !e.Grow {
		t.Errorf("F does not follow: %+v", e)
	}
	grown(model.Followed)
	if e := m.Update(model.Key{Name: "F"}); e.Grow {
		t.Error("F follows twice")
	}
}

// TestEveryScreenIsSound draws every capture in many states and sizes: each
// cell holds something harmless, and wide characters have their room.
func TestEveryScreenIsSound(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	if err != nil || len(files) == 0 {
		t.Fatal("no captures", err)
	}
	for _, f := range files {
		s := newStage(t, strings.TrimSuffix(filepath.Base(f), ".pcapng"), 80, 24)
		for _, keys := range [][]string{{}, {"G"}, {"a"}, {"}"}, {"Enter", "x"}, {"t"}, {"K", "y"}, {"Z"}, {"Z", "]", "]", "t"}, {"4", "j", "Enter"}, {"5", "G"}, {"6", "G"}, {"q", "f", "V"}, {"Enter", "Esc", ":", "t"}, {"Esc", "1", "s", "s", "S"}, {"2", "g", "j", "m", "G", "m", "d"}} {
			s.press(keys...)
			for _, size := range []struct{ w, h int }{{39, 9}, {41, 10}, {60, 15}, {80, 24}, {200, 60}} {
				s.Update(model.Resize{Width: size.w, Height: size.h})
				sound(t, s.draw())
			}
		}
	}
}

func sound(t *testing.T, g *Grid) {
	t.Helper()
	for y := range g.H {
		for x := range g.W {
			c := g.At(x, y)
			if c.Rune == 0 || c.Rune >= ' ' && c.Rune <= '~' && c.Comb == nil {
				continue
			}
			for _, r := range append([]rune{c.Rune}, c.Comb...) {
				if r != ' ' && !unicode.IsPrint(r) && !unicode.Is(unicode.M, r) {
					t.Fatalf("cell %d,%d holds %U", x, y, r)
				}
			}
			w := uniseg.StringWidth(string(c.Rune) + string(c.Comb))
			for i := 1; i < w; i++ {
				if x+i >= g.W || g.At(x+i, y).Rune != 0 {
					t.Fatalf("cell %d,%d holds %q without room for it", x, y, c.Rune)
				}
			}
		}
	}
}

// TestStreamKeyIsMasked looks for a stream key on every screen of a session.
func TestStreamKeyIsMasked(t *testing.T) {
	s := newStage(t, "ffmpeg5__nginx__publish_badname", 200, 60)
	s.press("1", "g", "2")
	v := s.View()
	for range v.Len() {
		s.press("2", "j", "Enter")
		for _, k := range []string{"x", "x"} {
			s.press("3", k)
			if text := s.draw().text(); strings.Contains(text, "dup") || strings.Contains(text, "64 75 70") {
				t.Fatalf("the stream key is on the screen:\n%s", text)
			}
		}
		s.press("Esc")
	}
	s.press("K", "y")
	if text := s.draw().text(); !strings.Contains(text, "live/dup") {
		t.Errorf("revealed, the key is not shown:\n%s", text)
	}
}

func TestPut(t *testing.T) {
	for _, c := range []struct {
		in, want string
		w        int
	}{
		{"plain", "plain", 10},
		{"cut here", "cut", 3},
		{"日本語", "日本", 5}, // no half character
		{"e\u0301a", "e\u0301a", 10},
		{"\u0301a", "◌\u0301a", 10},
		{"\x1b[31mred", "\ufffd[31mred", 10},
		{"a\u202eb", "a\ufffdb", 10},
		{"a\u200bb", "a\ufffdb", 10},
		{"[red]x[:::https://e]y", "[red]x[:::https://e]y", 30},
		{"a\tb\nc", "a\ufffdb\ufffdc", 10},
	} {
		var g Grid
		g.Reset(c.w, 1)
		g.Area(model.Rect{W: c.w, H: 1}).Put(0, 0, Style{}, c.in)
		if got := strings.TrimSuffix(g.text(), "\n"); got != c.want {
			t.Errorf("%q is drawn as %q, want %q", c.in, got, c.want)
		}
		sound(t, &g)
	}
}

func TestASCII(t *testing.T) {
	g := newStage(t, "ffmpeg5__nginx__publish_badname", 120, 40).press("}", "Enter").draw()
	ASCII(g)
	for i, c := range g.Cells {
		if c.Rune < ' ' || c.Rune > '~' || len(c.Comb) > 0 {
			t.Fatalf("cell %d holds %U %v", i, c.Rune, c.Comb)
		}
	}
	if text := g.text(); strings.Contains(text, "?? ") {
		t.Errorf("a sign has no likeness:\n%s", text)
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{bytesText(0), "0 B"}, {bytesText(999), "999 B"}, {bytesText(1000), "1.0 KB"},
		{bytesText(65_300), "65 KB"}, {bytesText(999_600), "1.0 MB"}, {bytesText(3_210_000_000), "3.2 GB"},
		{rateText(198_000), "198 kbit/s"}, {rateText(6_000_000), "6.0 Mbit/s"},
		{lapse(0), "0 µs"}, {lapse(3400 * time.Microsecond), "3.4 ms"}, {lapse(44 * time.Millisecond), "44 ms"},
		{lapse(8 * time.Second), "8.0 s"}, {lapse(59 * time.Second), "59 s"}, {lapse(83 * time.Second), "1:23"},
		{lapse(3723 * time.Second), "1:02:03"}, {lapse(-time.Second), "-1.0 s"},
		{clock(43600 * time.Microsecond), "0.0436"}, {clock(100 * time.Second), "1:40.000"},
		{clock(25*time.Hour + 1500*time.Millisecond), "25:00:01.5"},
		{count(1, "session"), "1 session"}, {count(0, "session"), "0 sessions"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(b *testing.B) {
			s := newStage(b, "ffmpeg5__nginx__publish_badname", size.w, size.h).press("}", "Enter")
			var g Grid
			b.ReportAllocs()
			for b.Loop() {
				Frame(&g, s.Model)
			}
		})
	}
}

// TestATornFileIsToldInItsPlace: in the header, and where sessions would stand
// when there is none.
func TestATornFileIsToldInItsPlace(t *testing.T) {
	const trouble = "the file ends in the middle of a packet"
	s := newStage(t, "ffmpeg5__nginx__wrong_app", 120, 40)
	torn := model.Grown{Timeline: s.a.Snapshot(), Now: time.Unix(2e9, 0), Done: true, Facts: model.Facts{Capture: "torn.pcapng", Size: "9 KB", Trouble: trouble}}
	s.Update(torn)
	if head, _, _ := strings.Cut(s.draw().text(), "\n"); !strings.Contains(head, "torn.pcapng 9 KB · ✗ "+trouble+" (7)") {
		t.Error(head)
	}
	empty := model.New(model.Options{})
	empty.Update(model.Resize{Width: 120, Height: 40})
	torn.Timeline = analyst.New(source.NewMemory(), analyst.Options{}).Snapshot()
	empty.Update(torn)
	var g Grid
	Frame(&g, empty)
	if text := g.text(); !strings.Contains(text, "could not be read to its end: "+trouble) || strings.Contains(text, "first byte") {
		t.Error(text)
	}
}

// TestWhatACaptureLeavesOpenIsNotHealthy: nobody knows how it went on.
func TestWhatACaptureLeavesOpenIsNotHealthy(t *testing.T) {
	m := model.New(model.Options{})
	now := session.Info{Number: 1, Open: true, Phase: session.PhaseMedia}
	if _, sign, words := sessionState(m, &now); sign != "●" || words != "media" {
		t.Error(sign, words)
	}
	m.Update(model.Grown{Timeline: analyst.New(source.NewMemory(), analyst.Options{}).Snapshot(), Now: time.Unix(2e9, 0), Done: true})
	now.Ended = "still open when the capture ended"
	if _, sign, words := sessionState(m, &now); sign != "○" || words != now.Ended {
		t.Error(sign, words)
	}
}
