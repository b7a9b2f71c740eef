package main

import (
	"context"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const example = `package p

import "errors"

func f(a, b int, s string) (int, error) {
	if a == b {
		return 0, errors.New("same" + s)
	}
	n := make([]int, 0, 7)
	for i := 0; i < 3; i++ {
		n = append(n, i)
	}
	g := func() bool { return a > 2 }
	g()
	_ = [2]int{}
	return len(n) + b, nil
}
`

func TestEdits(t *testing.T) {
	found, err := mutants("p.go", "p/p.go", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, strings.TrimPrefix(m.key(), "p/p.go: "))
	}
	for _, want := range []string{
		`if a == b { → if !(a == b) {`,
		`if a == b { → if a != b {`,
		`return 0, errors.New("same" + s) → return 0, *new(error)`,
		`for i := 0; i < 3; i++ { → for i := 0; !(i < 3); i++ {`,
		`for i := 0; i < 3; i++ { → for i := 0; i <= 3; i++ {`,
		`for i := 0; i < 3; i++ { → for i := 0; i < 4; i++ {`,
		`n = append(n, i) → _ = append(n, i)`,
		`g := func() bool { return a > 2 } → g := func() bool { return *new(bool) }`,
		`g() → nothing`,
		`return len(n) + b, nil → return *new(int), nil`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no edit %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	for _, never := range []string{
		`_ = [2]int{} → _ = [3]int{}`,
		`n := make([]int, 0, 7) → n := make([]int, 0, 8)`,                             // room is not behaviour
		`return 0, errors.New("same" + s) → return *new(int), errors.New("same" + s)`, // is zero already
		`return 0, errors.New("same" + s) → return 0, errors.New("same" - s)`,         // does not compile
	} {
		if slices.Contains(got, never) {
			t.Errorf("there is an edit %q", never)
		}
	}
}

// TestEveryEditParses breaks this program in every way that it knows: what it
// writes must be Go, one edit must make one difference, and no two may be alike.
func TestEveryEditParses(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found, err := mutants(file, file, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			broken := m.apply()
			if _, err := parser.ParseFile(token.NewFileSet(), file, broken, 0); err != nil {
				t.Errorf("%s\n%v", m.describe(), err)
			}
			if string(broken) == string(text) {
				t.Errorf("%s\nchanges nothing", m.describe())
			}
		}
	}
}

// TestDrawIsDeterministic draws twice with one seed and once with another, and
// checks the share of each package.
func TestDrawIsDeterministic(t *testing.T) {
	drawn := func(o options) (order []string, wants []int) {
		found, err := mutants("p.go", "p/p.go", []byte(example))
		if err != nil {
			t.Fatal(err)
		}
		all := []*pkg{
			{ImportPath: "p", Dir: "/m/p", drawn: slices.Clone(found)},
			{ImportPath: "q", Dir: "/m/q", drawn: slices.Clone(found[:len(found)/2])},
			{ImportPath: "r", Dir: "/m/r"},
		}
		for _, p := range all {
			p.Module.Dir = "/m"
		}
		draw(all, o)
		for _, p := range all {
			wants = append(wants, p.want)
			for _, m := range p.drawn {
				order = append(order, m.key())
			}
		}
		return order, wants
	}
	a, wants := drawn(options{n: 10, seed: 7})
	b, _ := drawn(options{n: 10, seed: 7})
	c, each := drawn(options{each: 4, seed: 8})
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("the order must follow from the seed")
	}
	if wants[0]+wants[1] != 10 || wants[0] <= wants[1] || wants[2] != 0 {
		t.Errorf("shares of ten are %v", wants)
	}
	if !slices.Equal(each, []int{4, 4, 4}) {
		t.Errorf("each gives %v", each)
	}
}

// twoFunctions is a package to break, testsOfTwo are its tests.
const (
	twoFunctions = `package p

func sum(n int) (s int) {
	for i := 0; i < n; i++ {
		s += i
	}
	return s
}

func positive(rows [][]int) (sum int) {
outer:
	for _, row := range rows {
		for _, v := range row {
			if v < 0 {
				continue outer // next outer
			}
			sum += v
		}
	}
	return sum
}
`
	testsOfTwo = `package p

import "testing"

func TestSum(t *testing.T) {
	if sum(4) != 6 || positive([][]int{{-1}, {2, -1, 5}, {3}}) != 5 {
		t.Fail()
	}
}
`
)

// TestFates tries mutants of a package made here, compiled together: some that its
// test notices, one that it does not, one that hangs and one that does not compile.
func TestFates(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles four programs")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const text = twoFunctions
	write("go.mod", "module p\n\ngo 1.24\n")
	write("p.go", text)
	write("p_test.go", testsOfTwo)
	t.Chdir(dir)
	b, err := newBench(options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	found, err := mutants(filepath.Join(dir, "p.go"), "p.go", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &pkg{ImportPath: "p", Name: "p", Dir: dir}
	edits := []struct {
		old, with string
		want      fate
	}{
		{"i < n", "i <= n", killed},
		{"i := 0", "i := 1", survived},
		{"i++", "", hung},
		{"s += i", "s += x", unborn},
		{"sum += v", "sum -= v", killed},
		{"continue outer", "break outer", killed},
	}
	var list []*mutant
	for _, c := range edits {
		from := strings.Index(text, c.old)
		in := slices.IndexFunc(found, func(m *mutant) bool { return m.inside.from <= from && from < m.inside.to })
		list = append(list, &mutant{file: filepath.Join(dir, "p.go"), inside: found[in].inside, from: from, to: from + len(c.old), with: c.with, text: []byte(text)})
	}
	together, err := b.build(context.Background(), p, list)
	if err != nil {
		t.Fatal(err)
	}
	if got, words := b.run(context.Background(), p, together, 0, 10*time.Second); got != survived {
		t.Fatalf("without a mutant: %v\n%s", got, words)
	}
	for i, c := range edits {
		got, words := unborn, ""
		if together.mutants[i+1] != nil {
			got, words = b.run(context.Background(), p, together, i+1, 3*time.Second)
		}
		if got != c.want {
			t.Errorf("%q → %q: %v, want %v\n%s", c.old, c.with, got, c.want, words)
		}
	}
	if now, err := os.ReadFile("p.go"); err != nil || string(now) != text {
		t.Error("the tree was written")
	}
}

func TestStaleEquivalentsAreFound(t *testing.T) {
	found, err := mutants("p.go", "p/p.go", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	all := []*pkg{{ImportPath: "p", Dir: "/m/p", drawn: found}}
	all[0].Module.Dir = "/m"
	for text, good := range map[string]bool{
		"# why\n" + found[0].key() + "\n":   true,
		"p/p.go: gone → away\n":             false,
		"elsewhere/p.go: not looked → at\n": true,
	} {
		aside, err := parseEquivalents(text, all)
		if (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
		if good && aside.has(found[0]) != strings.HasPrefix(text, "#") {
			t.Errorf("%q sets aside the wrong ones", text)
		}
	}
}
