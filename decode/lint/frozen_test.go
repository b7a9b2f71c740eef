package lint

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// frozen is a server that has stopped reading: the relay's buffers fill for a
// while, and then nothing goes any more.
var frozen = script.Do(script.Flowing, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 70, 1000),
	script.Held(client, time.Second, 2_000_000), script.Held(client, 2*time.Second, 2_100_000), script.Silence(10*time.Second))

// wordsOf lists what rules say, by rule.
func wordsOf(found []session.Finding, rules ...string) map[string][]string {
	out := map[string][]string{}
	for _, f := range found {
		for _, r := range rules {
			if f.Rule == r {
				out[r] = append(out[r], f.Side.String()+": "+f.Summary.Show(false))
			}
		}
	}
	return out
}

// silences are the rules that speak of what does not come.
var silences = []string{"flow-backpressure", "flow-ack-stall", "av-one-track-dead", "av-media-stopped"}

// TestFrozenServer: a server that does not read is named, and nobody else.
func TestFrozenServer(t *testing.T) {
	found, j := judged(script.Example{frozen}, Config{})
	want := map[string][]string{"flow-backpressure": {"server: the server has stopped reading: it has taken nothing for 1 s, and 2,000,000 bytes wait for it"}}
	if diff := cmp.Diff(want, wordsOf(found, silences...)); diff != "" {
		t.Error(diff)
	}
	r, _ := j.Report(1)
	if want := "the server has stopped reading (2,100,000 bytes waiting), for 12 s"; r.Stall.Words != want || r.Stall.Side != session.ServerSide {
		t.Errorf("%+v", r.Stall)
	}
}

// TestFrozenServerGoesOn: what is over is told in the past tense, in the place of
// what was told before.
func TestFrozenServerGoesOn(t *testing.T) {
	found, j := judged(script.Example{frozen, script.Held(client, 13*time.Second, 0), script.Frames(client, 3000, 100)}, Config{})
	want := []string{"server: the server has stopped reading: it has taken nothing for 1 s, and 2,000,000 bytes wait for it",
		"server: the server took nothing for 13 s, while up to 2,100,000 bytes waited for it; then it went on reading"}
	if diff := cmp.Diff(map[string][]string{"flow-backpressure": want}, wordsOf(found, silences...)); diff != "" {
		t.Error(diff)
	}
	found = slices.DeleteFunc(found, func(f session.Finding) bool { return f.Rule != "flow-backpressure" }) // the bulk is in another codec
	if last := found[len(found)-1]; !last.Over || found[len(found)-2].Over || !last.Ends(&found[len(found)-2]) {
		t.Error(all(found))
	}
	if r, _ := j.Report(1); r.Stall.Words != "" {
		t.Errorf("%+v", r.Stall)
	}
}

// TestFrozenUntilTheEnd: a side that gives up waiting ends it.
func TestFrozenUntilTheEnd(t *testing.T) {
	found, _ := judged(script.Example{frozen, script.Fin(client), script.Fin(server)}, Config{})
	last := wordsOf(found, "flow-backpressure")["flow-backpressure"]
	if len(last) != 2 || last[1] != "server: the server had taken nothing for 12 s when the client closed; 2,100,000 bytes were waiting for it" {
		t.Errorf("%q", last)
	}
}

// TestEverythingStops: when both tracks are silent, neither is dead.
func TestEverythingStops(t *testing.T) {
	pause := script.Example{script.Watching, script.Silence(16 * time.Second)}
	found, j := judged(pause, Config{})
	want := map[string][]string{"av-media-stopped": {"server: no media from the server for 5 s", "server: no media from the server for 15 s"}}
	if diff := cmp.Diff(want, wordsOf(found, silences...)); diff != "" {
		t.Error(diff)
	}
	if r, _ := j.Report(1); r.Stall.Words != "no media from the server for 16 s" || r.Stall.Side != session.ServerSide {
		t.Errorf("%+v", r.Stall)
	}
	found, j = judged(append(pause, script.Frames(server, 3000, 100)), Config{})
	want["av-media-stopped"] = append(want["av-media-stopped"], "server: no media came from the server for 16 s; then it went on")
	if diff := cmp.Diff(want, wordsOf(found, silences...)); diff != "" {
		t.Error(diff)
	}
	if r, _ := j.Report(1); r.Stall.Words != "" {
		t.Errorf("%+v", r.Stall)
	}
}

// TestSilenceOnPurpose: a player that paused, a stream that is over and a client
// that stopped get nothing and miss nothing.
func TestSilenceOnPurpose(t *testing.T) {
	for name, why := range map[string]script.Act{
		"pause":      script.Call(client, 1, str("pause"), num(0), nul, amf.Bool(true), num(0)),
		"stream EOF": script.Control(server, 4, 0, 1, 0, 0, 0, 1),
		"stop":       script.Stopping,
		"unpublish":  script.OnStatus("status", "NetStream.Play.UnpublishNotify", "gone"),
	} {
		found, j := judged(script.Example{script.Watching, why, script.Silence(20 * time.Second)}, Config{})
		if got := wordsOf(found, silences...); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
		if r, _ := j.Report(1); r.Stall.Words != "" {
			t.Errorf("%s: %+v", name, r.Stall)
		}
	}
	resumed := script.Example{script.Watching, script.Call(client, 1, str("pause"), num(0), nul, amf.Bool(true), num(0)), script.Silence(12 * time.Second),
		script.Call(client, 1, str("pause"), num(0), nul, amf.Bool(false), num(0)), script.Frames(server, 3000, 400), script.Silence(6 * time.Second)}
	if found, _ := judged(resumed, Config{}); len(wordsOf(found, silences...)["av-media-stopped"]) != 1 {
		t.Errorf("media that stops after a pause: %v", all(found))
	}
}

