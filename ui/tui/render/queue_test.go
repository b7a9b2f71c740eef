package render

import (
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

// heldUp is the screen with the flow pane of a session, of which the relay knows
// this now, or nothing when it is nil, and has told that.
func heldUp(t *testing.T, w, h int, relay map[string]model.Relayed, tell ...session.Hold) string {
	t.Helper()
	m := &meters{judge: lint.New(lint.Config{}), proof: map[int][]uint32{}, sessions: diff.NewCollector()}
	tl := session.New(session.Options{Judge: m.judge, OnEntry: m.Entry})
	began := time.Unix(1_800_000_000, 0)
	tl.Open(session.Connection{ID: 1, At: began, Client: "10.0.0.1:50000", Server: "10.0.0.2:1935", Relayed: true})
	tl.Data(1, decode.FromClient, began, append([]byte{3}, make([]byte, 100)...))
	for _, h := range tell {
		tl.Held(1, h.From, h.At, h.For, h.Waiting)
	}
	s := model.New(model.Options{Live: relay != nil})
	s.Update(model.Resize{Width: w, Height: h})
	s.Update(model.Grown{Timeline: tl.Snapshot(), Now: began, Meters: m, Relay: relay, Facts: model.Facts{Live: relay != nil}})
	s.Update(model.Key{Name: "6"})
	var g Grid
	Frame(&g, s)
	return g.text()
}

// TestWhoStallsWhom: the flow pane says how many bytes wait for whom, for how long,
// and who makes whom wait: live as the relay has it, of a file as it was told last.
func TestWhoStallsWhom(t *testing.T) {
	began := time.Unix(1_800_000_000, 0)
	live := func(from decode.Direction, bytes int64, held, waiting time.Duration) map[string]model.Relayed {
		var r model.Relayed
		r[from].Bytes, r[from].Held, r[from].Waiting = bytes, held, waiting
		return map[string]model.Relayed{"10.0.0.1:50000": r}
	}
	paced := func(blocked time.Duration) map[string]model.Relayed {
		var r model.Relayed
		r[decode.FromClient].Pace = session.Pace{Span: 2 * time.Second, Taken: 300_000, Blocked: blocked, Path: &session.Path{RTT: 28 * time.Millisecond}}
		if p := &r[decode.FromClient].Pace; blocked > 0 {
			p.Behind, p.Waiting, p.Path.Retransmitted, p.Path.WindowFull = 17*time.Second, 3_500_000, 3, 2*time.Second
		}
		return map[string]model.Relayed{"10.0.0.1:50000": r}
	}
	hold := func(at, lasted time.Duration, waiting int64) session.Hold {
		return session.Hold{From: decode.FromServer, At: began.Add(at), For: lasted, Waiting: waiting}
	}
	for _, c := range []struct {
		name  string
		relay map[string]model.Relayed
		tell  []session.Hold
		see   []string
	}{
		{"live", live(decode.FromClient, 2_000_000, 3200*time.Millisecond, 3*time.Second), nil,
			[]string{"! the server stalls the client", "! waiting for the server: 2.0 MB, for 3.2 s", "the server has stopped reading, and stalls the client", "the client keeps up"}},
		{"buffers", live(decode.FromServer, 90_000, 2*time.Second, 0), nil,
			[]string{"! waiting for the client: 90 KB, for 2.0 s", "the client has stopped reading; the server can send on for now"}},
		{"slow", live(decode.FromServer, 90_000, 0, 2*time.Second), nil,
			[]string{"! waiting for the client: 90 KB, for 2.0 s", "the client reads too slowly, and stalls the server"}},
		{"lags", paced(2 * time.Second), nil, []string{"! the server takes 1.2 Mbit/s; 3.5 MB wait, for 17 s", "the client waits · RTT 28 ms · 3 sent again"}},
		{"keeps up", paced(0), nil, []string{"the server keeps up · RTT 28 ms"}},
		{"healthy", live(decode.FromServer, 90_000, 200*time.Millisecond, 0), nil, []string{"the client keeps up"}},
		{"file", nil, []session.Hold{hold(2*time.Second, time.Second, 100), hold(3*time.Second, 2*time.Second, 2_400_000)},
			[]string{"! waiting for the client: 2.4 MB, for 2.0 s, at 3.0000 s", "the client had stopped reading, and made the server wait"}},
		{"file, over", nil, []session.Hold{hold(3*time.Second, 2*time.Second, 2_400_000), hold(8*time.Second, 7*time.Second, 0)},
			[]string{"up to 2.4 MB waited for the client, for 7.0 s, until 8.0000 s", "the client did not read, so that the server had to wait"}},
		{"live, over", live(decode.FromServer, 0, 0, 0), []session.Hold{hold(3*time.Second, 2*time.Second, 2_400_000), hold(8*time.Second, 7*time.Second, 0)},
			[]string{"up to 2.4 MB waited for the client, for 7.0 s"}},
	} {
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
			got := heldUp(t, size.w, size.h, c.relay, c.tell...)
			for _, want := range c.see {
				if !strings.Contains(got, want) {
					t.Errorf("%s, %dx%d: %q is not on the screen:\n%s", c.name, size.w, size.h, want, got)
				}
			}
			if calm := c.name == "healthy" || c.name == "keeps up"; calm != !strings.Contains(got, "wait") {
				t.Errorf("%s:\n%s", c.name, got)
			}
		}
	}
}
