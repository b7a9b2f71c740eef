//go:build unix

package peers

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPeersABombIsRefused: a small file that unpacks to a large one is refused before it has
// filled anything, and the refusal names the flag with which it is read all the same.
func TestPeersABombIsRefused(t *testing.T) {
	t.Parallel()
	capture, err := os.ReadFile("../testdata/captures/ffmpeg5__nginx__publish_badname.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "bomb.pcapng.gz")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	z.Write(capture)
	// Blocks of a type that nobody knows are passed over: 4 MiB of nothing, many times.
	block := make([]byte, 4<<20)
	copy(block, "\x99\x00\x00\x00\x00\x00\x40\x00")
	copy(block[len(block)-4:], "\x00\x00\x40\x00")
	for range 60 {
		z.Write(block)
	}
	if err := z.Close(); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	p := rtmpscope(t, "log", file)
	p.wait()
	if said := p.stderr.String(); !strings.Contains(said, "200 times its size") || !strings.Contains(said, "--max-unpacked") {
		t.Errorf("a bomb: %s", said)
	}
	rtmpscope(t, "log", "--max-unpacked", "1", file).succeeds()
}