// TestAckStallIsOvercome: an encoder that waited and went on did wait.
func TestAckStallIsOvercome(t *testing.T) {
	x := script.Example{script.Publishing, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 70, 1000), script.Silence(20 * time.Second), acknowledge(70000), script.Bulk(client, 10, 100)}
	found, _ := judged(x, Config{})
	got := wordsOf(found, "flow-ack-stall")["flow-ack-stall"]
	if len(got) != 2 || got[1] != "server: the client was silent for 20 s with more bytes unacknowledged than the window allows, and then went on" {
		t.Errorf("%q", got)
	}
}

// TestProgramsThatDoNotWait: ffmpeg goes on without acknowledgements, so it is not
// their lack that made it silent.
func TestProgramsThatDoNotWait(t *testing.T) {
	x := script.Example{script.Hi, script.Call(client, 0, str("connect"), num(1), obj(prop("app", str("live")), prop("flashVer", str("FMLE/3.0 (compatible; Lavf60.16.100)")))), script.Accept(), script.Created, script.PublishKey, script.Started, script.Control(server, 6, 0, 0, 0xff, 0, 2), script.Bulk(client, 70, 1000), script.Silence(20 * time.Second)}
	found, j := judged(x, Config{})
	want := map[string][]string{"av-media-stopped": {"client: no media from the client for 5 s", "client: no media from the client for 15 s"}}
	if diff := cmp.Diff(want, wordsOf(found, silences...)); diff != "" {
		t.Error(diff)
	}
	if r, _ := j.Report(1); r.Client.Name != ffmpeg || r.Stall.Words != "no media from the client for 20 s" {
		t.Errorf("%+v", r.Stall)
	}
}

// TestServerGoesAwayInTheStream: a server that let media flow for seconds has not
// refused a key.
func TestServerGoesAwayInTheStream(t *testing.T) {
	for name, c := range map[string]struct {
		x    script.Example
		want map[string][]string
	}{
		"at once": {script.Example{script.Publishing, script.Fin(server), script.Headers(client), script.Fin(client)},
			map[string][]string{"cmd-start-then-close": {"server: the server closed 2 ms after NetStream.Publish.Start for ••••cc7d, before any media"}}},
		"after a moment": {script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 20), script.Fin(server), script.Fin(client)},
			map[string][]string{"cmd-start-then-close": {"server: the server closed 806 ms after NetStream.Publish.Start for ••••cc7d, after 42 messages of media"}}},
		"after seconds": {script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 100), script.Fin(server), script.Fin(client)},
			map[string][]string{"cmd-abrupt-end": {"server: the server went away in the middle of the stream: it closed the connection 2 ms after the client's last message"}}},
	} {
		found, _ := judged(c.x, Config{})
		if diff := cmp.Diff(c.want, wordsOf(found, "cmd-start-then-close", "cmd-abrupt-end")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestUnreachedServerIsNotTheClientsFault: nothing was waited for.
func TestUnreachedServerIsNotTheClientsFault(t *testing.T) {
	r := reportOf(t, script.Example{script.After(10 * time.Second), script.NotReached(session.DialRefused, "10.0.0.2:1935")})
	for _, s := range r.Steps {
		if s.State != Unreached {
			t.Errorf("%s", s)
		}
	}
	if r.Stall.Words != "" {
		t.Errorf("%+v", r.Stall)
	}
}

// TestOwnRelayIsNoMismatch: that tcUrl names the relay which recorded the session is
// no fault of anybody; a path that is not the application's is one all the same.
func TestOwnRelayIsNoMismatch(t *testing.T) {
	for relayed, want := range map[bool]int{true: 1, false: 2} {
		n := 0
		tl := session.New(session.Options{Judge: New(Config{}), OnEntry: func(e *session.Entry) {
			if e.Name == "cmd-tcurl-mismatch" {
				n++
			}
		}})
		for _, e := range (script.Example{script.Hi, script.ConnectTo("live", "rtmp://10.9.9.9:1936/other"), script.Accept()}).Events() {
			if e.Kind == script.EventOpen {
				tl.Open(session.Connection{ID: 1, At: began, Client: "10.0.0.1:50000", Server: "10.0.0.2:1935", Relayed: relayed})
				continue
			}
			playEvent(tl, e, began.Add(e.At))
		}
		if n != want {
			t.Errorf("relayed %v: %d findings, want %d", relayed, n, want)
		}
	}
}
