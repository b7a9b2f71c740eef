package peers

import (
	"io"
	"net"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// aCapture is one that can always be opened.
const aCapture = "../testdata/captures/obs29__srs__publish.pcapng"

// greet shakes hands with the built-in server through the program: C0 and C1
// out, S0, S1 and S2 in (RTMP 1.0 §5.2).
func greet(t *testing.T, addr string) {
	t.Helper()
	open(t, addr).Close()
}

// open is greet, and leaves the connection open.
func open(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(append([]byte{3}, make([]byte, 1536)...)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1+2*1536)
	if _, err := io.ReadFull(conn, answer); err != nil || answer[0] != 3 {
		t.Fatalf("the server says %d, %v", answer[0], err)
	}
	return conn
}

// sessions counts the connections that a capture holds.
func sessions(t *testing.T, file string) int {
	t.Helper()
	return strings.Count(rtmpscope(t, "log", "--jsonl", file).succeeds().stdout.String(), `"kind":"opened"`)
}

// TestScreenHangup closes the window: the program ends as one that SIGHUP ended,
// or relays and records on when it was told to.
func TestScreenHangup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		more []string
		want int
	}{{"ends", nil, 129}, {"goes on", []string{"--keep-running"}, 143}} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "live.pcapng")
			w := onScreen(t, 80, 24, append([]string{"proxy", "-l", "127.0.0.1:0", "-w", file}, c.more...)...)
			listen := w.listens()
			greet(t, listen)
			w.shows("C0", "S2")
			if err := w.Hangup(); err != nil {
				t.Fatal(err)
			}
			if c.want == 143 {
				greet(t, listen)
				if err := w.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			if code := w.ended(); code != c.want {
				t.Errorf("exit code %d, want %d", code, c.want)
			}
			if n := sessions(t, file); n != 1+c.want/143 {
				t.Errorf("%d connections in the capture", n)
			}
		})
	}
}

// TestScreenSignals: a signal that ends the program leaves the terminal as it was.
func TestScreenSignals(t *testing.T) {
	t.Parallel()
	for s, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130, syscall.SIGHUP: 129} {
		if signal.Ignored(s) {
			t.Logf("%v is ignored here, as under nohup, and so by the program", s)
			continue
		}
		for _, args := range [][]string{{"open", aCapture}, {"proxy", "-l", "127.0.0.1:0", "-w", filepath.Join(t.TempDir(), "live.pcapng")}} {
			w := onScreen(t, 80, 24, args...)
			w.shows("rtmpscope", "1 Sessions")
			if err := w.Cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			if code := w.ended(); code != want {
				t.Errorf("%s: exit code %d after %v, want %d", args[0], code, s, want)
			}
			w.restored()
		}
	}
}

// TestScreenStops uses Ctrl-Z and fg of a real shell.
func TestScreenStops(t *testing.T) {
	t.Parallel()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	w := inWindow(t, 80, 24, exec.Command(need.Program(t, "bash"), "--norc", "--noprofile", "-i"))
	w.press("bind 'set enable-bracketed-paste off'; PS1=READY; unset HISTFILE; clear", "Enter")
	w.until("a prompt alone", func(s *terminal.Screen) bool { return strings.TrimSpace(s.String()) == "READY" })
	w.press(program+" open "+aCapture, "Enter")
	w.shows("rtmpscope", "line 1 of 42")
	w.press("j", "j")
	w.shows("line 3 of")
	w.press("Ctrl-Z")
	w.shows("Stopped", "READY")
	w.Look(func(s *terminal.Screen) {
		if left := s.Altered(); len(left) > 0 {
			t.Errorf("while the program is stopped, modes %v stay changed", left)
		}
	})
	w.press("fg", "Enter")
	w.shows("rtmpscope", "line 3 of", "connect")
	w.press("j")
	w.shows("line 4 of")
	w.press("q")
	w.gone("line 4 of")
	w.shows("READY")
	w.press("exit", "Enter")
	w.ended()
	w.restored()
}

