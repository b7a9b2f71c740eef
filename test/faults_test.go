//go:build unix

package peers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// These tests make real servers and networks fail and want the program to name
// the fault: live, soon after it could be known, and again in the file.

// verdict is a row of JSONL, as far as it matters here.
type verdict struct {
	Row      int       `json:"row"`
	Session  int       `json:"session"`
	Time     time.Time `json:"time"`
	Kind     string    `json:"kind"`
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"`
	Side     string    `json:"side"`
	Rows     []int     `json:"rows"`
	Summary  string    `json:"summary"`
}

// rowsOf reads JSONL. The last line may still be in writing.
func rowsOf(t *testing.T, jsonl string) (rows []verdict) {
	t.Helper()
	lines := strings.Split(jsonl, "\n")
	for _, line := range lines[:len(lines)-1] {
		var v verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		rows = append(rows, v)
	}
	return rows
}

// awaitRule waits until a finding of a rule is among the rows and returns it.
func (s *scope) awaitRule(rule string) verdict {
	s.t.Helper()
	var found verdict
	need.Until(s.t, rule+" is named", func() bool {
		rows := rowsOf(s.t, s.stdout.String())
		i := slices.IndexFunc(rows, func(v verdict) bool { return v.Rule == rule })
		if i >= 0 {
			found = rows[i]
		}
		return i >= 0
	})
	return found
}

// awaitFlow waits until the session has gone on for so long.
func (s *scope) awaitFlow(d time.Duration) {
	s.t.Helper()
	need.Until(s.t, "the session has lasted", func() bool {
		rows := rowsOf(s.t, s.stdout.String())
		return len(rows) > 0 && rows[len(rows)-1].Time.Sub(rows[0].Time) > d
	})
}

// slack is how much later than it could be known a fault may be named.
const slack = time.Second

// soon wants a finding to be no older than when it could be known: after is what
// the rule waits for, counted from the last row that proves it. Both times are
// those of the recording, so that a busy machine does not matter.
func (s *scope) soon(v verdict, after time.Duration) {
	s.t.Helper()
	rows := rowsOf(s.t, s.stdout.String())
	if len(v.Rows) == 0 {
		s.t.Fatalf("%s names no rows", v.Rule)
	}
	proof := rows[v.Rows[len(v.Rows)-1]-1]
	if late := v.Time.Sub(proof.Time) - after; late > slack || late < -slack {
		s.t.Errorf("%s came %s after row %d, want %s", v.Rule, v.Time.Sub(proof.Time), proof.Row, after)
	}
}

// sameInFile ends the proxy and wants 'check' to find in the file what was found
// live, with the exit code that says so.
func (s *scope) sameInFile(want ...string) {
	s.t.Helper()
	s.interrupt()
	var live, file []string
	for _, v := range rowsOf(s.t, s.stdout.String()) {
		if v.Kind == "finding" {
			live = append(live, fmt.Sprintf("%d %s %s", v.Session, v.Severity, v.Rule))
		}
	}
	p := rtmpscope(s.t, "check", "--json", s.file)
	code := p.wait()
	var results []struct {
		Worst    string
		Sessions []struct {
			Session  int
			Findings []verdict
		}
	}
	if err := json.Unmarshal([]byte(p.stdout.String()), &results); err != nil {
		s.t.Fatalf("%v: %s", err, p.stdout.String())
	}
	for _, x := range results[0].Sessions {
		for _, v := range x.Findings {
			file = append(file, fmt.Sprintf("%d %s %s", x.Session, v.Severity, v.Rule))
		}
	}
	slices.Sort(live)
	slices.Sort(file)
	live = slices.Compact(live) // what is over is a row of its own, and one finding in the verdict
	file = slices.Compact(file)
	if !slices.Equal(live, file) {
		s.t.Errorf("live:\n%s\nfile:\n%s", strings.Join(live, "\n"), strings.Join(file, "\n"))
	}
	if wantCode := map[bool]int{true: 3, false: 0}[results[0].Worst == "error"]; code != wantCode {
		s.t.Errorf("check: exit code %d with %q", code, results[0].Worst)
	}
	for _, rule := range want {
		if !strings.Contains(strings.Join(file, "\n")+"\n", " "+rule+"\n") {
			s.t.Errorf("%s is not in the file:\n%s", rule, strings.Join(file, "\n"))
		}
	}
}

