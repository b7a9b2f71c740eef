package cli

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
)

func TestParseUpstream(t *testing.T) {
	cases := []struct {
		in, address, app, wrong string
		secure                  bool
	}{
		{in: "rtmp://host", address: "host:1935"},
		{in: "rtmp://host:1936/live/", address: "host:1936", app: "/live"},
		{in: "RTMP://[::1]/a/b", address: "[::1]:1935", app: "/a/b"},
		{in: "host:1936", address: "host:1936"},
		{in: "host", address: "host:1935"},
		{in: "127.0.0.1:1936/live", address: "127.0.0.1:1936", app: "/live"},
		{in: "[::1]:1936", address: "[::1]:1936"},
		{in: "/tmp/x.pcapng", wrong: "not a URL"},
		{in: "rtmps://host/app", address: "host:443", app: "/app", secure: true},
		{in: "RTMPS://host:1936", address: "host:1936", secure: true},
		{in: "rtmpe://host/app", wrong: "only rtmp:// and rtmps://"},
		{in: "http://host/app", wrong: "must be rtmp:// or rtmps://"},
		{in: "rtmp://:1935/x", wrong: "names no host"},
		{in: "", wrong: "not a URL"},
	}
	for _, c := range cases {
		got, err := parseUpstream(c.in)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) || exitCode(err) != exitUsage {
				t.Errorf("%q: %v, want an error with %q", c.in, err, c.wrong)
			}
			continue
		}
		if err != nil || got.address != c.address || got.app != c.app || got.secure != c.secure {
			t.Errorf("%q: %+v, %v", c.in, got, err)
		}
	}
}

func TestSizeFlag(t *testing.T) {
	for in, want := range map[string]int64{"64MiB": 64 << 20, "10M": 10_000_000, "65536": 65536, "1GiB": 1 << 30, "5KB": 5000} {
		var s sizeFlag
		if err := s.Set(in); err != nil || int64(s) != want {
			t.Errorf("%s: %d, %v", in, s, err)
		}
	}
	for _, in := range []string{"", "MiB", "-5", "0", "5X", "9999999999GiB"} {
		var s sizeFlag
		if err := s.Set(in); err == nil {
			t.Errorf("%q is taken as %d", in, s)
		}
	}
}

// Whatever an error holds, a log line is one line without control characters.
func TestLogLinesAreSafe(t *testing.T) {
	e := logrus.NewEntry(logrus.New()).WithField("who", "a\x1b]0;x\x07\nb")
	e.Message, e.Level, e.Time = "m\x9b2J\r\n", logrus.WarnLevel, time.Unix(0, 0).UTC()
	got, err := lineFormat{}.Format(e)
	if want := "00:00:00.000 warning m\\x9b2J\\r\\n who=a\\e]0;x\\a\\nb\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestEventLogKeepsLinesForTheScreen(t *testing.T) {
	log, err := newEventLog(filepath.Join(t.TempDir(), "log"), "info")
	if err != nil {
		t.Fatal(err)
	}
	defer log.file.Close()
	back := log.toScreen()
	for range keptLogs + 5 {
		log.Info("hello")
	}
	back()
	log.Info("to the file alone")
	if lines := log.recent(); len(lines) != keptLogs || !strings.HasSuffix(lines[0], "hello") {
		t.Errorf("%d lines", len(lines))
	}
	log.flush()
	p, err := os.ReadFile(log.file.Name())
	if err != nil || strings.Count(string(p), "\n") != keptLogs+6 {
		t.Errorf("the file has %d lines, %v", strings.Count(string(p), "\n"), err)
	}
}

func TestOfferKeepsOrDiscards(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taken", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := createCapture("", &segmentFlags{}, logrus.New())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	defer f.Source().Close()
	var out strings.Builder
	if err := f.offer(strings.NewReader("taken\nmine.pcapng\n"), &out); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat("mine.pcapng")
	if err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(out.String(), "not overwritten") {
		t.Errorf("%v, %v: %s", info, err, out.String())
	}
	out.Reset()
	if err := f.offer(strings.NewReader("\nafter-enter\n"), &out); err != nil || !strings.Contains(out.String(), "Enter again discards") {
		t.Fatal(err, out.String())
	}
	if _, err := os.Stat("after-enter"); err != nil {
		t.Error("one Enter discards:", err)
	}
	for _, answer := range []string{"\n\n", "d\n", "no\n", ""} {
		out.Reset()
		if err := f.offer(strings.NewReader(answer), &out); err != nil || !strings.HasSuffix(out.String(), "The capture is discarded.\n") {
			t.Errorf("%q: %v\n%s", answer, err, out.String())
		}
	}
	if list, err := os.ReadDir("."); err != nil || len(list) != 3 {
		t.Errorf("%v, %v: want what was there and the two that were kept", list, err)
	}
}

func TestUsageErrors(t *testing.T) {
	devNull, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer devNull.Close()
	defer streams(os.Stdout, devNull)()
	for _, args := range [][]string{{"nonsense"}, {"proxy", "--nonsense"}, {"proxy", "--plain", "--jsonl"}, {"log"}, {"open"}, {"proxy", "http://x"}, {"demo", "--log-level", "loud"}} {
		if code := Main(args); code != exitUsage {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if code := Main([]string{"log", filepath.Join(t.TempDir(), "none")}); code != exitFailed {
		t.Errorf("a missing file: exit code %d", code)
	}
}

// TestUpstreamsAreNotShown: the URL comes from a file or the environment as well, and
// whatever is said of one shows no key, password or query.
func TestUpstreamsAreNotShown(t *testing.T) {
	const secret = "hunter-2-key"
	file := filepath.Join(t.TempDir(), "upstream")
	os.WriteFile(file, []byte(" rtmp://u:"+secret+"@[::1]:1936/live/"+secret+"?k="+secret+"\nsecond line\n"), 0o600)
	got, err := upstreamOf([]string{"@" + file})
	if want := "rtmp://u:" + secret + "@[::1]:1936/live/" + secret + "?k=" + secret; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	to, err := parseUpstream(got)
	if err != nil || to.address != "[::1]:1936" {
		t.Errorf("%+v, %v", to, err)
	}
	said := strings.Join(hints("rtmp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1935}, to), "\n")
	t.Setenv(upstreamVariable, "rtmp://from.environment/")
	if got, err := upstreamOf(nil); got != "rtmp://from.environment/" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, _ := upstreamOf([]string{"rtmp://h"}); got != "rtmp://h" {
		t.Errorf("the environment wins over the command line: %q", got)
	}
	os.WriteFile(file+".empty", []byte("\n"), 0o600)
	for _, arg := range []string{"rtmpe://u:" + secret + "@h/live/" + secret, "http://h/?key=" + secret, "rtmp://u:" + secret + "@:1935/x", "@" + file + ".empty", "@" + file + ".missing"} {
		_, errs, code := program(t, "proxy", arg)
		if said += errs; code != exitUsage {
			t.Errorf("%s: exit code %d", arg, code)
		}
	}
	_, errs, _ := program(t, "rtmp://u:"+secret+"@h/live/"+secret)
	line, err := lineFormat{}.Format(&logrus.Entry{Message: "dial rtmp://u:" + secret + "@h/live/" + secret, Data: logrus.Fields{"url": "rtmp://h/a?token=" + secret}})
	if said += errs + string(line); err != nil || strings.Contains(said, secret) {
		t.Errorf("%v: a secret shows in\n%s", err, said)
	}
	if !strings.Contains(said, "rtmp://127.0.0.1:1935/live/••••") || !strings.Contains(said, "is empty") {
		t.Errorf("the words are gone: %s", said)
	}
}
