package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// limit is a bound on what the bytes of a stranger may cost.
type limit struct{ where, name, value, why string }

// TestLimitsAreListed compares docs/limits.md with the constants that bound what the
// packages that read what strangers sent may spend. With -update it is written anew.
func TestLimitsAreListed(t *testing.T) {
	const file = "docs/limits.md"
	want := limitsPage(t)
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the source says; go test -run %s . -update writes it", file, t.Name())
	}
}

// limitsPage writes the page.
func limitsPage(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(`# Limits

What the bytes of a stranger may cost is bounded. A limit that is reached is shown where that matters; it never changes
what is relayed, and never shows a credential: a session that has more of them than can be told apart is masked as a whole.
Rows are paid for: a side that sends small messages, less than 16 bytes each, faster than a thousand a second has them counted once
its credit is spent ([ADR 14](adr/0014-rows-are-paid-for.md)). The limits of the decoder itself can be set by whoever embeds it (` + "`decode.Limits`" + `), the others are
constants. This page is written from the source by ` + "`TestLimitsAreListed`" + `.

| where | limit | value | why |
|---|---|---|---|
`)
	d := decode.DefaultLimits()
	all := []limit{
		{"decode", "ChunkStreams", fmt.Sprint(d.ChunkStreams), "how many chunk streams one direction may open: more is noise, not RTMP"},
		{"decode", "Assembly", fmt.Sprint(d.Assembly), "bytes of unfinished messages of one direction, as they arrive; declared lengths never allocate"},
		{"decode", "UnknownTypes", fmt.Sprint(d.UnknownTypes), "messages of unknown type in a row before the framing is no longer believed"},
		{"decode", "AMF.Depth", fmt.Sprint(d.AMF.Depth), "nesting of AMF values: a stack overflow cannot be recovered"},
		{"decode", "AMF.Values", fmt.Sprint(d.AMF.Values), "AMF values of one message"},
	}
	for _, l := range append(all, constants(t, "capture", "decode", "ui/analyst")...) {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", l.where, l.name, l.value, l.why)
	}
	return b.Bytes()
}

// constants collects the constants named max… in some directories, with the
// comment that says why.
func constants(t *testing.T, roots ...string) (all []limit) {
	t.Helper()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			found, err := constantsOf(path)
			for _, l := range found {
				if l.why == "" {
					t.Errorf("%s: %s has no comment that says why", path, l.name)
				}
			}
			all = append(all, found...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func constantsOf(path string) (all []limit, err error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	text := func(n ast.Node) string { return string(src[set.Position(n.Pos()).Offset:set.Position(n.End()).Offset]) }
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, s := range group.Specs {
			spec := s.(*ast.ValueSpec)
			why := cmp.Or(reason(spec.Doc), reason(spec.Comment), reason(group.Doc))
			for i, name := range spec.Names {
				if isLimit(name.Name) && i < len(spec.Values) {
					why := strings.TrimPrefix(strings.TrimPrefix(why, name.Name+" is "), name.Name+" ")
					all = append(all, limit{filepath.ToSlash(filepath.Dir(path)), name.Name, "`" + text(spec.Values[i]) + "`", why})
				}
			}
		}
	}
	return all, nil
}

// isLimit tells the constants that bound something by their names.
func isLimit(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "max") || name == "hardDepth" || name == "freeExpansion"
}

// reason is a comment on one line, fit for a table.
func reason(c *ast.CommentGroup) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(c.Text()), " "), "|", "\\|")
}
