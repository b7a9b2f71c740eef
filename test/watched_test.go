//go:build unix

package peers

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestPeersHealthyForAWhile: a session that goes well is cut off by the program itself,
// which is nobody's fault: there is not even a warning.
func TestPeersHealthyForAWhile(t *testing.T) {
	t.Parallel()
	s, from := nginx(t), media(t)
	p := proxy(t, "--plain", s.addr, "--for", "10s", "--drain-timeout", "100ms", "--check", "--fail-on", "warning")
	client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -re -i %s -c copy -f flv rtmp://%s/live/well", from, p.addr)
	p.await(&p.stdout, `NetStream\.Publish\.Start`)
	p.succeeds()
	said := p.stderr.String()
	if !strings.Contains(said, "verdict   nothing wrong") || !strings.Contains(said, "publish live/") {
		t.Error(said)
	}
	// The file says the same of each step of the procedure, with its time.
	_, live, _ := strings.Cut(said, "\n\n  session 1:")
	_, file, _ := strings.Cut(rtmpscope(t, "check", p.file).succeeds().stdout.String(), "\n\n  session 1:")
	live, _, _ = strings.Cut(live, "\n\n")
	file, _, _ = strings.Cut(file, "\n\n")
	if live != file || !strings.Contains(file, "✓ FCPublish") {
		t.Errorf("live:\n%s\nfile:\n%s", live, file)
	}
}

// TestPeersFrozenFails: a server that is stopped while media comes is named, and the
// program ends with 3, although it ends the session itself.
func TestPeersFrozenFails(t *testing.T) {
	t.Parallel()
	s, from := nginx(t), media(t)
	p := proxy(t, "--jsonl", s.addr, "--for", "15s", "--drain-timeout", "100ms", "--check", "--set", "stall.error=2s")
	client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -i %s -c copy -f flv rtmp://%s/open/frozen", from, p.addr)
	p.await(&p.stdout, `NetStream\.Publish\.Start`)
	s.signal(syscall.SIGSTOP)
	defer s.signal(syscall.SIGCONT)
	if code := p.wait(); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	if said := p.stderr.String(); !strings.Contains(said, "verdict   error: the server had taken nothing for ") || !strings.Contains(said, "(flow-backpressure") {
		t.Error(said)
	}
}

// TestPeersSlowSides: the link to one side carries less than the media needs. That side is
// named within seconds, live and in the file, and nobody else is; both tell it in the same
// bytes, although it rests on what only the relay could measure.
func TestPeersSlowSides(t *testing.T) {
	t.Parallel()
	const rate = 20_000 // bytes a second; the media needs 58,000
	for _, x := range []struct {
		side string
		flow func(s *server) (*scope, *process)
	}{
		{"server", func(s *server) (*scope, *process) {
			p := proxy(t, "--jsonl", throttled(t, s.addr, rate))
			return p, client(t, "ffmpeg", "-nostdin -v quiet -stream_loop -1 -re -i %s -c copy -f flv rtmp://%s/open/slow", media(t), p.addr)
		}},
		{"client", func(s *server) (*scope, *process) {
			keepPublishing(t, s, "fast")
			p := proxy(t, "--jsonl", s.addr)
			return p, client(t, "ffmpeg", "-nostdin -v quiet -i rtmp://%s/live/fast -c copy -f null -", throttledBack(t, p.addr, rate))
		}},
	} {
		t.Run(x.side, func(t *testing.T) {
			t.Parallel()
			p, peer := x.flow(nginx(t))
			v := p.awaitRule("flow-slow-receiver")
			if v.Side != x.side || !strings.Contains(v.Summary, "the "+x.side+" takes only ") {
				t.Errorf("%+v", v)
			}
			rows := rowsOf(t, p.stdout.String())
			if late := v.Time.Sub(rows[0].Time); late > 15*time.Second {
				t.Errorf("it was named %s after the beginning", late)
			}
			peer.signal(syscall.SIGKILL)
			need.Until(t, "the connection is over", func() bool { return strings.Contains(p.stdout.String(), `"kind":"closed"`) })
			p.sameInFile("flow-slow-receiver")
			sameLines(t, p.stdout.String(), rtmpscope(t, "log", p.file, "--jsonl").succeeds().stdout.String())
			for _, v := range rowsOf(t, p.stdout.String()) {
				if v.Rule == "av-media-stopped" || v.Rule == "flow-rate-deficit" {
					t.Errorf("beside it: %+v", v)
				}
			}
		})
	}
}

// TestPeersResume: rtmpdump takes up a download where it left off. Both plays worked:
// they are two plays, and nothing is wrong with either. It begins at the last keyframe of a
// file that it has whole.
func TestPeersResume(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--plain", s.addr)
	source := client(t, "ffmpeg", "-nostdin -v quiet -i %s -c copy -f flv rtmp://%s/live/whole", media(t), s.addr)
	source.succeeds()
	file := filepath.Join(t.TempDir(), "dump.flv")
	client(t, "rtmpdump", "-q -r rtmp://%s/stored/whole.flv -o %s", p.addr, file).wait()
	if whole, err := os.Stat(file); err != nil || whole.Size() < 100_000 {
		t.Fatalf("rtmpdump wrote %v, %v", whole, err)
	}
	client(t, "rtmpdump", "-q -e -r rtmp://%s/stored/whole.flv -o %s", p.addr, file).wait()
	p.interrupt()
	said := rtmpscope(t, "check", "--brief", p.file).succeeds().stdout.String()
	for _, want := range []string{"✓ session 1: play stored/", "✓ session 2: play stored/"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %s", want, said)
		}
	}
}
