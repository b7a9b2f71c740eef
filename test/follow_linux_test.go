package peers

import (
	"strings"
	"testing"
)

// TestFollowing opens a file while another process records it: it is shown as far as
// it goes, says that it is not followed, and F follows it over its segments to its
// end. log --follow prints the same rows as afterwards.
func TestFollowing(t *testing.T) {
	t.Parallel()
	p := proxy(t, "--jsonl", "", "--rotate", "64KiB")
	greet(t, p.addr)
	p.await(&p.stdout, `"session":1.*"kind":"closed"`)
	follower := rtmpscope(t, "log", "--jsonl", "--follow", p.file)
	w := onScreen(t, 120, 40, "open", p.file)
	w.shows("not followed (F", "1 session")
	for range 24 {
		greet(t, p.addr)
	}
	p.await(&p.stdout, `"session":25.*"kind":"closed"`)
	if text := w.steady(); !strings.Contains(text, "1 session") || !strings.Contains(text, "not followed") {
		t.Errorf("without F the screen shows\n%s", text)
	}
	w.press("F")
	w.shows("● following", "25 sessions")
	greet(t, p.addr)
	w.shows("26 sessions")
	p.interrupt()
	w.gone("● following")
	w.press("q")
	if code := w.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	live := follower.succeeds().stdout.String()
	if again := rtmpscope(t, "log", "--jsonl", p.file).succeeds().stdout.String(); live != again || live != p.stdout.String() {
		t.Errorf("live, followed and reopened differ:\n%s\n%s\n%s", p.stdout.String(), live, again)
	}
	if n := strings.Count(live, `"kind":"opened"`); n != 26 {
		t.Errorf("%d sessions were followed", n)
	}
}
