package render

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// TestCauseIsReadable: without opening anything, header and sessions say in a few
// words what went wrong, and below the timeline stands the selected finding in
// full, on screens of the usual sizes.
func TestCauseIsReadable(t *testing.T) {
	for _, c := range []struct{ capture, header, state, line string }{
		{"ffmpeg5__nginx__publish_badname", "✗ session 2: NetStream.Publish.BadName", "✗ NetStream.Publish.BadName", "ERROR NetStream.Publish.BadName"},
		{"ffmpeg5__nginx__server_killed", "✗ session 1: server went away mid-stream", "✗ server went away mid-stream", "ERROR server went away mid-stream"},
		{"ffmpeg5__nginx__play_missing", "✗ session 1: never any media", "✗ never any media", "ERROR never any media"},
	} {
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
			s := newStage(t, c.capture, size.w, size.h)
			for range 20 { // to the gravest finding
				if r := s.SelectedRow(); r > 0 && s.Timeline().Row(r).Kind == session.Found && s.Timeline().Row(r).Severity == session.Error {
					break
				}
				s.press(")")
			}
			text := s.draw().text()
			name, summary := s.Text(s.SelectedRow())
			whole := strings.Join(strings.Fields(text), " ")
			for _, want := range []string{c.header, c.state, c.line, name + ": " + summary} {
				if !strings.Contains(whole, want) {
					t.Errorf("%s %dx%d does not say %q:\n%s", c.capture, size.w, size.h, want, text)
				}
			}
		}
	}
}

