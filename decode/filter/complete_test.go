package filter

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func completions(text string) (out []string) {
	for _, c := range Complete(text, len(text)) {
		out = append(out, text[:c.Start]+c.Text)
	}
	return out
}

func TestComplete(t *testing.T) {
	cases := []struct {
		text string
		want []string
	}{
		{"comm", []string{"command"}},
		{"type == 9 and le", []string{"type == 9 and length", "type == 9 and len("}},
		{"commands", []string{"~cmd"}},
		{"aud", []string{"~audio"}},
		{"comma", []string{"command"}},
		{"~v", []string{"~video"}},
		{"~audio ~", []string{"~audio ~audio", "~audio ~video", "~audio ~media", "~audio ~key", "~audio ~cmd", "~audio ~err", "~audio ~c2s", "~audio ~s2c"}},
		{`from == "c`, []string{`from == "client"`}},
		{`from != `, []string{`from != "client"`, `from != "server"`}},
		{`severity=="`, []string{`severity=="note"`, `severity=="warning"`, `severity=="error"`}},
		{`command == "pub`, []string{`command == "publish"`}},
		{`code == "NetStream.Publish.Bad`, []string{`code == "NetStream.Publish.BadName"`}},
		{`"pub`, nil},
		{`from == "client" and ki`, []string{`from == "client" and kind`}},
		{`zzz`, nil},
	}
	for _, c := range cases {
		got := completions(c.text)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
	if got := completions(""); len(got) < len(fields)+len(shorthands) {
		t.Errorf("nothing written: %q", got)
	}
	if got := completions(""); !slices.Equal(got[:len(shorthands)], names(shorthands)) {
		t.Errorf("the first page begins with %q", got[:len(shorthands)])
	}
	if got := Complete("comm == 5", 4); len(got) != 1 || got[0].Start != 0 || got[0].End != 4 {
		t.Errorf("in the middle: %+v", got)
	}
	Complete("x", 99)
	Complete("x", -1)
}

// Whatever is offered compiles once it is complete.
func TestCompletionsCompile(t *testing.T) {
	for _, text := range []string{`command == `, `code == `, `kind == `, `codec == `, "~"} {
		for _, whole := range completions(text) {
			compile(t, whole)
		}
	}
}

// The documentation names every field, shorthand and function, and no others.
func TestDocumented(t *testing.T) {
	p, err := os.ReadFile("../../docs/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for line := range strings.Lines(string(p)) {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ := strings.Cut(rest, "`")
			documented = append(documented, name)
		}
	}
	want := slices.Concat(names(fields), []string{"args"}, sessionNames(""), names(shorthands))
	for _, f := range functions() {
		want = append(want, f.name)
	}
	if !slices.Equal(documented, want) {
		t.Errorf("docs/filter.md has\n%q, want\n%q", documented, want)
	}
}

// The command lines in the documentation work.
func TestDocumentedExamplesCompile(t *testing.T) {
	p, err := os.ReadFile("../../docs/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`(?m)^rtmpscope .*-Y ('[^']*'|\S+)`).FindAllStringSubmatch(string(p), -1)
	if len(examples) < 5 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		compile(t, strings.Trim(e[1], "'"))
	}
}
