package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// TestExpectationsHoldForEverySession: of the kind that they speak of; that there is
// none of the kind is no success, and one is enough where that is asked for.
func TestExpectationsHoldForEverySession(t *testing.T) {
	x := script.Example{script.Flowing, script.Goodbye, script.Again, script.Playing, script.Headers(server), script.Goodbye, script.Again, script.Hi}
	r := collected(t, x, lint.Config{}, "keyframe", "publish: keyframe", "play: keyframe", "any: keyframe", "any:command == \"seek\"")
	var got []string
	for i := range r.Expectations {
		words := r.Expectations[i].outcome()
		if r.Expectations[i].Met() {
			words = "met"
		}
		got = append(got, words)
	}
	want := []string{": no row of session 2 meets it", "met", ": no row of session 2 meets it", "met", ": no row of any session meets it"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	r = collected(t, script.Example{script.Playing, script.Headers(server), script.Goodbye}, lint.Config{}, "publish: keyframe")
	if words := r.Expectations[0].outcome(); words != ": no session published" || r.Expectations[0].Met() {
		t.Error(words)
	}
}

// TestWhatFails: a server that was killed, a freeze, a play without media and a
// capture without a session are not good by default; a probe is.
func TestWhatFails(t *testing.T) {
	for name, c := range map[string]struct {
		x    script.Example
		want bool
	}{
		"good":                       {script.Example{script.Flowing, script.Goodbye}, false},
		"server killed":              {script.Example{script.Flowing, script.Frames(client, 3000, 100), script.Fin(server), script.Fin(client)}, true},
		"a freeze":                   {script.Example{script.Flowing, script.Silence(41 * time.Second), script.Frames(client, 44_000, 20), script.Goodbye}, true},
		"a play without media":       {script.Example{script.Playing, script.Silence(6 * time.Second), script.Goodbye}, true},
		"a short play without media": {script.Example{script.Playing, script.Silence(time.Second), script.Fin(client), script.Fin(server)}, true},
		"a probe":                    {script.Example{script.Connected, script.Fin(client), script.Fin(server)}, false},
	} {
		if r := collected(t, c.x, lint.Config{}); r.Fails(session.Error) != c.want {
			t.Errorf("%s: fails %v", name, !c.want)
		}
	}
	if !(&Result{}).Fails(session.Error) {
		t.Error("no session at all is good")
	}
}

// TestEndingSaysWhatTheExitCodeMakesOfIt: also of what is below the limit.
func TestEndingSaysWhatTheExitCodeMakesOfIt(t *testing.T) {
	warned := Session{Info: session.Info{Number: 1, Worst: session.Warning}, Findings: []Finding{{Finding: session.Finding{Severity: session.Warning}}, {Finding: session.Finding{Severity: session.Warning}}}}
	for want, c := range map[string]struct {
		s Session
		o Options
	}{
		"2 warnings; exit 0 because of --fail-on error": {warned, Options{FailOn: session.Error}},
		"2 warnings; exit 3":                            {warned, Options{FailOn: session.Warning}},
		"2 warnings":                                    {warned, Options{FailOn: session.Warning, Incomplete: true}},
		"":                                              {Session{}, Options{FailOn: session.Error}},
		"1 session that did not get far enough; exit 3": {Session{Info: session.Info{Role: session.Play}, Report: lint.Report{Shortfall: "it left"}}, Options{FailOn: session.Error}},
	} {
		if got := ending([]*Result{{Sessions: []Session{c.s}}}, c.o); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBriefFoldsAttempts: a line a session, and one for a client that comes again.
func TestBriefFoldsAttempts(t *testing.T) {
	try := script.Do(script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.Denied", "no"), script.Fin(server), script.Fin(client))
	r := collected(t, script.Example{try, script.Again, try, script.Again, script.Playing, script.Headers(server), script.Frames(server, 0, 50), script.Goodbye}, lint.Config{})
	var b strings.Builder
	if err := Brief(&b, []*Result{r}, Options{FailOn: session.Error}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Count(got, "\n  ✗ sessions 1, 2: 2 attempts in ") != 1 || !strings.Contains(got, "\n  ✓ session 3: play live/") || strings.Contains(got, "session 1:") {
		t.Error(got)
	}
	if r.Only([]uint32{3}) != 0 || len(r.Sessions) != 1 || len(r.Stories) != 0 || r.Only([]uint32{9}) != 9 {
		t.Errorf("%+v", r)
	}
}
