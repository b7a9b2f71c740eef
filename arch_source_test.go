package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one parsed Go file.
type source struct {
	name  string // slash path from the root of the repository
	dir   string // its directory, "main" for the root
	lines int
	set   *token.FileSet
	ast   *ast.File
}

func parse(name string, text []byte) (*source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	dir := filepath.ToSlash(filepath.Dir(name))
	if dir == "." {
		dir = "main"
	}
	return &source{name: name, dir: dir, lines: bytes.Count(text, []byte("\n")), set: set, ast: file}, nil
}

// packages reads every Go file of the repository that is not a test, by
// directory.
func packages(t *testing.T) map[string][]*source {
	t.Helper()
	return goFiles(t, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
}

// tests reads every test of the repository, by directory.
func tests(t *testing.T) map[string][]*source {
	t.Helper()
	return goFiles(t, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
}

// goFiles reads the Go files of the repository that are wanted.
func goFiles(t *testing.T, wanted func(string) bool) map[string][]*source {
	t.Helper()
	found := map[string][]*source{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || !wanted(name):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parse(filepath.ToSlash(name), text)
		if err != nil {
			return err
		}
		found[f.dir] = append(found[f.dir], f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (f *source) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.name, f.set.Position(pos).Line)
}

func (f *source) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// clockReads returns the places that mention a function of package time which
// reads the clock, called or passed on.
func (f *source) clockReads() []string {
	local := ""
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == `"time"` {
			local = "time"
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	var places []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if ok && local != "" && x.Name == local && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			places = append(places, f.at(sel.Pos()))
		}
		return true
	})
	return places
}

// checkComments wants a comment on every exported symbol: function, type,
// method of an exported type, and constant or variable, where the comment of a
// group counts for its members.
func checkComments(f *source) []string {
	var problems []string
	missing := func(pos token.Pos, name string) {
		problems = append(problems, fmt.Sprintf("%s: exported %s has no comment", f.at(pos), name))
	}
	for _, decl := range f.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && hasExportedReceiver(d) {
				missing(d.Pos(), d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if name, ok := undocumented(d, spec); ok {
					missing(spec.Pos(), name)
				}
			}
		}
	}
	return problems
}

// hasExportedReceiver is true of plain functions too.
func hasExportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			exported = id.IsExported()
			return false
		}
		_, isIndex := n.(*ast.IndexExpr)
		_, isStar := n.(*ast.StarExpr)
		return isIndex || isStar
	})
	return exported
}

func undocumented(group *ast.GenDecl, spec ast.Spec) (string, bool) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Name.Name, s.Name.IsExported() && s.Doc == nil && (group.Doc == nil || group.Lparen.IsValid())
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && group.Doc == nil && s.Doc == nil && s.Comment == nil {
				return name.Name, true
			}
		}
	}
	return "", false
}

// checkSize wants short files and functions.
func checkSize(f *source) []string {
	var problems []string
	if f.lines > maxFileLines {
		problems = append(problems, fmt.Sprintf("%s: %d lines, at most %d", f.name, f.lines, maxFileLines))
	}
	for _, fn := range f.functions() {
		if fn.lines > maxFunctionLines {
			problems = append(problems, fmt.Sprintf("%s: function %s has %d lines, at most %d", fn.at, fn.name, fn.lines, maxFunctionLines))
		}
	}
	return problems
}

// function is the size of one.
type function struct {
	name, at string
	lines    int
}

func (f *source) functions() (all []function) {
	for _, decl := range f.ast.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok {
			lines := f.set.Position(d.End()).Line - f.set.Position(d.Pos()).Line + 1
			all = append(all, function{d.Name.Name, f.at(d.Pos()), lines})
		}
	}
	return all
}

// checkFinished wants no notes about work that is left.
func checkFinished(f *source) []string {
	var problems []string
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if unfinished.MatchString(c.Text) {
				problems = append(problems, fmt.Sprintf("%s: a note about work that is left: %s", f.at(c.Pos()), c.Text))
			}
		}
	}
	return problems
}

// unfinished are the words of such notes.
var unfinished = regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + "ME" + `|XXX)\b`)