// TestScreenStopsNoTraffic: Ctrl-Z and SIGTSTP do not stop a relay, and after
// SIGSTOP, which nobody can refuse, the screen comes back.
func TestScreenStopsNoTraffic(t *testing.T) {
	t.Parallel()
	w := onScreen(t, 80, 24, "proxy", "-l", "127.0.0.1:0", "-w", filepath.Join(t.TempDir(), "live.pcapng"))
	listen := w.listens()
	greet(t, listen)
	w.shows("S2")
	w.press("Ctrl-Z")
	w.shows("not stopped")
	w.press("g")
	w.gone("not stopped")
	w.signal(syscall.SIGTSTP)
	w.shows("not stopped")
	greet(t, listen)
	w.shows("  2 ")
	w.signal(syscall.SIGSTOP)
	w.Look(func(s *terminal.Screen) { s.Clear() })
	w.signal(syscall.SIGCONT)
	w.shows("rtmpscope", "1 Sessions", "S2")
	greet(t, listen)
	w.shows("  3 ")
	w.press("Ctrl-C")
	w.ended()
	w.restored()
}

func (w *window) signal(s syscall.Signal) {
	w.t.Helper()
	if err := w.Cmd.Process.Signal(s); err != nil {
		w.t.Fatal(err)
	}
}

// TestScreenResizes changes the size of the window 100 times, pastes megabytes, and
// wants what is then drawn
// piece by piece to be what is drawn anew.
func TestScreenResizes(t *testing.T) {
	t.Parallel()
	w := onScreen(t, 80, 24, "open", aCapture)
	w.shows("line 1 of 42", "S2")
	w.press("]", "Enter")
	w.shows("command name", "transaction id")
	for i := range 100 {
		if err := w.Resize(1+i*37%250, 1+i*13%80); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // a second in all: this is the load, not a wait
	}
	if err := w.Resize(80, 24); err != nil {
		t.Fatal(err)
	}
	w.press("\x1b[200~"+strings.Repeat("rubbish q y ", 90_000)+"\x1b[201~", "/", "\x1b[200~"+strings.Repeat("question ", 100_000)+"\x1b[201~")
	w.shows("question")
	w.press("Esc")
	w.gone("question")
	w.selects("connect")
	drawn := w.steady()
	w.Look(func(s *terminal.Screen) { s.Clear() })
	w.press("Ctrl-L") // draws all of it anew
	w.until("the same text:\n"+drawn, func(s *terminal.Screen) bool { return s.String() == drawn })
	w.press("Ctrl-C")
	w.ended()
	w.restored()
}

// TestNoScreen wants words, and no hanging, where there is no terminal to draw on.
func TestNoScreen(t *testing.T) {
	t.Parallel()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ script, want string }{
		{"TERM=dumb exec $0 open " + aCapture, "TERM is dumb; use: rtmpscope log"},
		{"unset TERM; exec $0 open " + aCapture, "TERM is not set; use: rtmpscope log"},
		{"TERM=nonsense exec $0 open " + aCapture, `TERM is "nonsense"`},
		{"TERM=nonsense exec $0 demo -l 127.0.0.1:0", `TERM is "nonsense"`},
		{"exec $0 open " + aCapture + " <&-", "standard input is not a terminal; use: rtmpscope log"},
		{"exec $0 open " + aCapture + " </dev/null", "standard input is not a terminal; use: rtmpscope log"},
	} {
		w := inWindow(t, 300, 24, exec.Command("/bin/sh", "-c", c.script, program))
		if code := w.ended(); code != 2 || !strings.Contains(w.Text(), c.want) {
			t.Errorf("%s: exit code %d\n%s", c.script, code, w.Text())
		}
		w.restored()
	}
	w := inWindow(t, 80, 24, exec.Command("/bin/sh", "-c", "TERM=dumb exec $0 demo -l 127.0.0.1:0 --for 1s", program))
	if code := w.ended(); code != 0 || !strings.Contains(w.Text(), "the capture is discarded") {
		t.Errorf("exit code %d\n%s", code, w.Text())
	}
	w.restored()
}

// TestScreenFilter: -Y is what the list begins with, in all commands that show one.
func TestScreenFilter(t *testing.T) {
	t.Parallel()
	const only = `kind == "handshake"`
	for _, args := range [][]string{{"open", aCapture}, {"demo", "-l", "127.0.0.1:0"}, {"proxy", "-l", "127.0.0.1:0"}} {
		w := onScreen(t, 80, 24, append(args, "-Y", only)...)
		if args[0] == "proxy" {
			greet(t, w.listens())
		}
		w.shows("C0", "S2")
		if text := w.steady(); strings.Contains(text, "Connection") {
			t.Errorf("%s: the filter is not applied:\n%s", args[0], text)
		}
		w.press("Esc")
		w.shows("all rows are listed again")
		w.press("g")
		w.shows("Connection")
		w.press("Ctrl-C")
	}
}
