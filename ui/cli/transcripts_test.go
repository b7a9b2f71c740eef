package cli

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	"github.com/rtmpscope/rtmpscope/test/need"
)

var update = flag.Bool("update", false, "write what transcripts compare with anew")

// TestMain lets the program of the tests be rtmpscope when a transcript calls it
// by that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rtmpscope": func() { os.Exit(Main(os.Args[1:])) }})
}

// TestTranscripts runs what people type, in testdata/script: one file a
// command, with its help, what it prints, its exit codes, and what it says to
// bad input. In them $CAPTURES is testdata/captures of the repository, and
// "exits CODE COMMAND…" wants an exit code, and "until PATTERN COMMAND…" runs a
// command again and again until it prints what is waited for.
func TestTranscripts(t *testing.T) {
	captures, err := filepath.Abs("../../testdata/captures")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CAPTURES", captures)
			env.Setenv("XDG_CONFIG_HOME", "/no-config")
			env.Setenv("TZ", "UTC")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "until": until},
	})
}

// exits runs a command and wants an exit code of it.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// until waits until the output of a command matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND [ARG…]")
	}
	pattern := regexp.MustCompile(args[0])
	for deadline := time.Now().Add(need.Patience); ; time.Sleep(20 * time.Millisecond) {
		_ = ts.Exec(args[1], args[2:]...) // there may be nothing to read yet
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s", pattern)
		}
	}
}

// TestHelpIsWhole: every command says in one line and at length what it does,
// shows an example, and describes every option in one plain sentence without an
// end.
func TestHelpIsWhole(t *testing.T) {
	for _, c := range newRoot().Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			continue // a page of docs
		}
		if c.Short == "" || c.Long == "" || c.Example == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short %q, %d bytes of description, %d of examples", c.Name(), c.Short, len(c.Long), len(c.Example))
		}
		if first, _, _ := strings.Cut(c.Use, " "); !strings.Contains(c.Example, "rtmpscope "+first) {
			t.Errorf("%s: no example of it", c.Name())
		}
		for line := range strings.Lines(c.Long) {
			if utf8.RuneCountInString(line) > 120 {
				t.Errorf("%s: a line of %d letters: %s", c.Name(), utf8.RuneCountInString(line), line)
			}
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: %q", c.Name(), f.Name, f.Usage)
			}
		})
	}
}
