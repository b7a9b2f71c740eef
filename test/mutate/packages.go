package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// pkg is a package with the mutants that can be made of it and what became of
// those that were tried.
type pkg struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	Module     struct{ Path, Dir string }

	drawn []*mutant // in the order in which they are tried
	want  int       // how many are to be tried

	tried      int
	killed     int
	hung       int // of the killed
	equivalent int
	survivors  []*mutant
	broken     string // why nothing was tried
}

// short is the path of the package inside its module.
func (p *pkg) short() string {
	if rel, err := filepath.Rel(p.Module.Dir, p.Dir); err == nil {
		return filepath.ToSlash(rel)
	}
	return p.ImportPath
}

// listPackages asks the go command and finds the mutants of every package.
func listPackages(ctx context.Context, patterns []string) ([]*pkg, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=ImportPath,Name,Dir,GoFiles,Module"}, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []*pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if err := p.find(); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// find reads the files of the package, in the order of their names.
func (p *pkg) find() error {
	slices.Sort(p.GoFiles)
	for _, name := range p.GoFiles {
		file := filepath.Join(p.Dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		found, err := mutants(file, p.short()+"/"+name, text)
		if err != nil {
			return err
		}
		p.drawn = append(p.drawn, found...)
	}
	return nil
}

// draw shuffles the mutants of each package and says how many of them are
// tried. The order within a package depends on the seed and the package alone.
func draw(all []*pkg, o options) {
	places := 0
	for _, p := range all {
		places += len(p.drawn)
		h := fnv.New64a()
		_, _ = io.WriteString(h, p.short()) // a hash never fails
		random := rand.New(rand.NewPCG(o.seed, h.Sum64()))
		random.Shuffle(len(p.drawn), func(i, j int) { p.drawn[i], p.drawn[j] = p.drawn[j], p.drawn[i] })
	}
	left := o.n
	for _, p := range all {
		p.want = o.each
		if o.each == 0 && places > 0 {
			p.want = o.n * len(p.drawn) / places
			left -= p.want
		}
	}
	if o.each == 0 {
		remainder(all, left, func(p *pkg) int { return o.n * len(p.drawn) % max(places, 1) })
	}
}

// remainder gives what integer division left to those who lost most by it.
func remainder(all []*pkg, left int, lost func(*pkg) int) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *pkg) int { return cmp.Compare(lost(b), lost(a)) })
	for _, p := range order[:min(max(left, 0), len(order))] {
		p.want++
	}
}
