package cli

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
)

// runMain runs the program and returns its exit code and standard output.
func runMain(t *testing.T, args ...string) (int, string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer nowhere.Close()
	defer streams(w, nowhere)()
	text := make(chan string)
	go func() {
		p, _ := io.ReadAll(r) // a pipe of this process
		text <- string(p)
	}()
	code := Main(args)
	w.Close()
	return code, <-text
}

const captures = "../../testdata/captures/"

func TestCheckNamesTheFault(t *testing.T) {
	cases := map[string]string{
		"ffmpeg5__nginx__wrong_app":             "cmd-connect-silent-close",
		"ffmpeg5__nginx__publish_badname":       "cmd-badname",
		"ffmpeg7-tls__nginx__tls_to_plain_port": "tls-on-plain-port",
		"ffmpeg5__lal__publish_badname":         "cmd-start-then-close",
		"ffmpeg5__nginx__publish_and_play":      "",
		"obs29__srs__publish":                   "",
	}
	for name, rule := range cases {
		code, text := runMain(t, "check", captures+name+".pcapng")
		want := exitOK
		if rule != "" {
			want = exitProblems
		}
		if code != want || !strings.Contains(text, rule) {
			t.Errorf("%s: exit code %d, want %d with %q:\n%s", name, code, want, rule, text)
		}
	}
}

func TestCheckExpectations(t *testing.T) {
	file := captures + "ffmpeg5__nginx__publish_and_play.pcapng"
	for expect, want := range map[string]int{
		`publish: code == "NetStream.Publish.Start" within 5s`: exitOK,
		`any:code == "NetStream.Publish.Start" within 5s`:      exitOK,
		`code == "NetStream.Publish.Start" within 5s`:          exitProblems, // the player does not show it
		`play: code == "NetStream.Publish.Start"`:              exitProblems,
		`number > 0`:                          exitUsage, // always
		`not err`:                             exitUsage,
		`play: within 3s`:                     exitUsage,
		`keyframe`:                            exitOK,
		`keyframe within 1ms`:                 exitProblems,
		`code == "NetStream.Publish.BadName"`: exitProblems,
		`code ==`:                             exitUsage,
		`keyframe within soon`:                exitUsage,
		`keyframe within`:                     exitUsage,
		`keyframe within 0s`:                  exitUsage,
		`within 3s`:                           exitUsage,
		`keyfram within 3s`:                   exitUsage,
		`"keyframe" within 3s`:                exitOK,
		`"lasts within 3s"`:                   exitProblems,
	} {
		if code, text := runMain(t, "check", "--expect", expect, file); code != want {
			t.Errorf("%s: exit code %d, want %d\n%s", expect, code, want, text)
		}
	}
	const words = "--expect: there is no \"keyfram\"; did you mean \"keyframe\"? To search for the word, write it in quotes\n~s2c keyfram within 3s\n     ^\n"
	if _, text := said(t, "check", "--expect", "~s2c keyfram within 3s", file); !strings.Contains(text, words) {
		t.Error(text)
	}
}

func TestCheckForms(t *testing.T) {
	file := captures + "ffmpeg5__nginx__publish_badname.pcapng"
	_, text := runMain(t, "check", "--json", file)
	var results []struct {
		Worst    string
		Sessions []struct {
			Client   struct{ Program string }
			Findings []struct{ Rule, Severity string }
		}
	}
	if err := json.Unmarshal([]byte(text), &results); err != nil || len(results) != 1 || results[0].Worst != "error" || len(results[0].Sessions) != 2 {
		t.Fatalf("%v: %+v", err, results)
	}
	if s := results[0].Sessions[1]; s.Client.Program != "FFmpeg" || len(s.Findings) != 1 || s.Findings[0].Rule != "cmd-badname" {
		t.Errorf("%+v", s)
	}
	_, text = runMain(t, "check", "--junit", file)
	var suites struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &suites); err != nil || len(suites.Suites) != 1 || suites.Suites[0].Tests != 2 || suites.Suites[0].Failures != 1 {
		t.Errorf("%v: %+v", err, suites)
	}
	if _, text = runMain(t, "check", "--md", file); !strings.Contains(text, "| error | `cmd-badname` |") {
		t.Errorf("%s", text)
	}
	for _, form := range []string{"--json", "--junit", "--md", "--fail-on=note"} {
		if _, text := runMain(t, "check", form, file); strings.Contains(text, "ffbadname") {
			t.Errorf("%s shows a stream name", form)
		}
	}
}

