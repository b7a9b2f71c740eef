package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// rowsOf folds calls and lists every row, findings included, with its time.
func rowsOf(feed func(*session.Timeline)) (out []string) {
	t := session.New(session.Options{Judge: New(Config{}), OnEntry: func(e *session.Entry) {
		out = append(out, fmt.Sprintf("%d %d %d %s %s: %s", e.Number, e.Time, e.Session, e.Kind, e.Name, e.Summary))
	}})
	feed(t)
	t.Finish()
	return out
}

// TestLiveOrderIsFileOrder: a live view that ticks in every silence gives the
// rows that the file gives, in the same order.
func TestLiveOrderIsFileOrder(t *testing.T) {
	examples := map[string]script.Example{}
	for _, r := range Rules() {
		examples[r.ID] = append(append(script.Example{}, r.Bad...), script.Silence(time.Minute), script.Fin(client), script.Fin(server))
	}
	examples["two sessions"] = script.Example{script.Playing, script.Control(server, 4, 0, 6, 0, 0, 1, 0), script.Again, script.Connected, script.Created, script.PublishKey, script.Silence(40 * time.Second), script.Fin(client)}
	for name, x := range examples {
		file := rowsOf(func(tl *session.Timeline) { play(tl, x, 0) })
		for _, every := range []time.Duration{300 * time.Millisecond, 1700 * time.Millisecond} {
			live := rowsOf(func(tl *session.Timeline) { play(tl, x, every) })
			if slices.Equal(file, live) {
				continue // cmp is slow on thousands of rows
			}
			if diff := cmp.Diff(file, live); diff != "" {
				t.Errorf("%s, a tick every %v: %s", name, every, diff)
			}
		}
	}
}

// play is Example.Play without its last tick, with a tick in every silence.
func play(tl *session.Timeline, x script.Example, every time.Duration) {
	now := began
	for _, e := range x.Events() {
		at := began.Add(e.At)
		for every > 0 && now.Add(every).Before(at) {
			now = now.Add(every)
			tl.Tick(now)
		}
		now = at
		playEvent(tl, e, at)
	}
}

func playEvent(tl *session.Timeline, e script.Event, at time.Time) {
	id := uint32(e.Conn + 1)
	switch e.Kind {
	case script.EventOpen:
		tl.Open(session.Connection{ID: id, At: at, Client: "10.0.0.1:50000", Server: "10.0.0.2:1935"})
	case script.EventBytes:
		tl.Data(id, e.From, at, e.Bytes)
	case script.EventGap:
		tl.Gap(id, e.From, at, e.Length)
	case script.EventFin:
		tl.Close(id, e.From, at, session.End{})
	case script.EventReset:
		tl.Close(id, e.From, at, session.End{How: session.Reset, Cause: e.Cause, Target: e.Target})
	case script.EventHeld:
		tl.Held(id, e.From, at, e.Since, e.Waiting)
	case script.EventPaced:
		p := e.Pace
		p.From, p.At = e.From, at
		tl.Paced(id, p)
	case script.EventPoll:
		tl.Outer(id, e.From, at, session.Around{Poll: true})
	}
}

// TestFindingsAreBounded: the hundredth leap tells nothing new.
func TestFindingsAreBounded(t *testing.T) {
	found, _ := judged(script.Example{script.Publishing, script.Headers(client), script.Repeat(100, func(i int) script.Act {
		return script.Do(script.Video(client, uint32(i)*9000, script.KeyFrame), script.Video(client, uint32(i)*9000+40, script.InterFrame))
	})}, Config{})
	jumps := of(found, "ts-jump")
	if len(jumps) != maxFindings+1 || !strings.HasSuffix(jumps[maxFindings], "more of these follow; only the first 20 are listed") {
		t.Errorf("%d findings, the last %q", len(jumps), jumps[len(jumps)-1])
	}
}

