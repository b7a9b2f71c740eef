// Package docs holds the pages that the program itself can print, so that an
// installed program has them without its repository. It contains no code but
// [Page], and decides nothing.
package docs

import "embed"

//go:embed filter.md jsonl.md diff.md check.md procedure.md rules.md limits.md recall.md
var pages embed.FS

// Page returns the text of a page, in Markdown, by its name without ending, such
// as "filter", and whether there is one.
func Page(name string) (string, bool) {
	text, err := pages.ReadFile(name + ".md")
	return string(text), err == nil
}
