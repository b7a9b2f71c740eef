package peers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestScreenLeaves: nobody is asked about nothing, an open session is asked
// about once, and a recording is lost only when the person says so.
func TestScreenLeaves(t *testing.T) {
	t.Parallel()
	w := onScreen(t, 120, 30, "proxy", "-l", "127.0.0.1:0")
	w.shows("OBS")
	w.press("q")
	if code := w.ended(); code != 0 || strings.Contains(w.Text(), "Keep the capture") {
		t.Errorf("with nothing to keep: exit code %d\n%s", code, w.Text())
	}
	kept := filepath.Join(t.TempDir(), "kept.pcapng")
	for answer, c := range map[string]struct {
		keys []string
		says string
	}{
		"discard": {[]string{"Enter", "d", "Enter"}, "The capture is discarded."},
		"twice":   {[]string{"Enter", "Enter"}, "The capture is discarded."},
		"name":    {[]string{"Enter", kept, "Enter"}, "Kept as"},
		"Ctrl-C":  {[]string{"Ctrl-C"}, "the capture is left in"},
		"habit":   {[]string{"q", "Enter", "d", "Enter"}, "\"q\" is not an answer."},
	} {
		t.Run(answer, func(t *testing.T) {
			w := onScreen(t, 200, 30, "demo", "-l", "127.0.0.1:0")
			w.shows("S2")
			w.press("q") // the demo's own clients are nobody to ask about
			w.shows("Keep the capture", "'d' to discard")
			w.press(c.keys...)
			w.shows(c.says)
			if code := w.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			w.restored()
			if left := regexp.MustCompile(`left in (\S+)`).FindStringSubmatch(w.Text()); left != nil {
				if _, err := os.Stat(left[1]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if sessions(t, kept) == 0 {
		t.Error("what was kept holds no session")
	}
}

// TestScreenLeavesASession: a session that is open is told of, only y cuts it, and
// who waits is told for whom and how not to.
func TestScreenLeavesASession(t *testing.T) {
	t.Parallel()
	w := onScreen(t, 200, 30, "proxy", "-l", "127.0.0.1:0", "-w", filepath.Join(t.TempDir(), "live.pcapng"))
	conn := open(t, w.listens())
	defer conn.Close()
	w.shows("S2")
	w.press("q")
	w.shows("One session is still open and will be disconnected. (y/n)")
	w.press("n")
	w.gone("will be disconnected")
	w.press("q")
	w.shows("will be disconnected")
	w.press("q") // by habit: the broadcast goes on
	w.gone("will be disconnected")
	began := time.Now()
	w.press("q")
	w.shows("will be disconnected")
	w.press("y")
	w.shows("waiting for 1 connection (127.0.0.1:", "Ctrl-C cuts now")
	w.press("Ctrl-C")
	if code := w.ended(); code != 0 {
		t.Errorf("exit code %d after %v", code, time.Since(began))
	}
}
