package peers

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPeersWithoutANamedFile: without -w the program says at the start where it records and
// how much it keeps, holds no more than that in a file that nobody can see, removes what a
// program that was killed had left and leaves what is in use; killed itself it leaves nothing.
func TestPeersWithoutANamedFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	torn := leaveBehind(t, filepath.Join(dir, "rtmpscope-1"))
	used := leaveBehind(t, filepath.Join(dir, "rtmpscope-2"))
	f, err := os.Open(used)
	if err == nil {
		defer f.Close()
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	sink := listenAndDrain(t)
	p := rtmpscope(t, "proxy", "-l", "127.0.0.1:0", "--plain", "--keep", "1MiB", "rtmp://"+sink)
	addr := p.await(&p.stderr, `listening on (127\.0\.0\.1:\d+)`)[1]
	p.await(&p.stderr, "recording to a temporary file in "+dir+"; the last 1MiB are kept")
	p.await(&p.stderr, "removed what a program that was killed had left")
	if _, err := os.Stat(torn); !os.IsNotExist(err) {
		t.Errorf("what a dead program left is still there (%v)", err)
	}
	if _, err := os.Stat(used); err != nil {
		t.Error("what is in use was removed:", err)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	piece := make([]byte, 64<<10)
	for range 200 {
		if _, err := c.Write(piece); err != nil {
			t.Fatal(err)
		}
		if held := heldIn(t, p.cmd.Process.Pid, dir); held > 2<<20 {
			t.Fatalf("%d bytes are held", held)
		}
	}
	p.await(&p.stderr, "what was recorded first is dropped from now on")
	p.signal(syscall.SIGKILL)
	p.wait()
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 || entries[0].Name() != "rtmpscope-2" {
		t.Errorf("a killed program left %v", entries)
	}
}

// leaveBehind makes what an earlier version left when it was killed.
func leaveBehind(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "capture.pcapng")
	b, err := os.ReadFile("../testdata/captures/ffmpeg5__nginx__publish_badname.pcapng")
	if err == nil {
		err = os.Mkdir(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(file, b[:len(b)/2], 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// listenAndDrain is a server that takes everything and says nothing.
func listenAndDrain(t *testing.T) string {
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
			go func() {
				defer c.Close()
				for buf := make([]byte, 64<<10); err == nil; {
					_, err = c.Read(buf)
				}
			}()
		}
	}()
	return l.Addr().String()
}

// heldIn is how many bytes a program has in files of a directory, named or not.
func heldIn(t *testing.T, pid int, dir string) (held int64) {
	t.Helper()
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(fds)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(fds, e.Name())
		if to, err := os.Readlink(path); err == nil && strings.HasPrefix(to, dir) {
			if info, err := os.Stat(path); err == nil {
				held += info.Size()
			}
		}
	}
	return held
}

// TestPeersTheBeginningIsKept: of a long publish of which the first files are gone, the end
// is read with what came first: handshake, commands, and the configurations of the codecs.
func TestPeersTheBeginningIsKept(t *testing.T) {
	t.Parallel()
	p := proxy(t, "--plain", "", "--rotate", "64KiB", "--keep", "192KiB")
	// In real time: what comes at full speed is read, and recorded, in pieces as large as all that is kept.
	client(t, "ffmpeg", "-nostdin -v error -re -i %s -c copy -f flv rtmp://%s/live/long", media(t), p.addr).succeeds()
	p.await(&p.stdout, `(?s)#1 .*#1 [^\n]*Close.*#1 [^\n]*Close`)
	p.interrupt()
	if _, err := os.Stat(p.file); !os.IsNotExist(err) {
		t.Fatalf("the first file is still there (%v)", err)
	}
	rows := rtmpscope(t, "log", p.file).succeeds().stdout.String()
	for _, want := range []string{" C0 ", " connect ", " publish ", "NetStream.Publish.Start", "AVC sequence header", " Gap ", "resynced", "deleteStream"} {
		if !strings.Contains(rows, want) {
			t.Errorf("%q is not in what is left", want)
		}
	}
	if strings.Contains(rows, "warning") {
		t.Errorf("what was dropped is held against somebody:\n%s", rows)
	}
	verdict := rtmpscope(t, "check", p.file).succeeds().stdout.String()
	if strings.Contains(verdict, "nothing wrong") || strings.Contains(verdict, "the first keyframe came") || !strings.Contains(verdict, "no fault in what was captured; ") {
		t.Errorf("said of a part as if it were all:\n%s", verdict)
	}
}
