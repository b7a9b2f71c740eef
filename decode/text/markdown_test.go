package text

import (
	"bytes"
	"html"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// places are where escaped text may stand, and the elements that this place makes.
var places = map[string]struct {
	before, after string
	elements      []string
}{
	"paragraph": {"", "\n", []string{"p"}},
	"heading":   {"## ", "\n", []string{"h2"}},
	"item":      {"- ", "\n", []string{"ul", "li"}},
	"quote":     {"> ", "\n", []string{"blockquote", "p"}},
	"strong":    {"**so ", " so**\n", []string{"p", "strong"}},
	"cell":      {"| a | b |\n|---|---|\n| ", " | end |\n", []string{"table", "thead", "tbody", "tr", "th", "td"}},
}

var tag = regexp.MustCompile(`<[^>]*>`)

// rendered is Markdown as a forum shows it: GitHub's tables, links that are made of
// bare addresses, and whatever stood in it as HTML.
func rendered(t *testing.T, markdown string) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(markdown), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// inert reports what is wrong with s where it stands: an element that the place did
// not make, or words that are not those of s.
func inert(t *testing.T, place, s string) string {
	t.Helper()
	p := places[place]
	page := rendered(t, p.before+Markdown(s)+p.after)
	for _, e := range tag.FindAllString(page, -1) {
		name := strings.Trim(strings.Fields(e)[0], "</>")
		if name != "code" && !strings.Contains(" "+strings.Join(p.elements, " ")+" ", " "+name+" ") {
			return "the element " + e
		}
	}
	got := words(html.UnescapeString(tag.ReplaceAllString(page, "")))
	want := map[string]string{"strong": "so " + s + " so", "cell": "a b " + s + " end"}[place]
	if want == "" {
		want = s
	}
	if got != words(want) {
		return "the words " + got
	}
	return ""
}

var hostileMarkdown = []string{
	"", "plain words, with 3 commas", "a|b", "|", "||", "`", "``a`", "`a|b`", "*x*", "**x**", "_x_", "__x__", "~~gone~~", "~", "<b>", "</table>",
	"<script>alert(1)</script>", "&lt;", "&amp;", "&#64;", "[x](y)", "![x](y)", "[x]", "[x]: http://y", "# x", "#12", "x #", "> x", "- x", "+ x",
	"* x", "1. x", "1) x", "12345. x", "1.5 s", "---", "===", "- - -", "***", "```", "~~~", "@you", "me@example.org", "http://x.example/|y",
	"https://x", "ftp://x", "www.example.org", "mailto:x", ":smile:", "GH-12", "$x$", "$$x$$", `\`, `\\`, `\|`, `\e[31m`, `x\`, "=x", "-x", "+1", "1", "1.",
	"a  b", "{{.}}", "rtmp://127.0.0.1:1935/live", "NetStream.Publish.Start", "“x”", "日本", "a`|`b://c", "x:- y", "--- | ---", "| - |",
}

func TestMarkdownMeansItself(t *testing.T) {
	for place := range places {
		for _, s := range hostileMarkdown {
			if s == "" && place != "cell" {
				continue
			}
			if wrong := inert(t, place, s); wrong != "" {
				t.Errorf("%s %q, written as %q, is shown with %s", place, s, Markdown(s), wrong)
			}
		}
	}
}

// TestMarkdownOfAnything: no text of markup characters, however it is put together,
// means anything.
func TestMarkdownOfAnything(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	pieces := []string{"`", "*", "_", "[", "]", "(", ")", "<", ">", "&", "|", "~", "$", "#", "!", "\\", "-", "+", "=", ".", ":", "/", "@", "1", "a", "B", " ", "x", "://", "www.", "lt;"}
	for range 3000 {
		s := ""
		for range 1 + r.Intn(9) {
			s += pieces[r.Intn(len(pieces))]
		}
		if s = words(s); s == "" {
			continue
		}
		for _, place := range []string{"paragraph", "cell", "item"} {
			if wrong := inert(t, place, s); wrong != "" {
				t.Fatalf("%s %q, written as %q, is shown with %s", place, s, Markdown(s), wrong)
			}
		}
	}
}

// TestMarkdownStaysReadable: what means nothing is not touched.
func TestMarkdownStaysReadable(t *testing.T) {
	for s, want := range map[string]string{
		"The server answers connect, 3.2 s (late).": "The server answers connect, 3.2 s (late).",
		"NetStream.Publish.Start":                   "NetStream.Publish.Start",
		"see http://x.example now":                  "see `http://x.example` now",
		"1. not a list":                             `1\. not a list`,
		"a_b|c":                                     `a\_b\|c`,
		"x://a|b":                                   "`x://a`\\|`b`",
	} {
		if got := Markdown(s); got != want {
			t.Errorf("%q is written as %q, want %q", s, got, want)
		}
	}
}

func TestMarkdownCode(t *testing.T) {
	for s, want := range map[string]string{"a": "`a`", "a`b": "``a`b``", "`": "`` ` ``", " ": " ", "": "", " a ": "`  a  `"} {
		if got := MarkdownCode(s); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
	if got := MarkdownCell("a|b"); got != "`a\\|b`" {
		t.Errorf("cell %q", got)
	}
}
