package lint

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// lagging is n spans of two seconds in which media of so many milliseconds comes from
// a side, 5 bytes of each ms, and what the relay tells then.
func lagging(from decode.Direction, n int, media int, p session.Pace) script.Act {
	return script.Repeat(n, func(i int) script.Act {
		p := p
		p.Behind, p.Span = time.Duration(i+1)*2*time.Second, 2*time.Second
		return script.Do(script.Repeat(10, func(k int) script.Act {
			return script.Do(script.After(200*time.Millisecond), script.Video(from, uint32((i*10+k)*media/10), append([]byte{0x22}, make([]byte, media/2-1)...)))
		}), script.Paced(from, p))
	})
}

// slowRules are those that may tell of a receiver that takes too little.
var slowRules = []string{"flow-slow-receiver", "flow-rate-deficit", "av-media-stopped", "flow-backpressure"}

// TestSlowReceiver: who takes less than plays is named, with what the system knows of
// the reason, and nobody is called slow who was made to wait. 5 bytes a ms are 40 kbit/s.
func TestSlowReceiver(t *testing.T) {
	full := &session.Path{WindowFull: 1500 * time.Millisecond}
	for name, c := range map[string]struct {
		x    script.Example
		want []string
	}{
		"the buffers fill, then the server makes the client wait": {script.Example{script.Publishing,
			lagging(client, 3, 2000, session.Pace{Came: 10_000, Taken: 4000, Waiting: 20_000, Path: full})},
			[]string{"server: the server takes only 16 of 40 kbit/s: it has lagged for 4 s, and 20 KB wait for it; the buffers before it fill; its receive window was full for 3 s of 4 s, so it reads too slowly, or a proxy before it"}},
		"the client is made to wait": {script.Example{script.Publishing,
			lagging(client, 6, 800, session.Pace{Came: 4000, Taken: 4000, Waiting: 20_000, Blocked: 1900 * time.Millisecond, Path: &session.Path{Retransmitted: 7}})},
			[]string{"server: the server takes only 16 of 40 kbit/s: it has lagged for 4 s, and 20 KB wait for it; the client is made to wait; 14 segments had to be sent again, so the network to it loses packets"}},
		"a player": {script.Example{script.Playing,
			lagging(server, 3, 800, session.Pace{Came: 4000, Taken: 4000, Waiting: 20_000, Blocked: 1900 * time.Millisecond, Path: &session.Path{}})},
			[]string{"client: the client takes only 16 of 40 kbit/s: it has lagged for 4 s, and 20 KB wait for it; the server is made to wait; its receive window was open, so it is the network to it that carries no more"}},
		"a file as fast as it plays":      {script.Example{script.Playing, lagging(server, 9, 2000, session.Pace{Came: 10_000, Taken: 10_000, Waiting: 2_000_000, Blocked: 2 * time.Second})}, nil},
		"a file as fast as it goes":       {script.Example{script.Playing, lagging(server, 9, 8000, session.Pace{Came: 40_000, Taken: 39_000, Waiting: 2_000_000, Blocked: 2 * time.Second})}, nil},
		"a burst at the beginning":        {script.Example{script.Playing, lagging(server, 3, 6000, session.Pace{Came: 30_000, Taken: 12_000, Waiting: 40_000})}, nil},
		"the sender is slow, not its end": {script.Example{script.Publishing, lagging(client, 3, 800, session.Pace{Came: 4000, Taken: 4000, Waiting: 4000})}, nil},
		"a short dip":                     {script.Example{script.Publishing, lagging(client, 1, 2000, session.Pace{Came: 10_000, Taken: 4000, Waiting: 20_000})}, nil},
	} {
		found, _ := judged(c.x, Config{})
		var got []string
		for _, list := range wordsOf(found, slowRules...) {
			got = append(got, list...)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestDroppedFramesArePlayedByNobody: a server that drops frames for a slow player
// keeps to the clock, and the player does not.
func TestDroppedFramesArePlayedByNobody(t *testing.T) {
	x := script.Example{script.Playing, script.Frames(server, 0, 50)}
	for i := range 4 { // ten frames, and a second is left out, twice in two seconds
		for k := range 2 {
			ts := uint32(2000 + i*2000 + k*1000)
			x = append(x, script.Frames(server, ts, 10), script.After(600*time.Millisecond))
		}
		x = append(x, script.Paced(server, session.Pace{Behind: time.Duration(i+1) * 2 * time.Second, Span: 2 * time.Second, Came: 300, Taken: 300, Waiting: 50_000, Blocked: 1800 * time.Millisecond}))
	}
	found, _ := judged(x, Config{})
	if got := wordsOf(found, "flow-slow-receiver"); len(got) == 0 {
		t.Errorf("nobody is slow: %v", all(found))
	}
}

// TestSlownessGetsWorseAndPasses: after a quarter of a minute it is an error, in the
// place of the warning, and what is over is told as that; so many findings count.
func TestSlownessGetsWorseAndPasses(t *testing.T) {
	slow := lagging(client, 9, 800, session.Pace{Came: 4000, Taken: 4000, Waiting: 20_000, Blocked: 1900 * time.Millisecond})
	for name, end := range map[string]script.Act{
		"then it kept up again":  script.Paced(client, session.Pace{Behind: 20 * time.Second, Over: true, Span: 2 * time.Second, Came: 1, Taken: 1}),
		"then the client closed": script.Do(script.Fin(client), script.Fin(server)),
	} {
		var found []session.Finding
		j := New(Config{})
		tl := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
			if e.Finding != nil && e.Finding.Rule == "flow-slow-receiver" {
				found = append(found, *e.Finding)
			}
		}})
		script.Example{script.Publishing, slow, end}.Play(tl, began)
		if len(found) != 3 || found[0].Severity != session.Warning || found[1].Severity != session.Error || found[2].Severity != session.Error ||
			!found[1].Ends(&found[0]) || !found[2].Ends(&found[1]) {
			t.Fatalf("%s: %v", name, all(found))
		}
		if words := found[2].Summary.Show(false); !strings.HasPrefix(words, "the server took only 16 of 40 kbit/s for ") || !strings.HasSuffix(words, name) {
			t.Error(words)
		}
		if info := tl.Snapshot().Sessions()[0]; info.Findings[session.Error] != 1 || info.Worst != session.Error {
			t.Errorf("%s: counted %v", name, info.Findings)
		}
	}
}

// TestRateIsNotJudgedWhileTheRelayWaits: media that advances slowly because its
// receiver does not take it is not the sender's fault.
func TestRateIsNotJudgedWhileTheRelayWaits(t *testing.T) {
	x := script.Example{script.Publishing, lagging(client, 12, 800, session.Pace{Came: 4000, Taken: 4000, Waiting: 20_000, Blocked: 1900 * time.Millisecond})}
	found, _ := judged(x, Config{})
	if got := wordsOf(found, "flow-rate-deficit"); len(got) > 0 {
		t.Error(got)
	}
	free := script.Example{script.Publishing, slow(200, 80)}
	if found, _ = judged(free, Config{}); len(wordsOf(found, "flow-rate-deficit")) == 0 {
		t.Error("the encoder is slow, and nobody says so")
	}
}
