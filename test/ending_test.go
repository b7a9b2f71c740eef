//go:build unix

package peers

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestRefusedUpstream wants a client to be refused as the server refuses us,
// the reason in the rows, and an exit code of its own.
func TestRefusedUpstream(t *testing.T) {
	t.Parallel()
	p := proxy(t, "--jsonl", need.Nobody(t))
	if n, err := knock(p.addr); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client read %d bytes and %v, want a reset", n, err)
	}
	p.await(&p.stdout, `(?i)"kind":"closed".*refused`)
	p.signal(syscall.SIGINT)
	if code := p.wait(); code != 4 {
		t.Errorf("exit code %d, want 4", code)
	}
}

// knock connects and reads. The reset may come so soon that connecting reports it.
func knock(addr string) (int, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return conn.Read(make([]byte, 1))
}

// TestSignals ends the program while a connection is open that would never end
// by itself, and wants the exit codes of a program that a signal ended, and a
// file that can be read.
func TestSignals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		drain string // how long connections may finish
		send  []syscall.Signal
		says  string
		want  int
	}{
		{"SIGINT", "10ms", []syscall.Signal{syscall.SIGINT}, "waiting for 1 connection", 130},
		{"no time at all", "0", []syscall.Signal{syscall.SIGTERM}, "cutting 1 connection", 143},
		{"SIGTERM", "10ms", []syscall.Signal{syscall.SIGTERM}, "waiting for 1 connection", 143},
		{"a second SIGINT ends at once", "1h", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, "waiting for 1 connection", 130},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := proxy(t, "--jsonl", need.Silent(t), "--drain-timeout", c.drain)
			conn, err := net.Dial("tcp", p.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			p.await(&p.stdout, `"kind":"opened"`)
			for _, s := range c.send {
				p.signal(s)
				p.await(&p.stderr, c.says)
			}
			if code := p.wait(); code != c.want {
				t.Errorf("exit code %d, want %d", code, c.want)
			}
			rows := rtmpscope(t, "log", p.file, "--jsonl").succeeds().stdout.String()
			sameLines(t, p.stdout.String(), rows)
		})
	}
}

// TestDemoForAWhile wants a publisher and a player, a file, and exit code 0.
func TestDemoForAWhile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "demo.pcapng")
	text := rtmpscope(t, "demo", "--for", "3s", "--plain", "-w", file).succeeds().stdout.String()
	for _, want := range []string{"publish", "play"} {
		if !strings.Contains(text, want) {
			t.Errorf("no row says %q:\n%s", want, tail(text))
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the capture has mode %o, want 600: it holds credentials", mode)
	}
}

// TestUsage wants exit code 2 and a word on standard error, not standard output.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"proxy", "--no-such-flag"}, {"no-such-command"}, {"proxy", "http://127.0.0.1:1"}} {
		p := rtmpscope(t, args...)
		if code := p.wait(); code != 2 || p.stderr.String() == "" || p.stdout.String() != "" {
			t.Errorf("%q: exit code %d, stderr %q, stdout %q", args, code, p.stderr.String(), p.stdout.String())
		}
	}
}
