//go:build unix

package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// smallDisk mounts a file system of 1 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no small file system can be mounted: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	return dir
}

// TestPeersFullDisk records to a disk that becomes full while ffmpeg publishes,
// and is given room again: relaying never notices, the reason is said, recording
// goes on in a new segment, and the exit code says that bytes are missing.
func TestPeersFullDisk(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	disk := smallDisk(t)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 900<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	inner := tapWire(t, s.addr)
	p := proxy(t, "--plain", inner.addr, "-w", filepath.Join(disk, "r.pcapng"))
	p.file = filepath.Join(disk, "r.pcapng")
	outer := tapWire(t, p.addr)

	publish(t, outer.addr, "fills-the-disk").succeeds()
	p.await(&p.stderr, "recording has stopped, relaying goes on: .*no space left on device")
	publish(t, outer.addr, "finds-it-full").succeeds()
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	p.await(&p.stdout, `(?s)#2 .*#2 [^\n]*Close.*#2 [^\n]*Close`) // both sides, so that nothing waits to be recorded
	need.Until(t, "recording goes on", func() bool {
		said := p.stderr.String()
		return strings.LastIndex(said, "recording goes on; ") > strings.LastIndex(said, "recording has stopped")
	})
	publish(t, outer.addr, "has-room").succeeds()

	for i, leg := range outer.finished(3) {
		compareLegs(t, leg, inner.finished(3)[i], false)
	}
	p.signal(syscall.SIGINT)
	if code := p.wait(); code != 5 {
		t.Errorf("exit code %d, want 5: the capture is not complete", code)
	}
	p.await(&p.stderr, "recording stopped for a while; [1-9][0-9]* bytes that were relayed are not in the capture")
	checkInterrupted(t, p.file)
}

// checkInterrupted reads what was recorded around a full disk.
func checkInterrupted(t *testing.T, file string) {
	t.Helper()
	for _, segment := range []string{file, strings.TrimSuffix(file, ".pcapng") + ".0002.pcapng"} {
		if _, err := os.Stat(segment); err != nil {
			t.Fatal(err)
		}
		// tshark ends with 2 when a file is cut short in the middle of a packet.
		bad := start(t, need.Program(t, "tshark"), "-r", segment, "-Y", "_ws.malformed").succeeds().stdout.String()
		if bad != "" {
			t.Errorf("tshark of %s says %s", filepath.Base(segment), bad)
		}
	}
	rows := rtmpscope(t, "log", file).succeeds().stdout.String()
	of := func(session string) (out string) {
		for line := range strings.Lines(rows) {
			if strings.Fields(line)[1] == session {
				out += line
			}
		}
		return out
	}
	// With the second, recording may go on for a while: a failed write gives a
	// part of the disk back.
	for session, gaps := range map[string]bool{"#1": true, "#3": false} {
		if got := of(session); strings.Contains(got, "Gap") != gaps || !strings.Contains(got, "Connection") {
			t.Errorf("session %s: gaps %t, want %t, in\n%s", session, !gaps, gaps, tail(got))
		}
	}
	if third := of("#3"); !strings.Contains(third, "NetStream.Publish.Start") || !strings.Contains(third, "deleteStream") {
		t.Errorf("the session that had room is not whole:\n%s", tail(third))
	}
}
