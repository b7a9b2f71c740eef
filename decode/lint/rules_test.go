package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

var began = script.Time

// judged plays a conversation and returns what was found in it.
func judged(x script.Example, c Config) (found []session.Finding, j *Judge) {
	j = New(c)
	t := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		if e.Kind == session.Found {
			f := *e.Finding
			f.At = e.At()
			found = append(found, f)
		}
	}})
	x.Play(t, began)
	return found, j
}

// line writes a finding for people.
func line(f session.Finding) string {
	side := f.Side.String()
	if side == "" {
		side = "-"
	}
	return fmt.Sprintf("%s %s %s at %.3fs rows %v (%.2g): %s", f.Rule, f.Severity, side, f.At.Sub(began).Seconds(), f.Rows, f.Confidence, f.Summary.Show(false))
}

func of(found []session.Finding, rule string) (out []string) {
	for _, f := range found {
		if f.Rule == rule {
			out = append(out, line(f))
		}
	}
	return out
}

// TestExamples plays the two conversations of every rule: the one that has the
// fault and the one that nearly has it. What is said about the first is pinned
// in testdata/examples.txt, to be read by a person.
func TestExamples(t *testing.T) {
	var said strings.Builder
	for _, r := range Rules() {
		bad, _ := judged(r.Bad, Config{})
		lines := of(bad, r.ID)
		if len(lines) == 0 {
			t.Errorf("%s: not found in its own example; found %v", r.ID, all(bad))
		}
		good, _ := judged(r.Good, Config{})
		if wrong := of(good, r.ID); len(wrong) > 0 {
			t.Errorf("%s: found in the near miss: %v", r.ID, wrong)
		}
		for _, f := range bad {
			if f.Rule == r.ID {
				fmt.Fprintf(&said, "%s %s %s: %s\n", f.Rule, f.Severity, f.Side, f.Summary.Show(false))
				checkProof(t, f)
				checkBrief(t, f)
			}
		}
	}
	golden(t, filepath.Join("testdata", "examples.txt"), said.String())
}

// checkProof: every finding names rows, in order, of the past.
func checkProof(t *testing.T, f session.Finding) {
	t.Helper()
	if len(f.Rows) == 0 || len(f.Rows) > maxRows || !slices.IsSorted(f.Rows) || f.Rows[0] == 0 || f.Confidence <= 0 || f.Confidence > 1 {
		t.Errorf("%s proves nothing", line(f))
	}
}

// checkBrief: every finding has a few words for narrow places.
func checkBrief(t *testing.T, f session.Finding) {
	t.Helper()
	if n := utf8.RuneCountInString(f.Brief.Show(false)); n == 0 || n > 60 {
		t.Errorf("%s says %q in short", f.Rule, f.Brief)
	}
}

// TestBriefs: the short form names the cause, not the rule, where it is one.
func TestBriefs(t *testing.T) {
	for id, want := range map[string]string{
		"cmd-publish-refused": "NetStream.Publish.Denied", "cmd-play-refused": "NetStream.Play.StreamNotFound",
		"cmd-connect-rejected": "NetConnection.Connect.InvalidApp", "cmd-badname": "NetStream.Publish.BadName",
		"upstream-unreachable": "connection refused", "cmd-start-then-close": "closed 40 ms after publish",
		"cmd-play-closed": "closed 4 ms after play", "av-no-media": "no media after play",
		"av-no-audio-header": "AAC without its sequence header", "ts-backwards": "a timestamp runs backwards",
	} {
		r, _ := Find(id)
		found, _ := judged(r.Bad, Config{})
		i := slices.IndexFunc(found, func(f session.Finding) bool { return f.Rule == id })
		if i < 0 || found[i].Brief.Show(false) != want {
			t.Errorf("%s: %+v, want %q", id, found, want)
		}
	}
}

// TestBriefsOfWhatPassed: what is over is told in the past tense, so that nobody
// takes it for what is the matter now.
func TestBriefsOfWhatPassed(t *testing.T) {
	for id, want := range map[string]string{
		"av-media-stopped": "had no media for ", "flow-backpressure": "server had not read for ",
	} {
		r, _ := Find(id)
		found, _ := judged(r.Bad, Config{})
		i := slices.IndexFunc(found, func(f session.Finding) bool { return f.Rule == id && f.Over })
		if i < 0 || !strings.HasPrefix(found[i].Brief.Show(false), want) {
			t.Errorf("%s: %+v, want %q", id, found, want)
		}
	}
}

func all(found []session.Finding) (out []string) {
	for _, f := range found {
		out = append(out, line(f))
	}
	return out
}

// golden compares with a file, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (if the change is right, run go test ./decode/lint -update): %s", name, diff)
	}
}

// TestGoodConversations: the building blocks of all examples are in order.
func TestGoodConversations(t *testing.T) {
	for name, x := range map[string]script.Example{"publish": {script.Flowing, script.Goodbye}, "play": {script.Watching, script.Goodbye}} {
		found, _ := judged(x, Config{})
		found = slices.DeleteFunc(found, func(f session.Finding) bool { return f.Severity == session.Note })
		if len(found) > 0 {
			t.Errorf("%s: %v", name, all(found))
		}
	}
}
