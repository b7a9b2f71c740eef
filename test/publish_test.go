//go:build unix

package peers

import (
	"os"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestPeersPublishUnchanged publishes the same media directly and through the
// program and wants the server to have recorded the same tags.
func TestPeersPublishUnchanged(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	sent := readTags(t, media(t))
	p := proxy(t, "--plain", s.addr)
	publish(t, s.addr, "direct").succeeds()
	publish(t, p.addr, "proxied").succeeds()
	direct, proxied := recorded(t, s, "direct", sent), recorded(t, s, "proxied", sent)
	if len(direct) != len(proxied) || len(direct) < len(sent) {
		t.Fatalf("%d tags sent, %d recorded directly, %d through the proxy", len(sent), len(direct), len(proxied))
	}
	for i := range direct {
		if direct[i] != proxied[i] {
			t.Fatalf("tag %d\ndirect:  %s\nproxied: %s", i, direct[i], proxied[i])
		}
	}
	p.interrupt()
}

// recorded waits until the last tag sent is recorded, and returns what is
// recorded. nginx writes the AAC header twice, so the numbers may differ.
func recorded(t *testing.T, s *server, stream string, sent []string) []string {
	t.Helper()
	var tags []string
	need.Until(t, "the server has recorded the end of "+stream, func() bool {
		if info, err := os.Stat(s.recording(stream)); err != nil || info.Size() < 13 {
			return false
		}
		tags = readTags(t, s.recording(stream))
		return len(tags) > 0 && tags[len(tags)-1] == sent[len(sent)-1]
	})
	return tags
}
