package main

import (
	"slices"
	"strings"
	"testing"
)

// TestCheckerCatches proves that each check can fail, with a file that breaks
// exactly one rule.
func TestCheckerCatches(t *testing.T) {
	long := "package x\n\nfunc f() {\n" + strings.Repeat("\t_ = 1\n", maxFunctionLines) + "}\n"
	for _, c := range []struct {
		name, file, text string
		check            func(*source) []string
		want             string // in the one problem; empty: no problem
	}{
		{"relay imports decoder", "proxy/x.go", `package proxy; import _ "` + module + `/decode"`, checkImports, "proxy must not import " + module + "/decode"},
		{"endpoint imports codec", "proxy/endpoint/x.go", `package endpoint; import _ "` + module + `/decode/amf"`, checkImports, ""},
		{"endpoint imports session", "proxy/endpoint/x.go", `package endpoint; import _ "` + module + `/decode/session"`, checkImports, "must not import"},
		{"capture imports proxy", "capture/x.go", `package capture; import _ "` + module + `/proxy"`, checkImports, "must not import"},
		{"export imports session", "capture/export/x.go", `package export; import _ "` + module + `/decode/session"`, checkImports, ""},
		{"decoder opens files", "decode/chunk/x.go", `package chunk; import _ "os"`, checkImports, "must not import os"},
		{"decoder locks", "decode/x.go", `package decode; import _ "sync/atomic"`, checkImports, "must not import sync/atomic"},
		{"decoder logs", "decode/session/x.go", `package session; import _ "log/slog"`, checkImports, "must not import log/slog"},
		{"decoder parses a URL", "decode/session/x.go", `package session; import _ "net/url"`, checkImports, ""},
		{"decoder is not fooled by a prefix", "decode/x.go", `package decode; import _ "networks"`, checkImports, ""},
		{"decoder reads the clock", "decode/x.go", "package decode; import \"time\"\nvar at = time.Now()", checkImports, "decode/x.go:2: package decode must not read the clock"},
		{"decoder reads a renamed clock", "decode/x.go", "package decode; import c \"time\"\nvar now = c.Now", checkImports, "must not read the clock"},
		{"decoder has a Now of its own", "decode/x.go", "package decode; import _ \"time\"\nvar at = time.Now()", checkImports, ""},
		{"analyst draws", "ui/analyst/x.go", `package analyst; import _ "` + tview + `"`, checkImports, "must not import " + tview},
		{"model takes a versioned tcell", "ui/tui/model/x.go", `package model; import _ "` + tcell + `/v2"`, checkImports, "must not import"},
		{"view dials", "ui/tui/view/x.go", `package view; import _ "net"`, checkImports, "must not import net"},
		{"view logs", "ui/tui/view/x.go", `package view; import _ "` + logrus + `"`, checkImports, "must not import " + logrus},
		{"main skips the command line", "main.go", `package main; import _ "` + module + `/proxy"`, checkImports, "must not import"},
		{"empty room", "decode/util/x.go", `package util`, checkImports, "says nothing"},
		{"package without a rule", "elsewhere/x.go", `package elsewhere`, checkImports, "no import rule"},

		{"function", "x.go", "package x\nfunc Bare() {}", checkComments, "x.go:2: exported Bare has no comment"},
		{"method", "x.go", "package x\nfunc (*T[K]) Bare() {}", checkComments, "exported Bare"},
		{"method of a hidden type", "x.go", "package x\nfunc (*t) Bare() {}", checkComments, ""},
		{"type", "x.go", "package x\ntype Bare int", checkComments, "exported Bare"},
		{"type in a commented group", "x.go", "package x\n// Types.\ntype (\n Bare int\n)", checkComments, "exported Bare"},
		{"constant", "x.go", "package x\nconst Bare = 1", checkComments, "exported Bare"},
		{"constant in a commented group", "x.go", "package x\n// Numbers.\nconst (\n Fine = 1\n)", checkComments, ""},
		{"constant with a comment behind it", "x.go", "package x\nconst (\n Fine = 1 // one\n)", checkComments, ""},

		{"long function", "x.go", long, checkSize, "function f has 62 lines"},
		{"unfinished", "x.go", "package x\n// TO" + "DO: the rest\nvar x int", checkFinished, "x.go:2: a note about work"},
		{"finished", "x.go", "package x\n// TODOS is a list.\nvar x int", checkFinished, ""},

		{"test imports what its package may", "ui/check/x_test.go", `package check; import _ "` + module + `/decode/lint"`, testImports, ""},
		{"test needs a program", "ui/check/x_test.go", `package check; import _ "` + module + `/test/need"`, testImports, ""},
		{"test is outside of its package", "ui/check/x_test.go", `package check_test; import _ "` + module + `/ui/check"`, testImports, ""},
		{"test imports more", "ui/check/x_test.go", `package check; import _ "` + module + `/proxy"`, testImports, "a test of ui/check must not import proxy"},
		{"test of the decoder reads captures", "decode/lint/x_test.go", `package lint; import _ "` + module + `/capture"`, testImports, ""},

		{"long file", "x.go", "package x\n" + strings.Repeat("\n", maxFileLines), checkSize, "301 lines"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parse(c.file, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			problems := c.check(f)
			switch {
			case c.want == "" && len(problems) > 0:
				t.Errorf("found %q in a file that breaks no rule", problems)
			case c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.want)):
				t.Errorf("got %q, want one problem with %q", problems, c.want)
			}
		})
	}
}

func testImports(f *source) []string { return checkTestImports(f.dir, f) }

func TestPicture(t *testing.T) {
	got, err := picture("# A\n\n## The tree\n\nWords.\n\n```text\nmain         starts\ndecode/      reads\n  decode/amf values\n```\n\n```\nnot this\n```\n")
	if err != nil || !slices.Equal(got, []string{"main", "decode", "decode/amf"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := picture("# A\n\n## The words\n"); err == nil {
		t.Error("a page without a tree must be an error, or the test checks nothing")
	}
}
