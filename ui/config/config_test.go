package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	got, err := Parse("f", "# a comment\n\ntheme = \"dark\" # mine\r\nascii=true\nmouse = false\nfilter = 'type == 20 and code != \"x\"'\n"+
		"[keys]\nnext-command = \"c\"\n down = [\"j\", 'Down',]\nlog = []\nquote = \"\\\"\"\nhash = '#'\n[filters]\nslow = 'rtt > 200ms'\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Path: "f", Theme: "dark", ASCII: true, NoMouse: true, Filter: `type == 20 and code != "x"`, Filters: []Named{{"slow", "rtt > 200ms", 14}}, Keys: []Keys{
		{"next-command", []string{"c"}, 8}, {"down", []string{"j", "Down"}, 9}, {"log", nil, 10}, {"quote", []string{`"`}, 11}, {"hash", []string{"#"}, 12},
	}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); d != "" {
		t.Error(d)
	}
	if err := got.At("theme", errors.New("no")); err.Error() != "f:3: no" {
		t.Errorf("At: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"theme = dark", "f:1: theme: write the value in quotes"},
		{"\n\ncolour = \"x\"", "f:3: colour: there is no such setting"},
		{"theme = \"dark", "f:1: theme: the quote is not closed"},
		{"theme = \"dark\\", "the quote is not closed"},
		{"theme = \"a\" \"b\"", "stands behind the value"},
		{"theme = \"a\"\ntheme = \"b\"", "f:2: theme is set twice"},
		{"ascii = 1", "write true or false"},
		{"[colours]", "there is no section [colours]"},
		{"[keys", "a section is written [keys]"},
		{"[keys]\ndown = [\"j\"", "the list does not end"},
		{"[keys]\ndown = [\"j\" \"k\"]", "the list does not end"},
		{"= 3", "write name = value"},
		{"theme \"dark\"", "write name = value"},
		{"theme = \"\\q\"", "is no text"},
		{"theme =", "write the value in quotes"},
	} {
		_, err := Parse("f", c.text)
		var e *Error
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &e) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	if c, err := Load(); err != nil || c.Path != "" {
		t.Errorf("without a file: %v, %v", c, err)
	}
	file := filepath.Join(dir, "rtmpscope", "config.toml")
	if Path() != file {
		t.Errorf("path %s", Path())
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("theme = \"light\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(); err != nil || c.Theme != "light" || c.Path != file {
		t.Errorf("%v, %v", c, err)
	}
	if err := os.WriteFile(file, make([]byte, maxSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(); err == nil {
		t.Error("a book was read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("theme = \"dark\"\n[keys]\ndown = [\"j\"]")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Parse("f", text); err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("%q: %v", text, err)
		}
	})
}
