package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReliabilityNamesItsTests: a promise is worth the tests behind it, so those that
// docs/reliability.md names exist.
func TestReliabilityNamesItsTests(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Benchmark)[A-Z][A-Za-z0-9]+)`").FindAllStringSubmatch(string(doc), -1)
	if len(names) < 30 {
		t.Fatalf("only %d tests are named", len(names))
	}
	var all strings.Builder
	err = filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		p, err := os.ReadFile(path)
		all.Write(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !strings.Contains(all.String(), "\nfunc "+n[1]+"(") {
			t.Errorf("there is no %s", n[1])
		}
	}
}
