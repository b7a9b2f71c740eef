//go:build unix

package peers

import (
	"net"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestPeersLiveIsReopened records a publisher and a player at the same time and
// wants the rows of the live session from its file, byte for byte.
func TestPeersLiveIsReopened(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--jsonl", s.addr)
	source := client(t, "ffmpeg", "-nostdin -v error -stream_loop -1 -re -i %s -c copy -f flv rtmp://%s/live/both", media(t), p.addr)
	s.awaitPublished("both")
	play(t, p.addr, "both").succeeds()
	source.signal(2)
	source.wait()
	p.await(&p.stdout, `(?s)"kind":"closed".*"kind":"closed"`)
	p.interrupt()

	reopened := rtmpscope(t, "log", p.file, "--jsonl").succeeds()
	sameLines(t, p.stdout.String(), reopened.stdout.String())
	for _, want := range []string{`"command":"connect"`, `"command":"publish"`, `"command":"play"`} {
		if !strings.Contains(reopened.stdout.String(), want) {
			t.Errorf("no row with %s", want)
		}
	}
}

func sameLines(t *testing.T, live, reopened string) {
	t.Helper()
	if live == reopened {
		return
	}
	a, b := strings.Split(live, "\n"), strings.Split(reopened, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("row %d\nlive:     %s\nreopened: %s", i, a[i], b[i])
		}
	}
	t.Fatalf("%d rows live, %d reopened", len(a), len(b))
}

// TestPeersTsharkReads wants the commands of a recorded publish from tshark: the
// synthetic headers of the file must be good enough for others.
func TestPeersTsharkReads(t *testing.T) {
	t.Parallel()
	tshark := need.Program(t, "tshark")
	s := nginx(t)
	p := proxy(t, "--plain", s.addr)
	publish(t, p.addr, "seen").succeeds()
	p.await(&p.stdout, "publish")
	p.interrupt()

	_, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	text := start(t, tshark, "-r", p.file, "-d", "tcp.port=="+port+",rtmpt").succeeds().stdout.String()
	for _, want := range []string{"Handshake C0+C1", "connect('live')", "publish('seen')", "NetStream.Publish.Start"} {
		if !strings.Contains(text, want) {
			t.Errorf("tshark does not see %s in\n%s", want, tail(text))
		}
	}
	for _, bad := range []string{"Malformed", "TCP Retransmission", "TCP Previous segment", "TCP Out-Of-Order"} {
		if strings.Contains(text, bad) {
			t.Errorf("tshark sees %q", bad)
		}
	}
}
