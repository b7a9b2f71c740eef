package peers

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// unread starts the program with a screen on a terminal whose other end nobody reads, large
// enough for a frame to fill all buffers, and waits until it is stuck in the middle of one.
func unread(t *testing.T, server string, args ...string) *stalled {
	t.Helper()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	addr, dir := need.Free(t), t.TempDir()
	p := &process{t: t, cmd: exec.Command(program, append([]string{"proxy", "-l", addr, "rtmp://" + server}, args...)...), exited: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+dir, "TMPDIR="+dir, "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	p.cmd.Stderr = &p.stderr
	master, err := pty.StartWithSize(p.cmd, &pty.Winsize{Cols: 500, Rows: 300})
	if err != nil {
		need.Missing(t, "no terminal: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	go func() {
		_ = p.cmd.Wait() // the code is read from ProcessState
		close(p.exited)
	}()
	t.Cleanup(p.end)
	listens(t, addr)
	need.Until(t, "a frame is begun that does not fit", func() bool { return waiting(t, master) >= inputQueue })
	return &stalled{p, addr, filepath.Join(dir, "live.pcapng")}
}

// inputQueue is how many bytes a terminal holds for a reader (N_TTY_BUF_SIZE in the kernel's
// n_tty.c, less one that it keeps free); what comes then waits in buffers of the driver.
const inputQueue = 4095

// waiting is how many bytes wait for who reads a terminal's other end.
func waiting(t *testing.T, master *os.File) (n int) {
	t.Helper()
	raw, err := master.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// send sends bytes on a connection that stays open.
func (s *stalled) send(p []byte) {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if _, err := c.Write(p); err != nil {
		s.t.Fatal(err)
	}
}

// TestEndsWhileTheTerminalStalls: a screen that is stuck in the middle of a frame keeps
// neither the listeners open nor the program, whatever tells it to end, and the capture is whole.
func TestEndsWhileTheTerminalStalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args    []string
		signals []syscall.Signal
		code    int
	}{
		"SIGTERM twice": {[]string{"--drain-timeout", "1h"}, []syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}, 143},
		"SIGINT":        {[]string{"--drain-timeout", "1s"}, []syscall.Signal{syscall.SIGINT}, 130},
		"for":           {[]string{"--drain-timeout", "1s", "--for", "15s"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "live.pcapng")
			s := unread(t, swallow(t), append(c.args, "-w", file)...)
			s.file = file
			const size = 1 << 20
			s.send(hostile(size))
			need.Until(t, "it is recorded", func() bool {
				info, err := os.Stat(file)
				return err == nil && info.Size() >= size
			})
			for _, sig := range c.signals {
				s.signal(sig)
				refuses(t, s.addr)
			}
			if code := s.wait(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			s.whole(size)
		})
	}
}

// TestARingIsKeptInTheLastMoment: a recording without a name that is longer than can be
// copied in the last moment is not lost without a word: what came last of it is left.
func TestARingIsKeptInTheLastMoment(t *testing.T) {
	t.Parallel()
	s := unread(t, swallow(t), "--drain-timeout", "1h", "--keep", "512MiB", "--lossless")
	dir := filepath.Dir(s.file)
	s.send(bytes.Repeat(make([]byte, 1<<20), 250))
	need.Until(t, "it is recorded", func() bool { return heldIn(t, s.cmd.Process.Pid, dir) > 240<<20 })
	s.signal(syscall.SIGTERM)
	refuses(t, s.addr)
	s.signal(syscall.SIGTERM)
	if code := s.gone(); code != 143 {
		t.Errorf("exit code %d", code)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "rtmpscope-*.pcapng"))
	if len(left) != 1 {
		t.Fatalf("left are %v; it said %s", left, s.stderr.String())
	}
	info, err := os.Stat(left[0])
	if err != nil || info.Size() < 32<<20 || info.Size() > 240<<20 {
		t.Errorf("%d bytes are left, %v", info.Size(), err)
	}
	said := s.await(&s.stderr, `(told to be gone|the terminal takes nothing); the capture is left in .*, its first \S+ \S+ are lost|(there was no time to copy the whole capture)`)
	if said[2] != "" {
		return // on a slow disk even that much takes too long, and it says so
	}
	if rows := rtmpscope(t, "log", left[0]).succeeds().stdout.String(); !strings.Contains(rows, "Gap") {
		t.Errorf("what is left is told as if it were all:\n%s", tail(rows))
	}
}
