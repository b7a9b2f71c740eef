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
	want := Config{Path: "f", Theme: "dark", ASCII: true, NoMouse: true, Filter: `type == 20 and code != "x"`, Filters: []Named{{"slow", "rtt > 200ms", 14, 1}}, Keys: []Keys{
		{"next-command", []string{"c"}, 8, 1}, {"down", []string{"j", "Down"}, 9, 2}, {"log", nil, 10, 1}, {"quote", []string{`"`}, 11, 1}, {"hash", []string{"#"}, 12, 1},
	}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); d != "" {
		t.Error(d)
	}
	if err := got.At("theme", errors.New("no")); err.Error() != "f:3:1: no" {
		t.Errorf("At: %v", err)
	}
}

// TestAllOfTOML: lists over lines, long texts, dotted names and inline tables say the
// same as their plain forms.
func TestAllOfTOML(t *testing.T) {
	for _, text := range []string{
		"[keys]\ndown = [\"j\", \"Down\"]\n[filters]\nslow = \"a b\"\n",
		"[keys]\ndown = [\n  \"j\", # vim\n  \"Down\",\n]\n[filters]\nslow = \"\"\"\na b\"\"\"\n",
		"keys.down = ['j', 'Down']\nfilters.slow = '''a b'''\n",
		"keys = { down = [\"j\", \"\\u0044own\"] }\nfilters = { \"slow\" = 'a b' }\n",
		"[\"keys\"]\n'down' = [\"j\", \"Down\"]\n[filters]\n\"slow\" = \"\"\"a \\\n   b\"\"\"\n",
	} {
		c, err := Parse("f", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if len(c.Keys) != 1 || c.Keys[0].Action != "down" || strings.Join(c.Keys[0].Keys, " ") != "j Down" {
			t.Errorf("%q: keys %v", text, c.Keys)
		}
		if len(c.Filters) != 1 || c.Filters[0].Name != "slow" || c.Filters[0].Filter != "a b" {
			t.Errorf("%q: filters %v", text, c.Filters)
		}
	}
}

// TestMistakes: each mistake is named with its line and column.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"theme = dark", "f:1:9: "},
		{"\n\n colour = \"x\"", "f:3:2: colour: there is no such setting; there are ascii, filter,"},
		{"theme = \"dark", "f:1:13: unterminated"},
		{"theme = \"dark\\", "f:1:"},
		{"theme = \"a\" \"b\"", "f:1:13: "},
		{"theme = \"a\"\ntheme = \"b\"", "f:2:1: "},
		{"ascii = 1", "f:1:1: ascii: write true or false"},
		{"ascii = true\n  [colours]", "f:2:4: there is no section [colours]; there are [keys] and [filters]"},
		{"keys = 3", "f:1:1: keys: there is no such setting"},
		{"[keys]\n[keys]\n", "f:2:"},
		{"[keys", "f:1:"},
		{"[keys]\ndown = [\"j\"", "f:2:"},
		{"[keys]\ndown = [\"j\" \"k\"]", "f:2:13: "},
		{"[keys]\ndown = [\"j\", 3]", "f:2:1: down: write texts in quotes"},
		{"[keys.more]\nx = 'y'", "f:1:2: there is no section [keys.more]"},
		{"keys.down.up = 'x'", "f:1:1: there is no section [keys.down]"},
		{"[[keys]]\ndown = 'x'", "f:1:3: there is no list of sections [[keys]]"},
		{"= 3", "f:1:1: "},
		{"theme \"dark\"", "f:1:7: "},
		{"theme = \"\\q\"", "f:1:"},
		{"theme = 3", "f:1:1: theme: write a text in quotes"},
		{"filters = {\n  slow = 3 }", "f:2:3: slow: write a text in quotes"},
		{"theme = \"\xff\"", "f:1:"},
	} {
		_, err := Parse("f", c.text)
		var e *Error
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || !errors.As(err, &e) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	_, err := Parse("f", "ascii = true\n  theme = dark # mine")
	if err == nil || !strings.HasSuffix(err.Error(), ", in: theme = dark # mine") {
		t.Errorf("the line is not shown: %v", err)
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
