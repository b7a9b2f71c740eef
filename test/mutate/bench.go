package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// fate is what became of a mutant.
type fate int

const (
	survived fate = iota
	killed
	hung
	unborn // it does not compile
)

func (f fate) String() string {
	return [...]string{"SURVIVED", "killed", "killed (hung)", "does not compile"}[f]
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
	if p.want == 0 || len(p.drawn) == 0 {
		return nil
	}
	began := time.Now()
	if f, words := b.test(ctx, p, nil, 5*time.Minute); f != survived {
		p.broken = fmt.Sprintf("the tests fail without a mutant: %s", words)
		return ctx.Err()
	}
	limit := 5*time.Since(began) + b.patience
	for _, m := range p.drawn {
		if p.tried+p.equivalent == p.want {
			break
		}
		if aside.has(m) {
			p.equivalent++
			continue
		}
		f, _ := b.test(ctx, p, m, limit)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		b.note(p, m, f)
	}
	fmt.Fprintf(os.Stderr, "%s: %d of %d killed in %.0f s\n", p.short(), p.killed, p.tried, time.Since(began).Seconds())
	return nil
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

// test builds and runs the tests of a package with a mutant, or without one. It
// returns what the tests said when they failed.
func (b *bench) test(ctx context.Context, p *pkg, m *mutant, limit time.Duration) (fate, string) {
	scratch, err := os.MkdirTemp(b.dir, "")
	if err != nil {
		return unborn, err.Error()
	}
	defer func() { _ = os.RemoveAll(scratch) }() // all of b.dir goes at the end
	program := filepath.Join(scratch, "test.exe")
	overlay, err := b.overlay(scratch, m)
	if err != nil {
		return unborn, err.Error()
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, p.ImportPath)
	if out, err := build.CombinedOutput(); err != nil {
		return unborn, string(out)
	}
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		return survived, "no tests"
	}
	args := []string{"-test.failfast", "-test.timeout", limit.String()}
	if !b.long {
		args = append(args, "-test.short")
	}
	return b.watch(ctx, b.command(p, overlay, scratch, append([]string{program}, args...)), limit)
}

// overlay writes the broken file and the page that tells the go command of it.
func (b *bench) overlay(scratch string, m *mutant) (string, error) {
	replace := map[string]string{}
	if m != nil {
		broken := filepath.Join(scratch, "broken.go")
		replace[m.file] = broken
		if err := os.WriteFile(broken, m.apply(), 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	page := filepath.Join(scratch, "overlay.json")
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
