//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// patience is how long the program may take to listen and to end.
const patience = 20 * time.Second

// process is the program under test.
type process struct {
	cmd    *exec.Cmd
	addr   string
	live   atomic.Int64
	exited chan struct{}
	err    error
}

// start starts the program, and returns when it accepts.
func start(program, dir string) (*process, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &process{addr: l.Addr().String(), exited: make(chan struct{})}
	l.Close()
	p.cmd = exec.Command(program, "proxy", "--plain", "-l", p.addr, "-w", filepath.Join(dir, "soak.pcapng"), "--log-level", "error")
	p.cmd.Env = append(os.Environ(), "GODEBUG=gctrace=1", "RTMPSCOPE_UPSTREAM=", "TMPDIR="+dir)
	p.cmd.Stdout = io.Discard
	trace, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.trace(trace)
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	for until := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.addr); err == nil {
			c.Close()
			return p, nil
		}
		if time.Now().After(until) {
			p.kill()
			return nil, errors.New("the program does not listen")
		}
	}
}

// trace reads what the garbage collector says of each cycle: "4->5->3 MB" is the
// heap before, at the end, and what of it is alive (package runtime, GODEBUG).
func (p *process) trace(r io.Reader) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] != "gc" {
			continue
		}
		for _, w := range words {
			if sizes := strings.Split(w, "->"); len(sizes) == 3 {
				if mb, err := strconv.Atoi(sizes[2]); err == nil {
					p.live.Store(int64(mb) << 20)
				}
			}
		}
	}
}

// sample reads what the program has now: proc(5).
func (p *process) sample() (s sample, err error) {
	proc := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	stat, err := os.ReadFile(proc + "/stat")
	if err != nil {
		return s, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	if len(f) < 22 {
		return s, fmt.Errorf("%s/stat has %d fields", proc, len(f))
	}
	num := func(i int) float64 { n, _ := strconv.ParseFloat(f[i-3], 64); return n } // numbered as in proc(5)
	files, err := os.ReadDir(proc + "/fd")
	return sample{at: time.Now(), rss: num(24) * float64(os.Getpagesize()), live: float64(p.live.Load()),
		files: float64(len(files)), threads: num(20), cpu: (num(14) + num(15)) / clockTicks}, err
}

// clockTicks is in how many parts of a second the kernel counts processor time.
const clockTicks = 100

// end tells the program to end, and reports how it did.
func (p *process) end() error {
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.exited:
	case <-time.After(patience):
		return fmt.Errorf("the program is still there %v after SIGTERM", patience)
	}
	fmt.Printf("ended %v after SIGTERM: %v\n", time.Since(began).Round(10*time.Millisecond), p.cmd.ProcessState)
	if code := p.cmd.ProcessState.ExitCode(); code != 0 && code != 128+int(syscall.SIGTERM) {
		return fmt.Errorf("the program ended with exit code %d", code)
	}
	return nil
}

// kill ends the program if it still runs.
func (p *process) kill() {
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-p.exited
}