func TestShortCode(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"NetStream.Play.StreamNotFound", 29, "NetStream.Play.StreamNotFound"},
		{"NetStream.Play.StreamNotFound", 28, "Play.StreamNotFound"},
		{"NetStream.Play.StreamNotFound", 5, "StreamNotFound"},
		{"closed 3.7 s after publish", 5, "closed 3.7 s after publish"},
	} {
		if got := shortCode(c.in, c.width); got != c.want {
			t.Errorf("%q in %d columns is %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

// TestKeepFigure: how long something lasts is not cut where the words can be.
func TestKeepFigure(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"server stopped reading, 2.3 s", 29, "server stopped reading, 2.3 s"},
		{"server stopped reading, 2.3 s", 28, "server stopped readi…, 2.3 s"},
		{"server had not read for 16.3 s", 24, "server had n… for 16.3 s"},
		{"server had not read for 16.3 s", 12, "server had not read for 16.3 s"},
		{"waits for the client, then the server", 20, "waits for the client, then the server"},
		{"closed 3.7 s after publish", 20, "closed 3.7 s after publish"},
	} {
		if got := keepFigure(c.in, c.width); got != c.want {
			t.Errorf("%q in %d columns is %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

// TestNoteLeavesTheCause: a note on a finding stands behind the cause, both to be
// read, on screens of the usual sizes.
func TestNoteLeavesTheCause(t *testing.T) {
	for _, size := range []struct{ w, h int }{{100, 30}, {120, 40}} {
		s := newStage(t, "ffmpeg5__nginx__publish_badname", size.w, size.h)
		for range 20 {
			if r := s.SelectedRow(); r > 0 && s.Timeline().Row(r).Kind == session.Found && s.Timeline().Row(r).Severity == session.Error {
				break
			}
			s.press(")")
		}
		s.press("c", "d", "e", "n", "y", "Enter")
		const want = "ERROR NetStream.Publish.BadName │ ✎ deny"
		if text := s.draw().text(); !strings.Contains(text, want) {
			t.Errorf("%dx%d does not say %q:\n%s", size.w, size.h, want, text)
		}
	}
}

// TestSelectionStaysInSight: the lines below the timeline come and go with what is
// selected, and never hide it.
func TestSelectionStaysInSight(t *testing.T) {
	for _, key := range []string{"j", "k"} {
		s := newStage(t, "ffmpeg5__nginx__server_killed", 80, 24).press(map[string]string{"j": "g", "k": "G"}[key])
		seen := 0
		for range s.View().Len() {
			s.press(key)
			l, v := s.Layout(), s.View()
			if h := l.Timeline.H - 2; v.Sel < v.Top || v.Sel >= v.Top+h {
				t.Fatalf("line %d is selected, %d to %d are in sight", v.Sel, v.Top, v.Top+h)
			}
			if l.Full.H > 0 {
				seen++
			}
			if got := fmt.Sprint(s.draw().text()); !strings.Contains(got, "▌") {
				t.Fatalf("no selection:\n%s", got)
			}
		}
		if seen == 0 {
			t.Error("nothing was said in full")
		}
	}
}

// TestAcknowledged: nobody is said to owe an acknowledgement that is not due.
func TestAcknowledged(t *testing.T) {
	for _, c := range []struct {
		d    stats.Direction
		want string
	}{
		{stats.Direction{Bytes: 4000}, "none; no window was announced"},
		{stats.Direction{Bytes: 4000, Window: 5000}, "none yet; less than one window was sent"},
		{stats.Direction{Bytes: 5000, Window: 5000}, "none, though 5.0 KB were sent"},
		{stats.Direction{Bytes: 6000, Window: 5000, Acks: 1, LastAck: 5000}, "1 acknowledgement, up to byte 5000; 0 B outstanding at that time"},
	} {
		if got := acknowledged(&c.d); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestWhoTheTwoEndsAre: both programs are named on screens of the usual sizes.
func TestWhoTheTwoEndsAre(t *testing.T) {
	for capture, want := range map[string]string{
		"ffmpeg5__nginx__publish_badname":      "FFmpeg→nginx-rtmp",
		"ffmpeg5__srs__publish_and_play":       "FFmpeg→SRS",
		"rtmpdump__crtmpserver__vod_play_seek": "librtmp→crtmpserver",
	} {
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 60}} {
			if got := newStage(t, capture, size.w, size.h).draw().text(); !strings.Contains(strings.ReplaceAll(got, " → ", "→"), want) {
				t.Errorf("%s %dx%d does not say %q:\n%s", capture, size.w, size.h, want, got)
			}
		}
	}
}

func TestProgramsFit(t *testing.T) {
	for _, c := range []struct {
		client, server string
		width          int
		want           string
	}{
		{"FFmpeg", "nginx-rtmp", 19, "FFmpeg → nginx-rtmp"},
		{"FFmpeg", "nginx-rtmp", 18, "FFmpeg → nginx"},
		{"FFmpeg", "nginx-rtmp", 12, "FFmpeg→nginx"},
		{"OBS", "Node-Media-Server", 19, "OBS → NMS"},
		{"", "SRS", 19, "? → SRS"},
		{"", "", 19, ""},
		{"GStreamer", "rtmpscope", 12, "GStr…→rtmps…"},
		{"GStreamer", "SRS", 12, "GStream…→SRS"},
	} {
		if got := programs(lint.Programs{Client: c.client, Server: c.server}, c.width); got != c.want {
			t.Errorf("%s and %s in %d columns: %q, want %q", c.client, c.server, c.width, got, c.want)
		}
	}
}

// TestHeaderTellsTrouble: the header has the gravest and the newest trouble, each in its
// colour, and how many there are besides; where there is little room it says less, and
// never nothing.
func TestHeaderTellsTrouble(t *testing.T) {
	f := &listtest.Timeline{}
	for n, s := range []session.Info{
		{Worst: session.Error, Trouble: "refused", Cause: "NetStream.Publish.BadName"}, {Worst: session.Warning, Cause: "no audio"},
		{Worst: session.Note}, {Worst: session.Warning, Cause: "B frames"},
	} {
		f.Add(uint32(n+1), session.Row{Kind: session.Opened})
		i := &f.Infos[n]
		i.Worst, i.Trouble, i.Cause = s.Worst, s.Trouble, s.Cause
	}
	m := model.New(model.Options{})
	m.Update(model.Grown{Timeline: f, Now: time.Unix(0, 0), Done: true, Facts: model.Facts{Capture: "night.pcapng", Size: "1 KB"}})
	for width, want := range map[int][]string{
		200: {"✗ session 1: NetStream.Publish.BadName · ! newest, session 4: B frames · 1 more"},
		120: {"+1 ✗ s1 NetStream.Publish.BadName · ! s4 B frames"},
		80:  {"+2 ✗ s1 Publish.BadName"},
		60:  {"✗ s1 "},
	} {
		m.Update(model.Resize{Width: width, Height: 24})
		var g Grid
		Frame(&g, m)
		line, _, _ := strings.Cut(g.text(), "\n")
		for _, words := range want {
			if !strings.Contains(line, words) {
				t.Errorf("%d columns: no %q in %q", width, words, line)
			}
		}
		if before, _, found := strings.Cut(line, "B frames"); found {
			if r := g.At(len([]rune(before)), 0).Style.Role; r != Warn {
				t.Errorf("a warning has role %d", r)
			}
		}
	}
}
