package main

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
)

//go:embed equivalent.txt
var equivalentText string

// equivalents are the edits that no test can notice.
type equivalents map[string]bool

func (e equivalents) has(m *mutant) bool { return e[m.key()] }

// parseEquivalents reads the list: lines of "#" are reasons, each for the edits
// below it. An edit of a package that is looked at must exist, or the list has
// gone stale.
func parseEquivalents(text string, all []*pkg) (equivalents, error) {
	listed := equivalents{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			listed[line] = true
		}
	}
	known, files := map[string]bool{}, map[string]bool{}
	for _, p := range all {
		files[p.short()] = true
		for _, m := range p.drawn {
			known[m.key()] = true
		}
	}
	for key := range listed {
		file, _, _ := strings.Cut(key, ": ")
		if dir := file[:max(0, strings.LastIndexByte(file, '/'))]; files[dir] && !known[key] {
			return nil, fmt.Errorf("equivalent.txt names an edit that cannot be made any more:\n%s", key)
		}
	}
	return listed, nil
}

// report prints the table and the survivors.
func report(w io.Writer, all []*pkg, seed uint64) {
	var total pkg
	fmt.Fprintf(w, "\nmutants drawn with seed %d\n\n", seed)
	fmt.Fprintf(w, "| package | tried | killed | of these hung | equivalent | survived | killed %% |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, p := range all {
		switch {
		case p.broken != "":
			fmt.Fprintf(w, "| %s | not measured: the tests fail without a mutant |\n", p.short())
		case p.tried > 0:
			row(w, p.short(), p)
		}
		total.tried += p.tried
		total.killed += p.killed
		total.hung += p.hung
		total.equivalent += p.equivalent
		total.survivors = append(total.survivors, p.survivors...)
	}
	row(w, "**all**", &total)
	if len(total.survivors) > 0 {
		fmt.Fprintf(w, "\nSurvivors:\n\n")
	}
	for _, m := range total.survivors {
		fmt.Fprintln(w, m.describe())
	}
	for _, p := range all {
		if p.broken != "" {
			fmt.Fprintf(w, "%s: %s\n", p.short(), p.broken)
		}
	}
}

func row(w io.Writer, name string, p *pkg) {
	fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %d |\n", name, p.tried, p.killed, p.hung, p.equivalent, len(p.survivors),
		100*p.killed/max(1, p.tried))
}