// TestPeersRefusals: nginx refuses in every way that it has, each named at once.
func TestPeersRefusals(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--jsonl", s.addr)
	send := func(to string) *process {
		return client(t, "ffmpeg", "-nostdin -v quiet -re -i %s -c copy -f flv rtmp://%s/%s", media(t), p.addr, to)
	}
	for _, c := range []struct {
		rule  string
		after time.Duration
		make  func()
	}{
		{"cmd-connect-silent-close", 0, func() { send("nosuchapp/key").wait() }},
		{"cmd-start-then-close", 0, func() { send("closed/key").wait() }},
		{"cmd-play-closed", 0, func() {
			client(t, "ffmpeg", "-nostdin -v quiet -i rtmp://%s/unseen/key -t 1 -f null -", p.addr).wait()
		}},
		{"cmd-badname", 0, func() {
			keepPublishing(t, s, "taken")
			send("live/taken").wait()
		}},
		{"av-no-media", 4 * time.Second, func() {
			client(t, "ffmpeg", "-nostdin -v quiet -i rtmp://%s/live/nobody -t 1 -f null -", p.addr)
		}},
	} {
		c.make()
		p.soon(p.awaitRule(c.rule), c.after)
	}
	p.sameInFile("cmd-connect-silent-close", "cmd-start-then-close", "cmd-play-closed", "cmd-badname", "av-no-media")
}

// TestPeersServerGone: the server is stopped or killed while media flows, and the
// side that ended first is named.
func TestPeersServerGone(t *testing.T) {
	t.Parallel()
	for _, how := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(how.String(), func(t *testing.T) {
			s := nginx(t)
			p := proxy(t, "--jsonl", s.addr)
			client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -re -i %s -c copy -f flv rtmp://%s/live/gone", media(t), p.addr)
			s.awaitPublished("gone")
			p.awaitFlow(4 * time.Second) // a server that goes before has refused the stream
			s.signal(how)
			v := p.awaitRule("cmd-abrupt-end")
			if p.soon(v, 0); v.Side != "server" {
				t.Errorf("%+v blames the wrong side", v)
			}
			p.sameInFile("cmd-abrupt-end")
		})
	}
}

// TestPeersServerFrozen: the server's process is stopped, so that it neither
// reads nor closes. Its system takes bytes until its buffers are full; then it is
// the server that is named, not the publisher.
func TestPeersServerFrozen(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--jsonl", s.addr)
	client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -i %s -c copy -f flv rtmp://%s/open/frozen", media(t), p.addr)
	p.await(&p.stdout, `NetStream.Publish.Start`)
	s.signal(syscall.SIGSTOP)
	defer s.signal(syscall.SIGCONT)
	v := p.awaitRule("flow-backpressure")
	if p.soon(v, time.Second); v.Side != "server" {
		t.Errorf("%+v blames the wrong side", v)
	}
	s.signal(syscall.SIGKILL)
	need.Until(t, "the connection is over", func() bool { return strings.Contains(p.stdout.String(), `"kind":"closed"`) })
	p.sameInFile("flow-backpressure")
}

// TestPeersThrottled: the link to the server is slower than the media. Once the
// buffers are full it takes bytes in steps, with pauses between them, and it is
// the server's side that is named.
func TestPeersThrottled(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--jsonl", throttled(t, s.addr, 20_000))
	client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -i %s -c copy -f flv rtmp://%s/open/slow", media(t), p.addr)
	v := p.awaitRule("flow-backpressure")
	if p.soon(v, time.Second); v.Side != "server" {
		t.Errorf("%+v blames the wrong side", v)
	}
	p.sameInFile("flow-backpressure")
}
