package cli

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/spf13/cobra/doc"
)

// manDirectory holds the manual pages; -update writes them.
const manDirectory = "../../docs/man"

// TestManualPagesAreCurrent wants the manual pages to say what --help says: one page a
// command, made by cobra. Their date and version stay out of them, so that they change
// only with the program.
func TestManualPagesAreCurrent(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "~/.config") // keys --help names the file of the user
	root := newRoot()
	root.DisableAutoGenTag = true
	root.InitDefaultCompletionCmd()
	made := t.TempDir()
	if *update {
		if err := os.RemoveAll(manDirectory); err != nil {
			t.Fatal(err)
		}
		if made = manDirectory; os.MkdirAll(made, 0o755) != nil {
			t.Fatal("no directory for the pages")
		}
	}
	epoch := time.Unix(0, 0)
	header := doc.GenManHeader{Title: "RTMPSCOPE", Section: "1", Source: "rtmpscope", Manual: "rtmpscope", Date: &epoch}
	if err := doc.GenManTree(root, &header, made); err != nil {
		t.Fatal(err)
	}
	want, is := manPages(t, made), manPages(t, manDirectory)
	if !slices.Equal(want, is) || len(want) < 14 {
		t.Fatalf("docs/man has %q, want %q", is, want)
	}
	for _, name := range want {
		if manText(t, made, name) != manText(t, manDirectory, name) {
			t.Errorf("docs/man/%s is out of date: go test ./ui/cli -run Manual -update", name)
		}
	}
}

func manPages(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func manText(t *testing.T, dir, name string) string {
	t.Helper()
	p, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}
