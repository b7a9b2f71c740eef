//go:build unix

package peers

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestACanaryIsInTheCaptureAlone: the key that a real program publishes with is in the capture
// and in nothing else that the program writes: rows, words, the log on the disk; no file with
// rows or texts has a name.
func TestACanaryIsInTheCaptureAlone(t *testing.T) {
	t.Parallel()
	need.Program(t, "ffmpeg")
	const key, token = "zk29-fh38-dk10-sj47", "hush-4711-hush"
	temporary, dir := t.TempDir(), t.TempDir()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	capture, log := filepath.Join(dir, "live.pcapng"), filepath.Join(dir, "log.txt")
	p := start(t, "/usr/bin/env", "TMPDIR="+temporary, program, "proxy", "-l", "127.0.0.1:0", "-w", capture, "--plain", "--log-file", log, "--log-level", "debug")
	addr := p.await(&p.stderr, `listening on (127\.0\.0\.1:\d+)`)[1]
	publish(t, addr, key+"?token="+token).succeeds()
	p.await(&p.stdout, `#1 [^\n]*Close[^\n]*\n(.*\n)*.*#1 [^\n]*Close`)
	written := map[string]string{"the capture": readAll(t, capture), "standard output": p.stdout.String()}
	p.signal(syscall.SIGINT)
	if code := p.wait(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	written["standard error"], written["the log"] = p.stderr.String(), readAll(t, log)
	for name, text := range written {
		for _, canary := range []string{key, token} {
			if shown := strings.Contains(text, canary); shown != (name == "the capture") {
				t.Errorf("%s is in %s: %v", canary, name, shown)
			}
		}
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("left for others to find: %v", left)
	}
}

func readAll(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
