package diff

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// writers are the four forms.
var writers = map[string]func(io.Writer, *diff.Result, Show) error{
	"text": WriteText, "md": WriteMarkdown, "json": WriteJSON, "html": WriteHTML,
}

func written(t *testing.T, form string, r *diff.Result, o Show) string {
	t.Helper()
	var b bytes.Buffer
	if err := writers[form](&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// refused is a comparison whose words are those of a publisher that a server turns
// away.
func refused() *diff.Result {
	return &diff.Result{
		A: diff.Head{File: "works", Session: 1, Of: 1, Role: "publish", Agent: text.Plain("FMLE/3.0"), Engine: text.Plain("FMS/3"), Messages: 212,
			Outcome: text.Plain("publish accepted, 100 audio and 100 video frames; the client closed its side (FIN)")},
		B: diff.Head{File: "fails", Session: 2, Of: 3, Role: "publish", Agent: text.Plain("FMLE/3.0"), Messages: 1,
			Outcome: text.Plain("connect was never answered; the server closed its side (FIN)")},
		SameA: 8, SameB: 8,
		Differences: []diff.Difference{
			{Area: diff.Answer, Importance: diff.Decisive, Text: text.Plain("The server answers connect in A and not in B: the server closes after connect without an answer"),
				A: diff.Place{Row: 11, Last: 11, Text: text.Plain("server: _result: NetConnection.Connect.Success")},
				B: diff.Place{Row: 9, Last: 9, Text: text.Plain("the server closed its side (FIN)")}},
			{Area: diff.Command, Importance: diff.Decisive, Text: "publish of " + text.Secret("key-123") + " is sent only in A", Follows: true,
				A: diff.Place{Row: 14, Last: 16, Text: "publish " + text.Secret("key-123")}},
		},
	}
}

const attack = "\x1b[31m<script>alert(1)</script>|**x**`@you http://x.example\u202e\"'{{.}}"

// hostile is a comparison of sessions whose strings attack every form.
func hostile() *diff.Result {
	r := refused()
	for _, h := range []*diff.Head{&r.A, &r.B} {
		h.File, h.Agent, h.Engine, h.Outcome = text.Safe(attack), text.Plain(attack), text.Plain(attack), text.Plain(attack)
	}
	for i := range r.Differences {
		d := &r.Differences[i]
		d.Text, d.A.Text, d.B.Text = text.Plain(attack), text.Plain(attack), text.Plain(attack)
	}
	r.Notes = []string{text.Safe(attack)}
	return r
}

func TestHostileStringsAreInert(t *testing.T) {
	r := hostile()
	for form := range writers {
		got := written(t, form, r, Show{Secrets: true})
		if strings.ContainsAny(got, "\x1b\u202e\x02\x03") {
			t.Errorf("%s: control characters in\n%s", form, got)
		}
		if !strings.Contains(got, "alert") {
			t.Errorf("%s: the attack is not shown at all", form)
		}
	}
	page := written(t, "html", r, Show{Secrets: true})
	tag := regexp.MustCompile(`<[/a-zA-Z!][^>]*>`)
	for _, got := range tag.FindAllString(page, -1) {
		name := strings.Trim(strings.Fields(got)[0], "</>!")
		if !slices.Contains([]string{"DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "tr", "th", "td", "p", "b", "i"}, name) {
			t.Errorf("tag %s", got)
		}
	}
	for _, bad := range []string{"<script", "src=", "href=", "url(", "@import"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(page, "Content-Security-Policy") || !strings.Contains(page, "prefers-color-scheme:dark") {
		t.Error("the page has no policy or no dark colours")
	}
}

// TestHostileMarkdownIsInert: as a forum renders it, the comparison has the elements
// of its tables and nothing else, and every row all its cells.
func TestHostileMarkdownIsInert(t *testing.T) {
	var b bytes.Buffer
	md := written(t, "md", hostile(), Show{Secrets: true})
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(md), &b); err != nil {
		t.Fatal(err)
	}
	allowed := []string{"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "blockquote"}
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(b.String(), -1) {
		if !slices.Contains(allowed, strings.Trim(tag, "</>")) {
			t.Errorf("the element %s", tag)
		}
	}
	if cells, want := strings.Count(b.String(), "<td>"), 2*4+2*5; cells != want {
		t.Errorf("%d cells, want %d:\n%s", cells, want, md)
	}
	if !strings.Contains(html.UnescapeString(b.String()), "</code>|<code>**x**`@you") {
		t.Errorf("the attack is not shown as it was sent:\n%s", b.String())
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for form := range writers {
		masked, shown := written(t, form, refused(), Show{}), written(t, form, refused(), Show{Secrets: true})
		if strings.Contains(masked, "key-123") || !strings.Contains(masked, "••••") {
			t.Errorf("%s does not mask:\n%s", form, masked)
		}
		if !strings.Contains(shown, "key-123") {
			t.Errorf("%s does not show secrets when asked to", form)
		}
	}
}

func TestTextFitsATerminal(t *testing.T) {
	for _, r := range []*diff.Result{hostile(), refused()} {
		for line := range strings.Lines(written(t, "text", r, Show{})) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
}

func TestText(t *testing.T) {
	want := `A  works, session 1
   FMLE/3.0, with FMS/3, 212 messages
   publish accepted, 100 audio and 100 video frames; the client closed its side
   (FIN)
B  fails, session 2 of 3
   FMLE/3.0, 1 message
   connect was never answered; the server closed its side (FIN)

Up to row 8 of A and row 8 of B both say the same in all that matters.

First difference

  1. The server answers connect in A and not in B: the server closes after
     connect without an answer. [decisive, answer]
     A row 11: server: _result: NetConnection.Connect.Success
     B row 9: the server closed its side (FIN)

What probably follows from these

  2. publish of key-123 is sent only in A. [decisive, command]
     A rows 14 to 16, B none
`
	if got := written(t, "text", refused(), Show{Secrets: true}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWrapCutsLongWords(t *testing.T) {
	r := refused()
	r.A.File = strings.Repeat("x", 200)
	lines := strings.Split(written(t, "text", r, Show{}), "\n")
	if lines[0] != "A  "+strings.Repeat("x", 77) || lines[1] != "   "+strings.Repeat("x", 77) || !strings.HasPrefix(lines[2], "   "+strings.Repeat("x", 46)+", session") {
		t.Errorf("%q", lines[:3])
	}
}

// Every member of the JSON is described in docs/diff.md, and nothing else is.
func TestJSONIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	r := refused()
	r.A.Chosen, r.Notes = "by far the most messages of 3", []string{"note"}
	var v any
	if err := json.Unmarshal([]byte(written(t, "json", r, Show{})), &v); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	members(v, names)
	described := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(string(doc), -1) {
		described[m[1]] = true
	}
	for n := range names {
		if !described[n] {
			t.Errorf("docs/diff.md does not describe %q", n)
		}
	}
	for n := range described {
		if !names[n] {
			t.Errorf("docs/diff.md describes %q, which does not occur", n)
		}
	}
	m := v.(map[string]any)
	first := m["differences"].([]any)[0].(map[string]any)
	if m["version"] != 1.0 || m["equal"] != false || m["same_until_b"] != 8.0 || first["importance"] != "decisive" || first["b"].(map[string]any)["row"] != 9.0 {
		t.Errorf("%v", m)
	}
}

func members(v any, names map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, w := range v {
			names[k] = true
			members(w, names)
		}
	case []any:
		for _, w := range v {
			members(w, names)
		}
	}
}

func TestNoDifferencesAreAnEmptyList(t *testing.T) {
	r := refused()
	r.Differences = nil
	got := written(t, "json", r, Show{})
	if !strings.Contains(got, `"equal": true`) || !strings.Contains(got, `"differences": []`) {
		t.Error(got)
	}
}
