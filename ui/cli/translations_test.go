package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// named is what a page names whatever its language: its commands and what they print,
// words in code, where its links and pictures lead, and how it is built.
type named struct {
	Commands, Code, Links []string
	Headings, Figures     int
}

var (
	inlineCode = regexp.MustCompile("`[^`\n]+`")
	pageLink   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// readNamed reads a page; links between pages of one language count like those of
// the other.
func readNamed(t *testing.T, path string) (n named) {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(p)
	for _, s := range snippets("page", page) {
		n.Commands = append(n.Commands, s.line+"\n"+strings.Join(s.output, "\n"))
	}
	n.Code = inlineCode.FindAllString(page, -1)
	for _, m := range pageLink.FindAllStringSubmatch(page, -1) {
		n.Links = append(n.Links, strings.ReplaceAll(m[1], ".zh-CN.md", ".md"))
	}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			n.Headings++
		}
		if strings.HasPrefix(line, "| ") {
			n.Figures++
		}
	}
	slices.Sort(n.Code)
	slices.Sort(n.Links)
	return n
}

// TestTranslationsAreInStep: a page and its translation name the same commands, words
// in code and links, in as many chapters and lines of tables.
func TestTranslationsAreInStep(t *testing.T) {
	translated, err := filepath.Glob("../../docs/*.zh-CN.md")
	if err != nil || len(translated) == 0 {
		t.Fatalf("%v, %v", translated, err)
	}
	for _, path := range append(translated, "../../README.zh-CN.md") {
		original := readNamed(t, strings.Replace(path, ".zh-CN", "", 1))
		if diff := cmp.Diff(original, readNamed(t, path)); diff != "" || len(original.Commands) == 0 {
			t.Errorf("%s is not in step:\n%s", path, diff)
		}
	}
}
