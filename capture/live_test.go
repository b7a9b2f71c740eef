package capture

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestALiveCaptureIsTheSameAsARecording lets dumpcap capture a session on
// loopback, through a pipe and while it lasts, and records the same session.
func TestALiveCaptureIsTheSameAsARecording(t *testing.T) {
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
	own := readMemory(t, recording(t, []call{
		{kind: Opened, at: start, client: client, server: server},
		{kind: Data, at: start, data: []byte(said[0])}, {kind: Data, at: start, fromServer: true, data: []byte(said[1])}}))
	compareLive(t, in, own)
}

// compareLive reads as many bytes as were recorded.
func compareLive(t *testing.T, in *Input, own []kept) {
	t.Helper()
	var want, got [2]string
	for _, r := range own {
		want[index(r.FromServer)] += r.data
	}
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for len(got[0])+len(got[1]) < len(want[0])+len(want[1]) {
		rec, err := r.Next()
		if err != nil || rec.Kind == Gap || rec.Conn != 1 || rec.Client != own[0].Client || rec.Server != own[0].Server {
			t.Fatalf("%+v, %v", rec, err)
		}
		got[index(rec.FromServer)] += string(rec.Data)
	}
	if got != want {
		t.Error("the live capture has other bytes than the recording")
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
