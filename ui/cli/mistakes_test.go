package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

// said runs the program and returns its exit code and what it wrote on standard
// error and output together.
func said(t *testing.T, args ...string) (int, string) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	defer streams(f, f)()
	code := Main(args)
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text)
}

// TestMistakesAreAnswered: who mistypes is told what was probably meant and how
// that command is written, once.
func TestMistakesAreAnswered(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"prox", []string{`there is no command "prox"; did you mean "proxy"?`, "The commands are ", " check, "}},
		{"xyzzyxyzzy", []string{`there is no command "xyzzyxyzzy"` + "\n"}},
		{"proxy --listn :1", []string{`unknown flag: --listn; did you mean "--listen"?`, "Usage: rtmpscope proxy [UPSTREAM] [flags]; 'rtmpscope proxy --help' tells more."}},
		{"log", []string{"Usage: rtmpscope log FILE… [flags]; 'rtmpscope log --help'"}},
		{"proxy -l 1946 --plain --for 1s", []string{"--listen 1946: missing port in address; write HOST:PORT, or :PORT", "rtmpscope proxy --help"}},
	} {
		code, text := said(t, strings.Fields(c.args)...)
		if code != exitUsage {
			t.Errorf("%s: exit code %d", c.args, code)
		}
		for _, want := range c.want {
			if strings.Count(text, want) != 1 {
				t.Errorf("%s: %q is not said once:\n%s", c.args, want, text)
			}
		}
	}
}

// TestNewFilesAreRefusedInPlainWords: a name that is taken, and a directory that
// is not there, which is a typing mistake and is not made.
func TestNewFilesAreRefusedInPlainWords(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taken.pcapng", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join("nodir", "x.pcapng")
	args := []string{"proxy", "-l", "127.0.0.1:0", "--plain", "--for", "1s", "-w"}
	if code, text := said(t, append(args, "taken.pcapng")...); code != exitFailed || text != "rtmpscope: taken.pcapng exists already and is not overwritten\n" {
		t.Errorf("%d, %s", code, text)
	}
	want := "rtmpscope: cannot create " + missing + ": there is no directory nodir; make it first, or name another place\n"
	if code, text := said(t, append(args, missing)...); code != exitFailed || text != want {
		t.Errorf("%d, %s", code, text)
	}
	if _, err := os.Stat("nodir"); !os.IsNotExist(err) {
		t.Errorf("the directory was made (%v)", err)
	}
	f, err := createCapture("", &segmentFlags{}, logrus.New())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Source().Close()
	defer f.Close()
	if err := f.keep(missing); err == nil || !strings.Contains(err.Error(), "there is no directory nodir") {
		t.Errorf("keeping: %v", err)
	}
}

// TestHelpNamesWhatMatters: the demo's help lists no flags of the relay, and
// explain says how to list the rules.
func TestHelpNamesWhatMatters(t *testing.T) {
	_, demo := said(t, "demo", "--help")
	_, proxy := said(t, "proxy", "--help")
	for _, flag := range []string{"--dial-timeout", "--rotate", "--max-connections", "--expect"} {
		if strings.Contains(demo, flag) || !strings.Contains(proxy, flag) {
			t.Errorf("%s: demo lists it (%v), proxy does not (%v)", flag, strings.Contains(demo, flag), !strings.Contains(proxy, flag))
		}
	}
	if _, explain := said(t, "explain", "--help"); !strings.Contains(explain, "explain rules") {
		t.Error(explain)
	}
}
