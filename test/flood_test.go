//go:build unix

package peers

import (
	"io"
	"net"
	"strings"
	"testing"
)

// TestAFloodTakesTheViewFromNobody: ten million empty messages, a byte each, that one client
// sends at once are told in few rows, and the next client is told of as if nothing were.
func TestAFloodTakesTheViewFromNobody(t *testing.T) {
	t.Parallel()
	p := proxy(t, "--jsonl", swallow(t), "--lossless")
	flood, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer flood.Close()
	const size = 10 << 20
	if _, err := flood.Write(hostile(size)); err != nil {
		t.Fatal(err)
	}
	next, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if _, err := io.WriteString(next, "GET / HTTP/1.1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	p.await(&p.stdout, `"session":2,[^\n]*"kind":"lost"`)
	flood.Close()
	p.await(&p.stdout, `"session":1,[^\n]*"kind":"closed"`)
	if rows := strings.Count(p.stdout.String(), "\n"); rows > 20_000 {
		t.Errorf("%d rows are written, %d bytes, about %d messages", rows, len(p.stdout.String()), size)
	}
	if !strings.Contains(p.stdout.String(), "too many to be shown one by one") {
		t.Error("no row tells of the others")
	}
	p.interrupt()
	sameLines(t, p.stdout.String(), rtmpscope(t, "log", p.file, "--jsonl").succeeds().stdout.String())
}
