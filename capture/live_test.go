package capture

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestALiveCaptureHasWhatWasSent lets dumpcap capture a session on loopback,
// through a pipe and while it lasts.
func TestALiveCaptureHasWhatWasSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	in := dumpcap(t, l.Addr().(*net.TCPAddr).Port)
	said := [2]string{c0c1 + strings.Repeat("client ", 20000), "\x03" + strings.Repeat("server ", 30000)}
	failed := make(chan error, 1)
	go func() {
		s, err := l.Accept()
		if err == nil {
			defer s.Close()
			err = converse(s, said[0], said[1])
		}
		failed <- err
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, said[0])
	if _, err := io.ReadFull(c, make([]byte, len(said[1]))); err != nil || <-failed != nil {
		t.Fatal(err)
	}
	client, server := ap(c.LocalAddr().String()), ap(c.RemoteAddr().String())
	compareLive(t, in, client, server, said)
}

// compareLive reads as many bytes as were sent.
func compareLive(t *testing.T, in *Input, client, server netip.AddrPort, want [2]string) {
	t.Helper()
	var got [2]string
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for len(got[0])+len(got[1]) < len(want[0])+len(want[1]) {
		rec, err := r.Next()
		if err != nil || rec.Kind == Gap || rec.Conn != 1 || rec.Client != client || rec.Server != server {
			t.Fatalf("%+v, %v", rec, err)
		}
		got[index(rec.FromServer)] += string(rec.Data)
	}
	if got != want {
		t.Error("the live capture has other bytes than were sent")
	}
}

// dumpcap captures a port on loopback, as a stream, from when it returns.
func dumpcap(t *testing.T, port int) *Input {
	t.Helper()
	missing := func(why any) { t.Helper(); need.Missing(t, "dumpcap cannot capture here: %v", why) }
	cmd := exec.Command(need.Program(t, "dumpcap"), "-i", "lo", "-f", fmt.Sprintf("tcp port %d", port), "-w", "-")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	says, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		missing(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	in, err := openStream(out, nil, &settings{}, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	// It writes the headers of the file when it has begun to capture.
	ready := make(chan bool, 1)
	go func() { ready <- in.Grown(0) }()
	select {
	case ok := <-ready:
		if !ok {
			line, _ := bufio.NewReader(says).ReadString(0)
			missing(line)
		}
	case <-time.After(need.Patience):
		missing("it does not begin")
	}
	return in
}
