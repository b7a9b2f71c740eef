package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLogFollowsNoLink: a log file that is a link is refused, and what it points to
// stays as it is.
func TestLogFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	victim, link, plain := filepath.Join(dir, "victim"), filepath.Join(dir, "link"), filepath.Join(dir, "log")
	if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, link); err != nil {
		t.Skip(err)
	}
	if _, err := newEventLog(link, "info"); err == nil {
		t.Error("a link was followed")
	}
	l, err := newEventLog(plain, "info")
	if err != nil {
		t.Fatal(err)
	}
	l.Info("a line")
	l.flush()
	l.file.Close()
	for path, want := range map[string]bool{victim: false, plain: true} {
		got, err := os.ReadFile(path)
		if err != nil || (string(got) != "mine") != want || len(got) == 0 {
			t.Errorf("%s holds %q, %v", path, got, err)
		}
	}
}
