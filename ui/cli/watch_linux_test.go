package cli

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/test/terminal"
	"github.com/rtmpscope/rtmpscope/ui/tui"
)

// asFaulty is set in a process that is a program with a faulty screen: there is
// no other way to have a real terminal and a fault.
const asFaulty = "RTMPSCOPE_TEST_FAULTY_SCREEN"

// TestFaultyScreenProgram is that program, and nothing without the variable.
func TestFaultyScreenProgram(t *testing.T) {
	file := os.Getenv(asFaulty)
	if file == "" {
		t.Skip("only a part of TestFaultyScreen")
	}
	var flags liveFlags
	flags.listen, flags.write, flags.budget, flags.most = []string{"127.0.0.1:0"}, file, 64<<20, 10
	flags.drain = time.Millisecond
	flags.dial = time.Minute
	log, err := newEventLog("", "info")
	if err != nil {
		t.Fatal(err)
	}
	l := &live{flags: &flags, to: builtInTarget(t), hints: func(*proxy.Server) []string { return nil }, log: log}
	l.shows = func(ctx context.Context, s tui.Source, o tui.Options) error {
		o.CaptureSize = func() string {
			if len(l.server.Connections()) > 0 {
				panic("a fault \x1b]0;of the screen\a")
			}
			return "nothing"
		}
		return tui.Run(ctx, s, o)
	}
	if err := l.prepare(); err != nil {
		t.Fatal(err)
	}
	code, err := l.run(nil)
	os.Exit(exitCode(l.verdict(code, err)))
}

// TestFaultyScreen: when the screen fails, the terminal is restored, relaying and
// recording go on, and Ctrl-C ends them.
func TestFaultyScreen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "live.pcapng")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestFaultyScreenProgram$")
	cmd.Env = append(os.Environ(), asFaulty+"="+file, "XDG_CONFIG_HOME="+t.TempDir())
	w, err := terminal.Start(cmd, 120, 40, nil)
	if err != nil {
		t.Skipf("no terminal: %v", err)
	}
	t.Cleanup(w.Kill)
	var addr string
	shows := func(pattern string) {
		t.Helper()
		if !w.Await(time.Minute, func(s *terminal.Screen) bool {
			found := regexp.MustCompile(pattern).FindStringSubmatch(s.String())
			if len(found) == 2 {
				addr = found[1]
			}
			return found != nil
		}) {
			t.Fatalf("no %s in\n%s", pattern, w.Text())
		}
	}
	shows(`listening (127\.0\.0\.1:\d+) `)
	first := dial(t, addr)
	shows("relaying and recording go on without the screen")
	if cooked, err := w.Cooked(); err != nil || !cooked {
		t.Errorf("the terminal is not restored: %v", err)
	}
	w.Look(func(s *terminal.Screen) {
		if left := s.Altered(); len(left) > 0 || len(s.Strange) > 0 {
			t.Errorf("modes %v stay changed, strange output %q", left, s.Strange)
		}
		if !strings.Contains(s.String(), "watch_linux_test.go") {
			t.Errorf("nothing says where the fault is:\n%s", s)
		}
	})
	answered(t, first)
	answered(t, dial(t, addr))
	if err := w.Press("Ctrl-C"); err != nil {
		t.Fatal(err)
	}
	<-w.Exited
	if code := w.Cmd.ProcessState.ExitCode(); code != exitInterrupt {
		t.Errorf("exit code %d", code)
	}
	if rows := reopened(t, file); strings.Count(rows, `"kind":"opened"`) != 2 {
		t.Errorf("the capture has not both sessions:\n%s", rows)
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// answered shakes hands as far as S2 (RTMP 1.0 §5.2).
func answered(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Write(append([]byte{3}, make([]byte, 1536)...)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1+2*1536)); err != nil {
		t.Errorf("no answer through the relay: %v", err)
	}
}
