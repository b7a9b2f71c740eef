package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWholeCharacters: a character whose bytes come in two pieces is not cut.
func TestWholeCharacters(t *testing.T) {
	c, err := newCast(80, 24, "a title")
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{"a\xe2", "\x96", "\x8c\x1b[1m", "é"} {
		c.output([]byte(piece))
	}
	file := filepath.Join(t.TempDir(), "a.cast")
	if err := c.write(file); err != nil {
		t.Fatal(err)
	}
	text, last := "", 0.0
	for i, line := range lines(t, file) {
		if i == 0 {
			continue
		}
		at, data := event(t, line)
		if at < last {
			t.Errorf("%v after %v", at, last)
		}
		text, last = text+data, at
	}
	if text != "a▌\x1b[1mé" {
		t.Errorf("%q", text)
	}
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// event reads a line as the description of the format has it.
func event(t *testing.T, line string) (at float64, text string) {
	t.Helper()
	var parts [3]any
	if err := json.Unmarshal([]byte(line), &parts); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	at, isTime := parts[0].(float64)
	text, isText := parts[2].(string)
	if parts[1] != "o" || !isTime || !isText {
		t.Fatalf("no output: %s", line)
	}
	return at, text
}
