//go:build unix

package peers

import (
	"path/filepath"
	"syscall"
	"testing"
)

// rtmpscope starts the program.
func rtmpscope(t *testing.T, args ...string) *process {
	t.Helper()
	file, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, file, args...)
}

// scope is a running proxy.
type scope struct {
	*process
	addr string // where it listens
	file string // the capture it writes
}

// proxy starts the program in front of upstream ("" for the built-in server),
// with rows of the form ("--plain" or "--jsonl") on standard output.
func proxy(t *testing.T, form, upstream string, more ...string) *scope {
	t.Helper()
	file := filepath.Join(t.TempDir(), "live.pcapng")
	args := append([]string{"proxy", "-l", "127.0.0.1:0", "-w", file, form}, more...)
	if upstream != "" {
		args = append(args, "rtmp://"+upstream)
	}
	p := rtmpscope(t, args...)
	return &scope{process: p, addr: p.await(&p.stderr, `listening on (127\.0\.0\.1:\d+)`)[1], file: file}
}

// interrupt ends the proxy as a person at a terminal does.
func (s *scope) interrupt() {
	s.t.Helper()
	s.signal(syscall.SIGINT)
	if code := s.wait(); code != 130 {
		s.t.Fatalf("exit code %d after SIGINT, want 130", code)
	}
}
