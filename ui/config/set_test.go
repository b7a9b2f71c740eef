package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSet: one setting changes, and every other line stays as it is.
func TestSet(t *testing.T) {
	for _, c := range []struct {
		before, section, name string
		values                []string
		after                 string
	}{
		{"", "", "session-columns", []string{"number", "role"}, "session-columns = [\"number\", \"role\"]\n"},
		{"", "filters", "slow", []string{`code == "x"`}, "\n[filters]\nslow = \"code == \\\"x\\\"\"\n"},
		{"# mine\ntheme = 'dark'\n\n[keys]\nlog = \"F2\" # here\n", "", "session-columns", []string{"role"}, "# mine\ntheme = 'dark'\nsession-columns = [\"role\"]\n\n[keys]\nlog = \"F2\" # here\n"},
		{"session-columns = [\"a\"]\nascii = true", "", "session-columns", []string{"role"}, "session-columns = [\"role\"]\nascii = true\n"},
		{"session-columns = [\"a\"]\nascii = true\n", "", "session-columns", nil, "ascii = true\n"},
		{"ascii = true\n", "", "session-columns", nil, "ascii = true\n"},
		{"[filters]\na = 'x'\n\n[keys]\nlog = 'L'\n", "filters", "b", []string{"y"}, "[filters]\na = 'x'\nb = \"y\"\n\n[keys]\nlog = 'L'\n"},
		{"[keys]\nlog = 'L'\n[filters]\na = 'x'\n", "filters", "a", []string{"y"}, "[keys]\nlog = 'L'\n[filters]\na = \"y\"\n"},
		{"theme = 'dark'\n[filters]\ntheme = 'x'\n", "", "theme", []string{"light"}, "theme = \"light\"\n[filters]\ntheme = 'x'\n"},
		{"[keys]\ndown = [\n  \"j\", # [vim]\n  \"Down\",\n] # both\nup = 'k'\n", "keys", "down", []string{"s"}, "[keys]\ndown = \"s\" # both\nup = 'k'\n"},
		{"filters.a = 'x'\n[keys]\n", "filters", "a", []string{"y"}, "filters.a = \"y\"\n[keys]\n"},
		{"filter = '''\nframes > 1\n'''\n[filters]\na = '''\n[keys]\n'''\n", "", "theme", []string{"dark"}, "filter = '''\nframes > 1\n'''\ntheme = \"dark\"\n[filters]\na = '''\n[keys]\n'''\n"},
		{"[filters]\na = '''\n[keys]\n'''\n[keys]\n", "filters", "b", []string{"y"}, "[filters]\na = '''\n[keys]\n'''\nb = \"y\"\n[keys]\n"},
		{"", "filters", "a", []string{"tab\tquote\"\a"}, "\n[filters]\na = \"tab\\u0009quote\\\"\\u0007\"\n"},
	} {
		dir := t.TempDir()
		t.Setenv("XDG_CONFIG_HOME", dir)
		file := filepath.Join(dir, "rtmpscope", "config.toml")
		if c.before != "" {
			if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.before), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		path, err := Set(c.section, c.name, c.values...)
		if err != nil || path == "" {
			t.Fatal(path, err)
		}
		after, err := os.ReadFile(file)
		if err != nil || string(after) != c.after {
			t.Errorf("%q, %s.%s = %q gives\n%s, %v, want\n%s", c.before, c.section, c.name, c.values, after, err, c.after)
		}
		if _, err := Load(); err != nil {
			t.Error(err)
		}
	}
}

// TestSetLeavesWhatItDoesNotUnderstand, and a link stays a link.
func TestSetLeavesWhatItDoesNotUnderstand(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	file, real := filepath.Join(dir, "rtmpscope", "config.toml"), filepath.Join(dir, "dotfile")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(real, []byte("colour = 'x'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, file); err != nil {
		t.Skip(err)
	}
	if _, err := Set("", "theme", "dark"); err == nil || !strings.Contains(err.Error(), "no such setting") {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(real, []byte("ascii = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Set("", "theme", "dark"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(file); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if text, err := os.ReadFile(real); err != nil || string(text) != "ascii = true\ntheme = \"dark\"\n" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestSetRefusesWhatItWouldBreak: a place that cannot be changed line by line is
// named, and the file stays.
func TestSetRefusesWhatItWouldBreak(t *testing.T) {
	for before, want := range map[string]string{
		"keys = { down = 'j' }\n": "config.toml:1:10: down is part of an inline table; change it there",
		"keys.up = 'k'\n":         "down cannot be set for you, change the file by hand: ",
	} {
		dir := t.TempDir()
		t.Setenv("XDG_CONFIG_HOME", dir)
		file := filepath.Join(dir, "rtmpscope", "config.toml")
		if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Set("keys", "down", "J"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", before, err, want)
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != before {
			t.Errorf("%q became %q, %v", before, after, err)
		}
	}
}
