package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// capturePath is a capture under testdata, however the directory changes.
func capturePath(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../../testdata/captures/" + name + ".pcapng")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// unheard sends what the rest of a test says to standard output and error nowhere: it is
// no part of what "go test" says.
func unheard(t *testing.T) {
	t.Helper()
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	back := streams(nowhere, nowhere)
	t.Cleanup(func() {
		back()
		nowhere.Close()
	})
}

// streams puts others in the place of standard output and error, and returns what puts
// them back. What is on its way to standard error is written before: that goes on in a
// goroutine of its own.
func streams(out, err *os.File) (back func()) {
	stderr.flush(need.Patience)
	oldOut, oldErr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, err
	return func() {
		stderr.flush(need.Patience)
		os.Stdout, os.Stderr = oldOut, oldErr
	}
}

// program runs a command line and returns what it wrote and its exit code.
func program(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var files [2]*os.File
	for i := range files {
		f, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	back := streams(files[0], files[1])
	code = Main(args)
	back()
	var texts [2]string
	for i, f := range files {
		p, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(p)
	}
	return texts[0], texts[1], code
}

// rowNumbers reads the numbers of the rows of JSONL.
func rowNumbers(t *testing.T, jsonl string) (out []int) {
	t.Helper()
	for line := range strings.Lines(jsonl) {
		var row struct{ Row int }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out = append(out, row.Row)
	}
	return out
}

func TestExportWritesEveryFormat(t *testing.T) {
	file := capturePath(t, "obs29__srs__publish")
	t.Chdir(t.TempDir())
	starts := map[string]string{
		"jsonl": `{"row":1,`, "csv": "row,", "flv": "FLV\x01", "h264": "\x00\x00\x00\x01", "aac": "\xff\xf1",
		"pcapng": "\x0a\x0d\x0d\x0a", "md": "# ", "html": "<!DOCTYPE html>",
	}
	for _, f := range export.Formats() {
		stdout, stderr, code := program(t, "export", file, "--as", f.Name)
		name := "obs29__srs__publish." + f.Extension
		if f.Name == "pcapng" {
			name = "obs29__srs__publish-redacted.pcapng"
		}
		if code != exitOK || stdout != "" || !strings.Contains(stderr, "wrote "+name+" (") {
			t.Errorf("%s: exit code %d, %q, %q", f.Name, code, stdout, stderr)
			continue
		}
		p, err := os.ReadFile(name)
		info, _ := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 || !bytes.HasPrefix(p, []byte(starts[f.Name])) {
			t.Errorf("%s: %v, %v, begins with %q", name, err, info.Mode(), p[:min(len(p), 20)])
		}
	}
}

// What export and log write as rows is the same.
func TestExportAndLogAgree(t *testing.T) {
	file := capturePath(t, "ffmpeg5__nginx__publish_badname")
	for _, more := range [][]string{nil, {"-Y", "~cmd"}, {"-Y", "unanswered"}, {"--show-secrets"}} {
		logged, _, code := program(t, append([]string{"log", "--jsonl", file}, more...)...)
		exported, _, code2 := program(t, append([]string{"export", file, "--as", "jsonl", "-o", "-"}, more...)...)
		if code != exitOK || code2 != exitOK || len(more) == 0 && logged == "" {
			t.Fatalf("%v: exit codes %d and %d", more, code, code2)
		}
		if more == nil || more[0] == "-Y" {
			a, b := rowNumbers(t, logged), rowNumbers(t, exported)
			if !slices.Equal(a, b) {
				t.Errorf("%v: rows %v logged, %v exported", more, a, b)
			}
			continue
		}
		if logged != exported {
			t.Errorf("%v: log and export differ", more)
		}
	}
}

func TestExportNeverOverwrites(t *testing.T) {
	file := capturePath(t, "obs29__srs__publish")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("mine.md", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := program(t, "export", file, "-o", "mine.md")
	p, err := os.ReadFile("mine.md")
	if code != exitFailed || !strings.Contains(stderr, "not overwritten") || err != nil || string(p) != "mine" {
		t.Errorf("exit code %d, %q; the file holds %q", code, stderr, p)
	}
}

func TestExportLeavesNoHalfFile(t *testing.T) {
	noMedia := capturePath(t, "ffmpeg5__nginx__wrong_app")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("noise.pcapng", []byte("this is no capture at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		noMedia:        "nothing to export",
		"noise.pcapng": "not a readable capture",
		"missing":      "no such file",
	}
	for file, want := range cases {
		_, stderr, code := program(t, "export", file, "-o", "x.flv")
		if code != exitFailed || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %q", file, code, stderr)
		}
		if _, err := os.Stat("x.flv"); !os.IsNotExist(err) {
			t.Errorf("%s: a file was left behind: %v", file, err)
		}
	}
}

// A signal ends reading, and with it the export, which leaves nothing behind.
func TestExportEndsWithASignal(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("a process cannot send itself a signal here")
	}
	in, err := (&inputFlags{unpacked: 1}).open(capturePath(t, "obs29__srs__publish"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	t.Chdir(t.TempDir())
	src, stop := interruptible(&watched{Input: in})
	defer stop()
	o := exportFlags{out: "x.jsonl"}
	out, err := o.create("x", export.Format{})
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-src.ctx.Done()
	err = o.finish("x", out, src, export.Write(out, src, "jsonl", export.Options{}))
	if left, _ := os.ReadDir("."); exitCode(err) != exitInterrupt || len(left) != 0 {
		t.Errorf("exit code %d, %v; left behind: %v", exitCode(err), err, left)
	}
}

// A capture whose writer was killed gives what is whole, and says so.
func TestExportOfATornCapture(t *testing.T) {
	p, err := os.ReadFile(capturePath(t, "obs29__srs__publish"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("torn.pcapng", p[:len(p)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := program(t, "export", "torn.pcapng", "--as", "jsonl", "-Y", "~cmd")
	rows, err := os.ReadFile("torn.jsonl")
	if code != exitIncomplete || err != nil || !strings.Contains(stderr, "middle of a block") {
		t.Fatalf("exit code %d, %v: %s", code, err, stderr)
	}
	if n := len(rowNumbers(t, string(rows))); n < 10 {
		t.Errorf("%d commands", n)
	}
}

func TestExportSelects(t *testing.T) {
	file := capturePath(t, "ffmpeg5__nginx__publish_and_play")
	rows := func(args ...string) []int {
		stdout, stderr, code := program(t, append([]string{"export", file, "--as", "jsonl", "-o", "-"}, args...)...)
		if code != exitOK {
			t.Fatalf("%v: %d: %s", args, code, stderr)
		}
		return rowNumbers(t, stdout)
	}
	all := rows()
	if got := rows("--rows", "10-12"); !slices.Equal(got, []int{10, 11, 12}) {
		t.Errorf("--rows 10-12: %v", got)
	}
	if got := rows("--rows", "10"); !slices.Equal(got, []int{10}) {
		t.Errorf("--rows 10: %v", got)
	}
	one, two := rows("--session", "1"), rows("--session", "2")
	if len(one) == 0 || len(two) == 0 || len(one)+len(two) != len(all) || len(rows("--session", "1", "--session", "2")) != len(all) {
		t.Errorf("%d rows are %d of session 1 and %d of session 2", len(all), len(one), len(two))
	}
	if got := rows("-Y", `command == "publish" or command == "play"`); len(got) != 2 {
		t.Errorf("publish and play: rows %v", got)
	}
	if got := rows("-Y", `command == "publish" or command == "play"`, "--session", "2"); len(got) != 1 {
		t.Errorf("one of them in session 2: rows %v", got)
	}
}

// A filter finds a stream key; the row that it finds does not show it.
func TestFilterIsNoWayAroundMasking(t *testing.T) {
	file := capturePath(t, "obs29__srs__publish")
	shown, _, _ := program(t, "log", "--jsonl", "--show-secrets", "-Y", `command == "publish"`, file)
	var row struct{ Args []any }
	if err := json.Unmarshal([]byte(shown), &row); err != nil || len(row.Args) < 2 {
		t.Fatalf("%v: %s", err, shown)
	}
	key := row.Args[1].(string)
	masked, _, code := program(t, "log", "--jsonl", "-Y", `command == "publish" and args[1] == "`+key+`"`, file)
	if code != exitOK || len(rowNumbers(t, masked)) != 1 || strings.Contains(masked, `"`+key+`"`) {
		t.Errorf("the key is %q: %d, %s", key, code, masked)
	}
}

func TestFilterOnLog(t *testing.T) {
	file := capturePath(t, "obs29__srs__publish")
	all, _, _ := program(t, "log", file)
	some, _, code := program(t, "log", "-Y", "~cmd publish", file)
	if code != exitOK || some == "" || len(some) >= len(all) {
		t.Fatalf("exit code %d: %s", code, some)
	}
	for line := range strings.Lines(some) {
		if !strings.Contains(all, line) {
			t.Errorf("a row is changed by the filter: %s", line)
		}
	}
	if waits, _, _ := program(t, "log", "--jsonl", "-Y", "unanswered", file); !strings.Contains(waits, `"command":"_checkbw"`) || strings.Count(waits, "\n") != 1 {
		t.Errorf("unanswered: %s", waits)
	}
}

func TestExportUsage(t *testing.T) {
	file := capturePath(t, "obs29__srs__publish")
	t.Chdir(t.TempDir())
	cases := []struct {
		args []string
		want string
	}{
		{[]string{file}, "name a format with --as: jsonl, csv"},
		{[]string{file, "--as", "avi"}, `no format "avi"`},
		{[]string{file, "--as", "md", "--rows", "9-3"}, "not a range of rows"},
		{[]string{file, "--as", "md", "--session", "0"}, "counted from 1"},
		{[]string{file, "--as", "flv", "--from", "here"}, "use client or server"},
		{[]string{file, "--as", "md", "--redact", "--show-secrets"}, "none of the others can be"},
		{[]string{file, "--as", "md", "-Y", "type = 9"}, "use == to compare\ntype = 9\n     ^"},
		{[]string{"--as", "md"}, "name a capture"},
		{[]string{"--list", file}, "unknown command"},
	}
	for _, c := range cases {
		if _, stderr, code := program(t, append([]string{"export"}, c.args...)...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %q, want %q", c.args[1:], code, stderr, c.want)
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 0 {
		t.Errorf("files were made: %v, %v", left, err)
	}
	stdout, _, code := program(t, "export", "--list")
	if code != exitOK || strings.Count(stdout, "\n") != len(export.Formats()) {
		t.Errorf("--list: %d: %s", code, stdout)
	}
}

func TestExportNames(t *testing.T) {
	md, pcapng := export.Format{Name: "md", Extension: "md"}, export.Format{Name: "pcapng", Extension: "pcapng"}
	cases := []struct {
		flags  exportFlags
		in     string
		format export.Format
		want   string
	}{
		{in: "/a/b/bad.pcapng", format: md, want: "bad.md"},
		{in: "bad.pcap.gz", format: md, want: "bad.md"},
		{in: "bad.pcapng", format: pcapng, want: "bad-redacted.pcapng"},
		{in: "bad.pcapng", format: pcapng, flags: exportFlags{secrets: true}, want: "bad-copy.pcapng"},
		{in: "bad.pcapng", format: md, flags: exportFlags{sessions: sessionsFlag{numbers: []uint32{3}}}, want: "bad-session-3.md"},
		{in: "-", format: md, want: "capture.md"},
		{in: "-rf.pcapng", format: md, want: "_-rf.md"},
		{in: ".hidden", format: md, want: "_.hidden.md"},
		{in: "a b\x1b[31m;$(x)日.cap", format: md, want: "a_b__31m___x__.md"},
		{in: strings.Repeat("x", 300), format: md, want: strings.Repeat("x", longestName) + ".md"},
	}
	for _, c := range cases {
		if got := c.flags.name(c.in, c.format); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestRowsFlag(t *testing.T) {
	for in, want := range map[string]rowsFlag{"10-20": {10, 20}, "5": {5, 5}, "5-": {5, 0}, "-7": {0, 7}} {
		var r rowsFlag
		if err := r.Set(in); err != nil || r != want {
			t.Errorf("%s: %v, %v", in, r, err)
		}
		var again rowsFlag
		if err := again.Set(r.String()); err != nil || again != r {
			t.Errorf("%s is written as %s", in, &r)
		}
	}
	for _, in := range []string{"", "-", "0", "0-5", "a-b", "3-2", "1-2-3", "99999999999"} {
		var r rowsFlag
		if err := r.Set(in); err == nil {
			t.Errorf("%q is taken as %v", in, r)
		}
	}
}

// TestExportTellsWhatIsLeftOut: an export without a connection says so, and one
// with all says nothing.
func TestExportTellsWhatIsLeftOut(t *testing.T) {
	file := capturePath(t, "ffmpeg5__lal__publish_badname")
	_, stderr, code := program(t, "export", file, "--as", "csv", "-o", "-", "--port", "9")
	if want := "some TCP connections are not exported (connections to other ports 2)"; code != exitOK || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, %q; want %q", code, stderr, want)
	}
	if _, stderr, _ = program(t, "export", file, "--as", "csv", "-o", "-"); stderr != "" {
		t.Errorf("with all connections it says %q", stderr)
	}
}