func TestThresholdsAndSwitches(t *testing.T) {
	file := captures + "ffmpeg5__nginx__publish_badname.pcapng"
	if code, _ := runMain(t, "check", "--set", "cmd-badname=off", file); code != exitOK {
		t.Errorf("a rule that is switched off: exit code %d", code)
	}
	for _, bad := range []string{"nonsense", "ts-jump.gap=soon", "no-such-rule=off"} {
		if code, _ := runMain(t, "check", "--set", bad, file); code != exitUsage {
			t.Errorf("--set %s: exit code %d", bad, code)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, what := range []string{"cmd-badname", "NetStream.Publish.BadName", "releaseStream", "20", "rules"} {
		if code, text := runMain(t, "explain", what); code != exitOK || len(text) < 40 {
			t.Errorf("explain %s: exit code %d: %s", what, code, text)
		}
	}
	for wrong, meant := range map[string]string{"NetStream.Publish.BadNam": "NetStream.Publish.BadName", "cmd-badnam": "cmd-badname", "releaseStrem": "releaseStream"} {
		want := fmt.Sprintf("nothing is known of %q; did you mean %q?", wrong, meant)
		if err := newExplain().RunE(nil, []string{wrong}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("explain %s: %v", wrong, err)
		}
	}
	if code, _ := runMain(t, "explain", "no-such-thing"); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
}

// publishTaken publishes under a name that is taken, which is refused.
func publishTaken(ctx context.Context, l *live) error {
	endpoint.Publish(ctx, l.server.Addrs()[0].String(), "demo", "clock", endpoint.NewClock(), endpoint.Options{}) // it is to be refused
	return nil
}

func TestProxyCheckJudgesAtTheEnd(t *testing.T) {
	to := builtInTarget(t)
	rows, _, err := liveSession(t, to, func(f *liveFlags) { f.verdict = true }, publishTaken)
	if code := exitCode(err); code != exitProblems {
		t.Errorf("exit code %d: %v", code, err)
	}
	if !strings.Contains(rows, `"rule":"cmd-badname","severity":"error"`) {
		t.Errorf("no finding among the rows:\n%s", rows)
	}
}

// TestCheckTellsWhatBelongsTogether: every form of the verdict, and the reports,
// tell of several sessions in one line.
func TestCheckTellsWhatBelongsTogether(t *testing.T) {
	file := captures + "ffmpeg5__nginx__publish_badname.pcapng"
	const story = "2 publishers of live/••••9e95 at once: session 1 published for 8.2 s, session 2 refused (NetStream.Publish.BadName)"
	plain := strings.NewReplacer(`\`, "")
	for _, args := range [][]string{{"check"}, {"check", "--json"}, {"check", "--md"}, {"check", "--junit"},
		{"export", "--as", "md", "-o", "-"}, {"export", "--as", "html", "-o", "-"}, {"export", "--as", "txt", "-o", "-"}} {
		if _, text := runMain(t, append(args, file)...); !strings.Contains(plain.Replace(text), story) {
			t.Errorf("%v does not say %q:\n%.2000s", args, story, text)
		}
	}
}

// TestCheckSaysWhatCouldNotBeEvaluated: with the reason, once.
func TestCheckSaysWhatCouldNotBeEvaluated(t *testing.T) {
	_, text := runMain(t, "check", captures+"ffmpeg5__nginx__midstream_start.pcapng")
	for _, want := range []string{"could not be evaluated: the client's bytes could not be read from offset 0 on: the capture begins in the middle"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, text)
		}
	}
	if _, text := runMain(t, "check", captures+"ffmpeg5__nginx__publish_badname.pcapng"); strings.Contains(text, "could not be evaluated") {
		t.Errorf("all of it could be read:\n%s", text)
	}
}
