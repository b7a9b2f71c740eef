package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// mutant is one edit of one file.
type mutant struct {
	file string // where the file is
	name string // the file inside the module, with slashes
	line int
	kind string
	from int // offset of the first byte that is replaced
	to   int // offset behind the last
	with string

	text   []byte // the whole file, unbroken
	inside *body
}

// apply returns the broken file.
func (m *mutant) apply() []byte {
	return slices.Concat(m.text[:m.from], []byte(m.with), m.text[m.to:])
}

// lines returns the lines that the edit touches, before and after, each
// stripped of the blanks around it.
func (m *mutant) lines() (before, after []string) {
	begin := bytes.LastIndexByte(m.text[:m.from], '\n') + 1
	end := m.to
	if n := bytes.IndexByte(m.text[m.to:], '\n'); n >= 0 {
		end += n
	} else {
		end = len(m.text)
	}
	whole := string(m.text[begin:m.from]) + m.with + string(m.text[m.to:end])
	return trimmed(string(m.text[begin:end])), trimmed(whole)
}

func trimmed(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// key names the edit by what it does and not by its line, so that it is found
// again when the file has grown above it.
func (m *mutant) key() string {
	before, after := m.lines()
	return m.name + ": " + strings.Join(before, " ⏎ ") + " → " + cmp.Or(strings.Join(after, " ⏎ "), "nothing")
}

// describe shows the edit to a person.
func (m *mutant) describe() string {
	before, after := m.lines()
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s\n", m.name, m.line, m.kind)
	for _, line := range before {
		fmt.Fprintf(&b, "    - %s\n", line)
	}
	for _, line := range after {
		fmt.Fprintf(&b, "    + %s\n", line)
	}
	return b.String()
}

// finder walks one file.
type finder struct {
	set   *token.FileSet
	text  []byte
	file  string
	name  string
	found []*mutant
	// results are the types that the functions around the present node return,
	// innermost last.
	results [][]string
	skip    map[ast.Node]bool
}

// mutants lists every edit of a file, in the order of the file.
func mutants(file, name string, text []byte) ([]*mutant, error) {
	f := &finder{set: token.NewFileSet(), text: text, file: file, name: name, skip: map[ast.Node]bool{}}
	tree, err := parser.ParseFile(f.set, file, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			before := len(f.found)
			f.function(fn.Type, fn.Body)
			for _, m := range f.found[before:] {
				m.inside = f.body(fn)
			}
		}
	}
	return f.found, nil
}

// function walks a body knowing what it returns.
func (f *finder) function(t *ast.FuncType, body *ast.BlockStmt) {
	f.results = append(f.results, f.resultTypes(t))
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			f.function(lit.Type, lit.Body)
			return false
		}
		if n != nil && !f.skip[n] {
			f.node(n)
		}
		return true
	})
	f.results = f.results[:len(f.results)-1]
}

// resultTypes lists the types of the results, one a value.
func (f *finder) resultTypes(t *ast.FuncType) (out []string) {
	if t.Results == nil {
		return nil
	}
	for _, field := range t.Results.List {
		for range max(1, len(field.Names)) {
			out = append(out, f.source(field.Type))
		}
	}
	return out
}

func (f *finder) offset(p token.Pos) int { return f.set.Position(p).Offset }

func (f *finder) source(n ast.Node) string {
	return string(f.text[f.offset(n.Pos()):f.offset(n.End())])
}

// edit adds a mutant that replaces what lies between two positions.
func (f *finder) edit(kind string, from, to token.Pos, with string) {
	f.found = append(f.found, &mutant{file: f.file, name: f.name, line: f.set.Position(from).Line, kind: kind,
		from: f.offset(from), to: f.offset(to), with: with, text: f.text})
}

// isString tells operands for which only a plus makes sense.
func isString(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	if b, isBinary := e.(*ast.BinaryExpr); isBinary {
		return isString(b.X) || isString(b.Y)
	}
	return ok && lit.Kind == token.STRING
}

// isZero tells expressions that are a zero value as they are written.
func isZero(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name == "nil" || x.Name == "false"
	case *ast.BasicLit:
		n, err := strconv.ParseInt(x.Value, 0, 64)
		return x.Value == `""` || err == nil && n == 0
	case *ast.CompositeLit:
		return len(x.Elts) == 0
	}
	return false
}
