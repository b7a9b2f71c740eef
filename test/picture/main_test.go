package main

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// picture draws captured lines and checks that the result is well-formed.
func picture(t *testing.T, pane string) string {
	t.Helper()
	var out strings.Builder
	if err := draw(strings.NewReader(pane), &out); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(out.String())); ; {
		if _, err := d.Token(); err == io.EOF {
			return out.String()
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, out.String())
		}
	}
}

func TestDraw(t *testing.T) {
	got := picture(t, "plain \x1b[1;31mbold red\x1b[0m <tag>&\n\x1b[7mreverse\x1b[27m \x1b[38;5;196mx\x1b[48;2;1;2;3my\x1b[39;49mz\x1b[2Jw\n")
	for _, want := range []string{
		`fill="#e06c75" font-weight="bold">bold`, "&lt;tag&gt;&amp;", `fill="#14171c">reverse`,
		`fill="#ff0000">x`, `fill="#010203"/>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestCells(t *testing.T) {
	if n := cells("\x1b[31mab\x1b[0m│é"); n != 4 {
		t.Errorf("%d cells", n)
	}
}

// TestColoursGoOn: a terminal says only what changes, also from line to line.
func TestColoursGoOn(t *testing.T) {
	svg := picture(t, "\x1b[48;2;1;2;3mone\ntwo\x1b[0m\nthree\n")
	if n := strings.Count(svg, `fill="#010203"`); n != 2 {
		t.Errorf("%d lines are on the ground, want 2:\n%s", n, svg)
	}
}
