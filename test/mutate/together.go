package main

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Most of the time of a run would go into compiling and linking one program a
// mutant. Mutants of one package are compiled together instead: each has a copy
// of the body of its function, which runs in the place of the body when a
// variable of the environment names it. What does not compile is told by the
// line directive over the copy.

// chosen is the variable of the environment that names the mutant to be.
const chosen = "MUTATE_CHOSEN"

// selector is the file that is added to the package.
const selector = `package %s

import "os"

var mutateChosen = os.Getenv("` + chosen + `")
`

// body is the function declaration around a mutant.
type body struct {
	from, to int    // offsets of what lies between the braces
	line     int    // of the opening brace
	results  string // the result list as it is written
	labels   bool   // there are labels, which a function may have only once
}

func (f *finder) body(d *ast.FuncDecl) *body {
	b := &body{from: f.offset(d.Body.Lbrace) + 1, to: f.offset(d.Body.Rbrace), line: f.set.Position(d.Body.Lbrace).Line}
	if d.Type.Results != nil {
		b.results = f.source(d.Type.Results)
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		_, label := n.(*ast.LabeledStmt)
		b.labels = b.labels || label
		return true
	})
	return b
}

// copied is the body with the edit, as a statement that begins the function.
func (m *mutant) copied(number int) string {
	f := m.inside
	text := string(m.text[f.from:m.from]) + m.with + string(m.text[m.to:f.to])
	head, end := "", "return"
	switch {
	case f.labels && f.results != "":
		head, end = "return func() "+f.results+" {", "}()"
	case f.labels:
		head, end = "func() {", "}(); return"
	case f.results != "":
		end = `panic("not reached")`
	}
	return fmt.Sprintf("\nif mutateChosen == \"%d\" {%s\n//line /mutant/%d.go:1\n%s\n%s\n}", number, head, number, text, end)
}

// together writes the files of a package with all its mutants in them.
func together(all map[int]*mutant) map[string]string {
	type place struct {
		file string
		from int
	}
	texts, places := map[string][]byte{}, map[place][]int{}
	for number, m := range all {
		texts[m.file] = m.text
		at := place{m.file, m.inside.from}
		places[at] = append(places[at], number)
	}
	order := make([]place, 0, len(places))
	for at, numbers := range places {
		slices.Sort(numbers)
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b place) int { return b.from - a.from }) // from the end of a file
	files := map[string]string{}
	for file, text := range texts {
		files[file] = string(text)
	}
	for _, at := range order {
		var copies strings.Builder
		for _, number := range places[at] {
			copies.WriteString(all[number].copied(number))
		}
		text, line := files[at.file], all[places[at][0]].inside.line
		files[at.file] = fmt.Sprintf("%s%s\n//line %s:%d\n%s", text[:at.from], copies.String(), at.file, line, text[at.from:])
	}
	return files
}

// batch is a test program that holds many mutants.
type batch struct {
	dir, program, overlay string
	mutants               map[int]*mutant
}

var blamed = regexp.MustCompile(`(?m)/mutant/(\d+)\.go:\d+`)

// build compiles mutants together, without those that do not compile. It
// returns nil if the rest does not compile either.
func (b *bench) build(ctx context.Context, p *pkg, list []*mutant) (*batch, error) {
	dir, err := os.MkdirTemp(b.dir, "")
	if err != nil {
		return nil, err
	}
	t := &batch{dir: dir, program: filepath.Join(dir, "test.exe"), mutants: map[int]*mutant{}}
	for i, m := range list {
		t.mutants[i+1] = m
	}
	for ctx.Err() == nil {
		files := together(t.mutants)
		files[filepath.Join(p.Dir, "zz_mutate_chosen.go")] = fmt.Sprintf(selector, p.Name)
		if t.overlay, err = writeOverlay(dir, files); err != nil {
			return nil, err
		}
		build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", t.overlay, "-o", t.program, p.ImportPath)
		out, err := build.CombinedOutput()
		if err == nil {
			return t, nil
		}
		guilty := blamed.FindAllSubmatch(out, -1)
		if len(guilty) == 0 {
			return nil, fmt.Errorf("%s", tail(string(out)))
		}
		for _, g := range guilty {
			number, _ := strconv.Atoi(string(g[1])) // digits alone match
			delete(t.mutants, number)
		}
	}
	return nil, ctx.Err()
}

// run runs the tests with one mutant chosen; number 0 is none.
func (b *bench) run(ctx context.Context, p *pkg, t *batch, number int, limit time.Duration) (fate, string) {
	if _, err := os.Stat(t.program); errors.Is(err, os.ErrNotExist) {
		return survived, "no tests"
	}
	scratch, err := os.MkdirTemp(b.dir, "")
	if err != nil {
		return unborn, err.Error()
	}
	defer func() { _ = os.RemoveAll(scratch) }() // all of b.dir goes at the end
	args := []string{t.program, "-test.failfast", "-test.timeout", limit.String()}
	if !b.long {
		args = append(args, "-test.short")
	}
	cmd := b.command(p, t.overlay, scratch, args)
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", chosen, number))
	return b.watch(ctx, cmd, limit)
}