// TestCredentialsNeverShow: no finding tells a key, token or password, however
// it got into the session.
func TestCredentialsNeverShow(t *testing.T) {
	const key, token, password = "s3cret-key", "t0ken-1234", "pa55-word"
	app, address := "live?auth="+token, "rtmp://user:"+password+"@10.9.9.9/other?auth="+token
	name := str(key + "%20x?auth=" + token)
	var said []string
	for _, end := range []script.Act{
		script.OnStatus("error", "NetStream.Publish.BadName", key+"%20x is taken, auth="+token),
		script.Fin(server),
		script.Do(script.Started, script.Fin(server)),
		script.Do(script.Silence(10*time.Second), script.Fin(server)),
	} {
		found, j := judged(script.Example{script.Hi, script.ConnectTo(app, address), script.Accept(), script.Created, script.Call(client, 1, str("publish"), num(3), nul, name, str("live")), end}, Config{})
		said = append(said, all(found)...)
		r, _ := j.Report(1)
		for _, s := range r.Streams {
			said = append(said, s.Name.Show(false)+s.Code.Show(false))
		}
		said = append(said, r.Stall.Words)
	}
	found, _ := judged(script.Example{script.Hi, script.ConnectTo(app, address), script.Fin(server)}, Config{})
	said = append(said, all(found)...)
	if len(said) < 10 {
		t.Fatalf("too little was said: %v", said)
	}
	for _, s := range said {
		for _, secret := range []string{key, token, password} {
			if strings.Contains(s, secret) {
				t.Errorf("%q shows in %q", secret, s)
			}
		}
	}
}

// TestHostileWords: what a peer writes cannot move a cursor or forge a mark.
func TestHostileWords(t *testing.T) {
	found, _ := judged(script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul,
		script.Status("error", "NetConnection.Connect.Failed\x1b[31m", "\x02fake\x03 \u202e"))}, Config{})
	lines := of(found, "cmd-connect-rejected")
	if len(lines) != 1 || strings.ContainsAny(lines[0], "\x1b\x02\x03\u202e") || !strings.Contains(lines[0], `Failed\e[31m`) {
		t.Errorf("%q", lines)
	}
}

func TestSetThresholds(t *testing.T) {
	jump := script.Example{script.Flowing, script.Video(client, 9000, script.KeyFrame)}
	var c Config
	for name, value := range map[string]string{"ts-jump.gap": "10s", "ts-jump.factor": "1000"} {
		if err := c.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if found, _ := judged(jump, c); len(of(found, "ts-jump")) != 0 {
		t.Error("a leap of 6 s was reported although 10 s are allowed")
	}
	for _, bad := range [][2]string{{"no.such", "1"}, {"ts-jump.gap", "3"}, {"rate.ratio", "much"}, {"rate.ratio", "-1"}, {"ts-jump", "maybe"}} {
		if err := c.Set(bad[0], bad[1]); err == nil {
			t.Errorf("Set(%q, %q) is accepted", bad[0], bad[1])
		}
	}
	for _, known := range Thresholds() {
		if err := c.Set(known.Name, known.String()); err != nil || known.Why == "" {
			t.Errorf("%s cannot be set to its own default: %v", known.Name, err)
		}
	}
	var off Config
	if err := off.Set("ts-jump", "off"); err != nil {
		t.Fatal(err)
	}
	if found, _ := judged(jump, off); len(of(found, "ts-jump")) != 0 {
		t.Error("a rule that is off reports")
	}
	if err := off.Set("ts-jump", "on"); err != nil {
		t.Fatal(err)
	}
	if found, _ := judged(jump, off); len(of(found, "ts-jump")) != 1 {
		t.Error("a rule that is on again does not report")
	}
}

// TestConfidenceFallsAfterLoss: what is found behind a loss may be our own
// mistake.
func TestConfidenceFallsAfterLoss(t *testing.T) {
	before, _ := judged(script.Example{script.Flowing, script.Video(client, 9000, script.KeyFrame)}, Config{})
	after, _ := judged(script.Example{script.Flowing, script.Raw(server, 0x99, 0xa5, 0xff, 0x13), script.Video(client, 9000, script.KeyFrame)}, Config{})
	get := func(found []session.Finding) float64 {
		for _, f := range found {
			if f.Rule == "ts-jump" {
				return f.Confidence
			}
		}
		return -1
	}
	if get(before) != 1 || get(after) != 0.5 {
		t.Errorf("%v before, %v after", get(before), get(after))
	}
}

// TestSeverityKnowsThePrograms: what a program does every day is a note.
func TestSeverityKnowsThePrograms(t *testing.T) {
	ask := func(words string, from script.Act) script.Example {
		return script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str(words))),
			script.Status("status", "NetConnection.Connect.Success", "")), from}
	}
	big := script.Control(server, 1, script.BigEndian(4<<20)...)
	for words, want := range map[string]session.Severity{"LNX 9,0,124,2": session.Warning, "FMS/5,0,1": session.Note} {
		found, _ := judged(ask(words, big), Config{})
		for _, f := range found {
			if f.Rule == "chunk-size-huge" && f.Severity != want {
				t.Errorf("%s: %s, want %s", words, line(f), want)
			}
		}
		if len(of(found, "chunk-size-huge")) != 1 {
			t.Errorf("%s: %v", words, all(found))
		}
	}
}

