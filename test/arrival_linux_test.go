package peers

import (
	"net"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// deaf is an address where the system answers no connection: somebody listens there,
// accepts nothing, and has no room for more who wait. letIn makes room, close ends it.
func deaf(t *testing.T) (address string, letIn, closeIt func()) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	closeIt = func() {
		if !closed {
			closed = true
			syscall.Close(fd) // nothing was written to it
		}
	}
	t.Cleanup(closeIt)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address = (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*syscall.SockaddrInet4).Port}).String()
	waits, err := net.Dial("tcp4", address) // a backlog of 0 has room for one
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { waits.Close() })
	letIn = func() {
		for range 2 {
			accepted, _, err := syscall.Accept4(fd, syscall.SOCK_CLOEXEC)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { syscall.Close(accepted) }) // the test is over
		}
	}
	return address, letIn, closeIt
}

// TestScreenArrival: while the upstream does not answer, the client stands on the
// screen with what is waited for and how long; then that it is refused, or connected.
func TestScreenArrival(t *testing.T) {
	t.Parallel()
	for _, answers := range []bool{false, true} {
		upstream, letIn, closeIt := deaf(t)
		seconds := regexp.MustCompile(`connecting to ` + regexp.QuoteMeta(upstream) + `, [1-9][0-9.]* s`)
		file := filepath.Join(t.TempDir(), "a.pcapng")
		w := onScreen(t, 200, 60, "proxy", "--listen", "127.0.0.1:0", "--dial-timeout", "1m", "rtmp://"+upstream, "-w", file)
		w.shows("Waiting for an encoder")
		client, err := net.Dial("tcp", w.listens())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		w.shows("connecting to "+upstream+", ", "127.0.0.1:")
		w.gone("Waiting for an encoder")
		w.until("seconds that pass", func(s *terminal.Screen) bool { return seconds.MatchString(s.String()) })
		if answers {
			letIn()
			w.shows(upstream + " answered after ")
			w.gone("… connecting to")
			continue
		}
		closeIt()
		w.shows("✗ connection refused")
		w.gone("… connecting to")
	}
}
