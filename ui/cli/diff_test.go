package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runDiff runs diff as Main does and returns its output and exit code.
func runDiff(t *testing.T, o diffFlags, a, b string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	o.input.unpacked = 1
	err := o.run(diffCapture(a), diffCapture(b), &out)
	if err == nil {
		return out.String(), exitOK
	}
	coded, ok := err.(*exitError)
	if !ok {
		t.Fatal(err)
	}
	if coded.err != nil {
		out.WriteString(coded.err.Error())
	}
	return out.String(), coded.code
}

func diffCapture(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join("../../testdata/captures", name+".pcapng")
}

func TestDiffExitCodes(t *testing.T) {
	const both, play, refused = "ffmpeg5__nginx__publish_and_play", "vlc__nginx__play", "ffmpeg5__nginx__publish_badname"
	empty := filepath.Join(t.TempDir(), "empty.pcapng")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    diffFlags
		a, b string
		code int
		says string
	}{
		{"the same", diffFlags{}, both, both, exitOK, "Nothing differs"},
		{"the same programs", diffFlags{sessionA: 1, sessionB: 1}, both, refused, exitOK, "Nothing differs"},
		{"refused", diffFlags{sessionA: 1, sessionB: 2}, refused, refused, exitProblems, "NetStream.Publish.BadName"},
		{"chosen", diffFlags{}, both, refused, exitOK, "by far the most messages of 2"},
		{"by role", diffFlags{}, play, "ffmpeg5__nginx__server_killed", exitProblems, "session 1 of 2 (the only one of 2 to publish)"},
		{"ambiguous", diffFlags{}, both, "ffmpeg5__mediamtx__publish_badname", exitUsage, "choose with --session-a and --session-b"},
		{"no such session", diffFlags{sessionA: 9}, both, both, exitUsage, "has no session 9"},
		{"no file", diffFlags{}, both, "none", exitFailed, "none.pcapng"},
		{"no capture", diffFlags{}, both, empty, exitFailed, "empty.pcapng"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, code := runDiff(t, c.o, c.a, c.b)
			if code != c.code || !strings.Contains(strings.Join(strings.Fields(got), " "), c.says) {
				t.Errorf("exit code %d, want %d:\n%s", code, c.code, got)
			}
		})
	}
}

// A capture that is cut off is compared as far as it goes.
func TestDiffTornCapture(t *testing.T) {
	unheard(t)
	p, err := os.ReadFile(diffCapture("ffmpeg5__nginx__publish_and_play"))
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(t.TempDir(), "torn.pcapng")
	if err := os.WriteFile(torn, p[:len(p)-11], 0o600); err != nil {
		t.Fatal(err)
	}
	got, code := runDiff(t, diffFlags{sessionA: 1, sessionB: 1}, "ffmpeg5__nginx__publish_and_play", torn)
	if code != exitOK || !strings.Contains(got, "Nothing differs") {
		t.Errorf("exit code %d:\n%s", code, got)
	}
}

// The row numbers are those of log, whatever the rules find in between.
func TestDiffRowsAreThoseOfLog(t *testing.T) {
	out, _ := runDiff(t, diffFlags{sessionA: 1, sessionB: 2, format: formatFlag{chosen: "json"}}, "ffmpeg5__nginx__publish_badname", "ffmpeg5__nginx__publish_badname")
	var r struct {
		Differences []struct{ B struct{ Row int } }
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	_, log := runMain(t, "log", "--jsonl", diffCapture("ffmpeg5__nginx__publish_badname"))
	for line := range strings.Lines(log) {
		var row struct {
			Row  int
			Code string
		}
		if err := json.Unmarshal([]byte(line), &row); err == nil && row.Code == "NetStream.Publish.BadName" {
			if row.Row != r.Differences[0].B.Row {
				t.Errorf("row %d of log is row %d of diff", row.Row, r.Differences[0].B.Row)
			}
			return
		}
	}
	t.Error("log does not show the refusal")
}

func TestDiffForms(t *testing.T) {
	const a, b = "ffmpeg5__nginx__publish_and_play", "ffmpeg5__nginx__wrong_app"
	for begins, o := range map[string]diffFlags{
		"A  ": {}, "# Two RTMP sessions compared\n": {format: formatFlag{chosen: "md"}}, "{\n  \"version\": 1,": {format: formatFlag{chosen: "json"}}, "<!DOCTYPE html>": {format: formatFlag{chosen: "html"}},
	} {
		got, code := runDiff(t, o, a, b)
		if code != exitProblems || !strings.HasPrefix(got, begins) {
			t.Errorf("exit code %d, %.40q does not begin with %q", code, got, begins)
		}
	}
}
