package diff

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// writers are the four forms.
var writers = map[string]func(*Result, *bytes.Buffer, Show) error{
	"text": func(r *Result, b *bytes.Buffer, o Show) error { return r.WriteText(b, o) },
	"md":   func(r *Result, b *bytes.Buffer, o Show) error { return r.WriteMarkdown(b, o) },
	"json": func(r *Result, b *bytes.Buffer, o Show) error { return r.WriteJSON(b, o) },
	"html": func(r *Result, b *bytes.Buffer, o Show) error { return r.WriteHTML(b, o) },
}

func written(t *testing.T, form string, r *Result, o Show) string {
	t.Helper()
	var b bytes.Buffer
	if err := writers[form](r, &b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile differs from good in strings that attack every form.
func hostile() []said {
	const attack = "\x1b[31m<script>alert(1)</script>|**x**`@you http://x.example\u202e\"'{{.}}"
	s := replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
		amf.Prop("app", amf.Str(attack)), amf.Prop(attack, amf.Str("x")), connect[1], amf.Prop("flashVer", amf.Str(attack)), connect[3])))
	return replace(s, "started", call("", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("error", attack, attack)),
		call("", server, 1, amf.Str(attack), amf.Num(0), amf.Nul()))
}

func TestHostileStringsAreInert(t *testing.T) {
	r := Compare(fold(t, good()), fold(t, hostile()), Options{})
	for form := range writers {
		got := written(t, form, r, Show{Secrets: true})
		if strings.ContainsAny(got, "\x1b\u202e\x02\x03") {
			t.Errorf("%s: control characters in\n%s", form, got)
		}
		if !strings.Contains(got, "alert") {
			t.Errorf("%s: the attack is not shown at all", form)
		}
	}
	html := written(t, "html", r, Show{Secrets: true})
	tag := regexp.MustCompile(`<[/a-zA-Z!][^>]*>`)
	for _, got := range tag.FindAllString(html, -1) {
		name := strings.Trim(strings.Fields(got)[0], "</>!")
		if !slices.Contains([]string{"DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "tr", "th", "td", "p", "b", "i"}, name) {
			t.Errorf("tag %s", got)
		}
	}
	for _, bad := range []string{"<script", "src=", "href=", "url(", "@import"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(html, "Content-Security-Policy") || !strings.Contains(html, "prefers-color-scheme: dark") {
		t.Error("the page has no policy or no dark colours")
	}
	md := written(t, "md", r, Show{Secrets: true})
	for _, bad := range []string{"<", "`", "@you", "http://", "**x"} {
		if strings.Contains(md, bad) {
			t.Errorf("Markdown has %q:\n%s", bad, md)
		}
	}
	for line := range strings.Lines(md) {
		if n := strings.Count(line, "|"); strings.HasPrefix(line, "|") && n != 5 && n != 6 {
			t.Errorf("%d columns: %s", n-1, line)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	b := replace(good(), "connect", call("", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(
		amf.Prop("app", amf.Str("live?token=tok-98765")), connect[1], connect[2], amf.Prop("tcUrl", amf.Str("rtmp://me:pass-4321@h/live?token=tok-98765")))))
	b = replace(b, "publish", call("", client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("other-key-55"), amf.Str("record")))
	b = replace(b, "started", call("", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "other-key-55 has begun")))
	b = append(b[:len(b)-2:len(b)-2], call("", server, 1, amf.Str("onInfo"), amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("other-key-55", amf.Num(1)))))
	r := Compare(fold(t, good()), fold(t, b), Options{Names: true})
	for form := range writers {
		masked, shown := written(t, form, r, Show{}), written(t, form, r, Show{Secrets: true})
		for _, secret := range []string{"98765", "4321", "key-55", "key-123"} {
			if strings.Contains(masked, secret) {
				t.Errorf("%s shows %s", form, secret)
			}
		}
		if !strings.Contains(strings.ReplaceAll(shown, `\`, ""), "other-key-55") {
			t.Errorf("%s does not show secrets when asked to", form)
		}
	}
}

func TestTextFitsATerminal(t *testing.T) {
	for _, script := range [][]said{hostile(), until(good(), "connect", said{from: server, close: true}), good()} {
		got := written(t, "text", Compare(fold(t, good()), fold(t, script), Options{}), Show{})
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
}

// TestCounted: what is one is not many.
func TestCounted(t *testing.T) {
	for n, want := range map[int64]string{0: "0 messages", 1: "1 message", 2: "2 messages"} {
		if got := counted(n, "message"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	one := fold(t, until(good(), "connect", said{from: server, close: true}))
	e := &AmbiguousError{File: "script", Sessions: []*Session{one}}
	if got := e.Error(); !strings.Contains(got, ", 1 message, ") {
		t.Errorf("%q", got)
	}
}

func TestText(t *testing.T) {
	r := Compare(fold(t, good()), fold(t, until(good(), "connect", said{from: server, close: true})), Options{})
	want := `A  script, session 1
   FMLE/3.0, with FMS/3, 212 messages
   publish accepted, 100 audio and 100 video frames; the client closed its side
   (FIN)
B  script, session 1
   FMLE/3.0, 1 message
   connect was never answered; the server closed its side (FIN)

Up to row 8 of A and row 8 of B both say the same in all that matters.

First difference

  1. The server answers connect with "NetConnection.Connect.Success" in A and
     not in B: the server closes after connect without an answer. [decisive,
     answer]
     A row 11: server: _result: NetConnection.Connect.Success “ok”
     B row 9: the server closed its side (FIN)

What probably follows from these

`
	if got := written(t, "text", r, Show{}); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	same := written(t, "text", Compare(fold(t, good()), fold(t, good()), Options{}), Show{})
	if !strings.HasSuffix(same, "\n\nNothing differs but what must: times, random bytes, ports, numbers.\n") {
		t.Errorf("%s", same)
	}
}

func TestWrapCutsLongWords(t *testing.T) {
	b := Compare(fold(t, good()), fold(t, good()), Options{})
	b.A.File = strings.Repeat("x", 200)
	lines := strings.Split(written(t, "text", b, Show{}), "\n")
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
	r := Compare(fold(t, good()), fold(t, until(good(), "connect", said{from: server, close: true})), Options{})
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
	got := written(t, "json", Compare(fold(t, good()), fold(t, good()), Options{}), Show{})
	if !strings.Contains(got, `"equal": true`) || !strings.Contains(got, `"differences": []`) {
		t.Error(got)
	}
}
