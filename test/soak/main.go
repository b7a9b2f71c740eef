//go:build linux

// Command soak keeps the program busy for a while and says whether it grows:
//
//	go run ./test/soak -for 5m
//
// It builds and starts rtmpscope with its built-in server, lets one player watch all
// the time, and sends it clients that come and go: publishers and players that leave in
// good order or with a reset, health checks, web browsers, handshakes that stop in the
// middle, and a crowd of empty messages. Meanwhile it reads from /proc how much memory,
// how many files and threads and how much processor time the program has, and from the
// garbage collector's trace what is alive.
//
// A straight line is laid through the samples of the second half of the time (least squares), and what counts is its
// slope for each client that came: a limit in bytes, so that a longer run is a sharper
// test and no limit depends on how fast the machine is. The exit code is 1 when something grows,
// and when the program does not end in time when it is told to.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	length := flag.Duration("for", 5*time.Minute, "how long")
	program := flag.String("program", "", "the program; it is built when none is named")
	workers := flag.Int("clients", 4, "how many clients come and go at a time")
	every := flag.Duration("every", time.Second, "how often it is looked at")
	flag.Parse()
	if err := run(*program, *length, *every, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(program string, length, every time.Duration, workers int) error {
	dir, err := os.MkdirTemp("", "rtmpscope-soak-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is temporary
	if program == "" {
		program = filepath.Join(dir, "rtmpscope")
		if out, err := exec.Command("go", "build", "-o", program, "github.com/rtmpscope/rtmpscope").CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	p, err := start(program, dir)
	if err != nil {
		return err
	}
	defer p.kill()
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	c := &crowd{addr: p.addr}
	c.begin(ctx, workers)
	samples := watch(ctx, p, c, every)
	c.wait()
	fmt.Printf("%d clients in %v: %s\n", c.came.Load(), length, c)
	bad := judge(samples)
	if err := p.end(); err != nil {
		return err
	}
	if bad {
		return fmt.Errorf("something grows")
	}
	return nil
}

// watch samples the program until ctx is done, or it has ended.
func watch(ctx context.Context, p *process, c *crowd, every time.Duration) (all []sample) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return all
		case <-p.exited:
			return all
		case <-tick.C:
			if s, err := p.sample(); err == nil {
				s.clients = float64(c.came.Load())
				all = append(all, s)
			}
		}
	}
}