// TestEncodersAfterLogin: two refusals and a success are a login, not a loop
// and not an error.
func TestEncodersAfterLogin(t *testing.T) {
	refuse := func(words string) script.Act {
		return script.Do(script.Hi, script.ConnectTo("live", script.LiveURL), script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", words)), script.Fin(server), script.Fin(client))
	}
	found, _ := judged(script.Example{
		refuse("[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ]"), script.Again,
		refuse("[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=u&salt=s&challenge=c&opaque=o"), script.Again,
		script.Publishing, script.Metadata(client), script.Headers(client), script.Frames(client, 0, 20), script.Goodbye,
	}, Config{})
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d %s %s", f.Session, f.Severity, f.Rule))
	}
	if diff := cmp.Diff([]string{"1 note cmd-auth-challenge", "2 note cmd-auth-challenge"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestSplitInvariance: findings do not depend on how the bytes were cut, as
// long as nothing is judged by the cut itself.
func TestSplitInvariance(t *testing.T) {
	for _, r := range Rules() {
		if r.watch == nil || r.ID == "hs-coalesced-tail" {
			continue
		}
		whole := findingsOf(r.Bad.Events(), 1<<20)
		cut := findingsOf(r.Bad.Events(), 7)
		if diff := cmp.Diff(whole, cut); diff != "" {
			t.Errorf("%s: %s", r.ID, diff)
		}
	}
}

func findingsOf(events []script.Event, most int) (out []string) {
	tl := session.New(session.Options{Judge: New(Config{}), OnEntry: func(e *session.Entry) {
		if e.Kind == session.Found && e.Name != "hs-coalesced-tail" {
			out = append(out, line(*e.Finding))
		}
	}})
	for _, e := range events {
		for e.Kind == script.EventBytes && len(e.Bytes) > most {
			piece := e
			piece.Bytes, e.Bytes = e.Bytes[:most], e.Bytes[most:]
			playEvent(tl, piece, began.Add(e.At))
		}
		playEvent(tl, e, began.Add(e.At))
	}
	tl.Finish()
	return out
}

// TestMediaDoesNotAllocate: an ordinary frame costs the judge no memory.
func TestMediaDoesNotAllocate(t *testing.T) {
	j := New(Config{})
	var entries []session.Entry
	tl := session.New(session.Options{OnEntry: func(e *session.Entry) {
		c := *e
		c.Body = append([]byte(nil), e.Body...)
		entries = append(entries, c)
	}})
	script.Example{script.Flowing}.Play(tl, began)
	j.Begin(func(session.Finding) {})
	for i := range entries {
		j.Entry(&entries[i])
	}
	last := entries[len(entries)-2:]
	n := testing.AllocsPerRun(200, func() {
		for i := range last {
			last[i].Timestamp += 40
			last[i].Time += int64(40 * time.Millisecond)
			last[i].End += 20
			j.Entry(&last[i])
		}
	})
	if n > 0 {
		t.Errorf("%v allocations for two frames", n)
	}
}
