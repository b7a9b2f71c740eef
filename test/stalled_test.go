//go:build unix

package peers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// goneWithin is how long after its second signal the program may live; the
// promise is a second, the rest is for a busy machine: one that waits for somebody
// waits for ever.
const goneWithin = 10 * time.Second

// stalled is the program with an output that nobody reads.
type stalled struct {
	*process
	addr, file string
}

// stall starts the program in front of a server with its standard output, or its
// standard error as well, full and unread.
// It is told where to listen, because what would say so is stalled.
func stall(t *testing.T, server string, errorsToo bool, args ...string) *stalled {
	t.Helper()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	addr, file := need.Free(t), filepath.Join(t.TempDir(), "stalled.pcapng")
	args = append([]string{"proxy", "-l", addr, "-w", file, "--jsonl", "rtmp://" + server}, args...)
	p := &process{t: t, cmd: exec.Command(program, args...), exited: make(chan struct{})}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Stdout = fullPipe(t, false)
	p.cmd.Stderr = &p.stderr
	if errorsToo {
		p.cmd.Stderr = fullPipe(t, true)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the code is read from ProcessState
		close(p.exited)
	}()
	t.Cleanup(p.end)
	listens(t, addr)
	return &stalled{p, addr, file}
}

// fullPipe is the writing end of a pipe that nobody reads, full already if asked.
func fullPipe(t *testing.T, full bool) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	if full {
		if err := w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = w.Write(make([]byte, 4096))
		}
	}
	return w
}

// swallow is a server that reads everything and says nothing.
func swallow(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); io.Copy(io.Discard, c) }() // until the other side ends it
		}
	}()
	return l.Addr().String()
}

// hostile is a handshake and then n bytes of messages without a body: one byte
// of wire each (RTMP 1.0 §5.3.1.2.4).
func hostile(n int) []byte {
	b := append([]byte{3}, make([]byte, 3072)...)
	b = append(b, 3, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0) // fmt 0: video of no bytes
	return append(b, bytes.Repeat([]byte{0xc3}, n)...)
}

// refuses wants that nobody listens any more.
func refuses(t *testing.T, addr string) {
	t.Helper()
	need.Until(t, "the listener is closed", func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
}

// gone wants the program to end soon, and gives its exit code.
func (s *stalled) gone() int {
	s.t.Helper()
	begun := time.Now()
	code := s.wait()
	if took := time.Since(begun); took > goneWithin {
		s.t.Errorf("it took %s to end", took)
	}
	return code
}

// whole wants everything that was sent to be in the capture.
func (s *stalled) whole(bytes int) {
	s.t.Helper()
	out, err := exec.Command(s.cmd.Path, "log", "--jsonl", "-Y", `kind == "closed"`, s.file).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, tail(string(out)))
	}
	if strings.Contains(string(out), "torn") {
		s.t.Errorf("the capture is torn: %s", out)
	}
	info, err := os.Stat(s.file)
	if err != nil || info.Size() < int64(bytes) {
		s.t.Errorf("the capture has %d bytes of %d, %v", info.Size(), bytes, err)
	}
}

// TestEndsWhileTheOutputStalls: with an output that nobody reads, and a view that
// is far behind, the first signal closes the listeners and the second ends the
// program, with the capture whole.
func TestEndsWhileTheOutputStalls(t *testing.T) {
	t.Parallel()
	for _, errorsToo := range []bool{false, true} {
		t.Run(fmt.Sprintf("errors too: %v", errorsToo), func(t *testing.T) {
			t.Parallel()
			s := stall(t, swallow(t), errorsToo, "--drain-timeout", "1h")
			c, err := net.Dial("tcp", s.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			const size = 2 << 20
			if _, err := c.Write(hostile(size)); err != nil {
				t.Fatal(err)
			}
			need.Until(t, "it is recorded", func() bool {
				info, err := os.Stat(s.file)
				return err == nil && info.Size() >= size
			})
			s.signal(syscall.SIGTERM)
			refuses(t, s.addr)
			s.signal(syscall.SIGTERM)
			if code := s.gone(); code != 143 {
				t.Errorf("exit code %d", code)
			}
			s.whole(size)
		})
	}
}

// TestForEndsWhileTheOutputStalls: --for is as good as a signal.
func TestForEndsWhileTheOutputStalls(t *testing.T) {
	t.Parallel()
	s := stall(t, swallow(t), false, "--drain-timeout", "1s", "--for", "10s")
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(hostile(1 << 20)); err != nil {
		t.Fatal(err)
	}
	refuses(t, s.addr)
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !regexp.MustCompile("nobody takes the rows").MatchString(s.stderr.String()) {
		t.Errorf("it does not say why rows are missing: %s", s.stderr.String())
	}
	s.whole(1 << 20)
}

// TestAStderrThatNobodyReads: connections that fail, more of them than a pipe has
// room for words about, are accepted and reset as ever, and a good one is relayed.
func TestAStderrThatNobodyReads(t *testing.T) {
	t.Parallel()
	s := stall(t, need.Nobody(t), true)
	for i := range 300 {
		if _, err := knock(s.addr); err == nil || os.IsTimeout(err) {
			t.Fatalf("connection %d: %v, want a reset", i, err)
		}
	}
	s.signal(syscall.SIGTERM)
	refuses(t, s.addr)
	s.signal(syscall.SIGTERM)
	s.gone()
}
