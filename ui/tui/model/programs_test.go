package model

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/stats"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/list/listtest"
)

// known is meters that know programs alone.
type known []lint.Programs

func (k known) Session(uint32) *stats.Session { return nil }
func (k known) Rate(uint32) (s stats.Series)  { return s }
func (k known) Proof(int) []uint32            { return nil }
func (k known) ProgramsOf(n uint32) lint.Programs {
	r, _ := k.Report(n)
	return lint.Programs{Client: r.Client.Name, Server: r.Server.Name}
}
func (k known) Report(n uint32) (r lint.Report, ok bool) {
	if int(n) > len(k) {
		return r, false
	}
	r.Client.Name, r.Server.Name = k[n-1].Client, k[n-1].Server
	return r, true
}

// TestSessionsByProgram: sessions are sorted and found by the programs at their
// ends, also by the short names that a narrow screen shows; a program without a
// fingerprint goes by what it calls itself.
func TestSessionsByProgram(t *testing.T) {
	f := &listtest.Timeline{}
	for n := uint32(1); n <= 4; n++ {
		f.Add(n, session.Row{Kind: session.Opened})
		f.Infos[n-1].Client = string(rune('a' + n))
	}
	f.Infos[0].Agent = text.Plain("FMLE/3.0")
	f.Infos[3].Agent = text.Plain("Homemade 1")
	f.Infos[3].Engine = text.Plain("FMS/3,0,1,123") // anybody's
	m := New(Options{Filters: anyFilter})
	m.Update(Resize{80, 24})
	// The fourth session is not known to the meters yet.
	m.Update(Grown{Timeline: f, Now: listtest.Epoch, Meters: known{{Client: "OBS", Server: "SRS"}, {Client: "FFmpeg", Server: "nginx-rtmp"}, {Client: "FFmpeg", Server: "Node-Media-Server"}}})
	order := func() (s string) {
		for _, l := range m.Listed {
			s += string(rune('1' + l.Index))
		}
		return s
	}
	press(m, "1", ":")
	typing(m, "sort programs")
	if press(m, "Enter"); order() != "3241" {
		t.Errorf("by programs: %s, want 3241", order())
	}
	for words, want := range map[string]string{"obs": "1", "ffmpeg": "32", "nms": "3", "node-media": "3", "nginx-r": "2", "homemade": "4"} {
		press(m, "f")
		typing(m, words)
		if press(m, "Enter"); order() != want {
			t.Errorf("with %q: %s, want %s", words, order(), want)
		}
		press(m, "Esc")
	}
	for n, want := range []lint.Programs{{Client: "OBS", Server: "SRS"}, {Client: "FFmpeg", Server: "nginx-rtmp"}, {Client: "FFmpeg", Server: "Node-Media-Server"}, {Client: "Homemade 1"}} {
		if got := m.Programs(&f.Infos[n]); got != want {
			t.Errorf("session %d: %+v, want %+v", n+1, got, want)
		}
	}
}
