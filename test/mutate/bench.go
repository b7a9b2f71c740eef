package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// fate is what became of a mutant.
type fate int

const (
	survived fate = iota
	killed
	hung
	unborn // it cannot be tried
)

func (f fate) String() string {
	return [...]string{"SURVIVED", "killed", "killed (hung)", "not tried"}[f]
}

// bench is where mutants are tried: a directory of its own.
type bench struct {
	options
	dir string
}

func newBench(o options) (*bench, error) {
	dir, err := os.MkdirTemp("", "mutate-")
	return &bench{options: o, dir: dir}, err
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) } // it is below the system's temporary directory

// try tries the mutants of one package until it has as many as are wanted.
func (b *bench) try(ctx context.Context, p *pkg, aside equivalents) error {
	began, limit := time.Now(), 5*time.Minute
	rest := slices.DeleteFunc(slices.Clone(p.drawn), aside.has)
	p.equivalent = len(p.drawn) - len(rest)
	for p.tried < p.want && len(rest) > 0 && ctx.Err() == nil {
		n := min(len(rest), (p.want-p.tried)*5/4+2) // some do not compile
		t, err := b.build(ctx, p, rest[:n])
		if err != nil {
			p.broken = fmt.Sprintf("it does not compile: %s", err)
			return ctx.Err()
		}
		start := time.Now()
		if f, words := b.run(ctx, p, t, 0, limit); f != survived {
			p.broken = fmt.Sprintf("the tests fail without a mutant: %s", words)
			return ctx.Err()
		}
		limit = 5*time.Since(start) + b.patience
		b.through(ctx, p, t, limit)
		rest = rest[n:]
	}
	if p.tried > 0 {
		fmt.Fprintf(os.Stderr, "%s: %d of %d killed in %.0f s\n", p.short(), p.killed, p.tried, time.Since(began).Seconds())
	}
	return ctx.Err()
}

// through tries the mutants of a batch in the order in which they were drawn.
func (b *bench) through(ctx context.Context, p *pkg, t *batch, limit time.Duration) {
	for _, number := range slices.Sorted(maps.Keys(t.mutants)) {
		if p.tried == p.want {
			return
		}
		f, _ := b.run(ctx, p, t, number, limit)
		if ctx.Err() != nil {
			return
		}
		b.note(p, t.mutants[number], f)
	}
}

func (b *bench) note(p *pkg, m *mutant, f fate) {
	if b.verbose {
		fmt.Fprintf(os.Stderr, "%s %s", f, m.describe())
	}
	switch f {
	case unborn:
		return
	case killed:
		p.killed++
	case hung:
		p.killed++
		p.hung++
	default:
		p.survivors = append(p.survivors, m)
	}
	p.tried++
}

// writeOverlay writes files and the page that tells the go command to read them
// in the place of others, or beside them. It returns the page.
func writeOverlay(dir string, files map[string]string) (string, error) {
	replace := map[string]string{}
	for name, text := range files {
		replace[name] = filepath.Join(dir, fmt.Sprintf("%d-%s", len(replace), filepath.Base(name)))
		if err := os.WriteFile(replace[name], []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	page := filepath.Join(dir, "overlay.json")
	return page, os.WriteFile(page, text, 0o600)
}

// command runs the tests in the directory of their package, with temporary
// files of their own, and with bounded memory where a shell can bound it: a
// broken loop may fill the machine.
func (b *bench) command(p *pkg, overlay, scratch string, args []string) *exec.Cmd {
	if sh, err := exec.LookPath("sh"); err == nil && runtime.GOOS != "windows" {
		args = append([]string{sh, "-c", `ulimit -v 8388608 2>/dev/null; exec "$0" "$@"`}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "TMPDIR="+scratch, "GOFLAGS=-overlay="+overlay, "GOTRACEBACK=single")
	return cmd
}

// watch runs the tests and judges how they end.
func (b *bench) watch(ctx context.Context, cmd *exec.Cmd, limit time.Duration) (fate, string) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return unborn, err.Error()
	}
	stopped := make(chan struct{})
	defer close(stopped)
	go func() {
		select {
		case <-ctx.Done():
		case <-time.After(limit + 5*time.Second): // the tests' own limit comes first
		case <-stopped:
			return
		}
		_ = cmd.Process.Kill() // it may have ended by itself
	}()
	err := cmd.Wait()
	switch {
	case err == nil:
		return survived, ""
	case bytes.Contains(out.Bytes(), []byte("panic: test timed out")) || cmd.ProcessState.ExitCode() < 0:
		return hung, tail(out.String())
	}
	return killed, tail(out.String())
}

func tail(s string) string { return s[max(0, len(s)-2000):] }
