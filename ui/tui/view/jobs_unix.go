//go:build unix

package view

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// jobSignals are the signals of a shell that stops a program and lets it go on.
var jobSignals = []os.Signal{syscall.SIGTSTP, syscall.SIGCONT}

// watchJobs lets the pump know when a shell stops or continues the program. The
// returned function ends that.
func (p *pump) watchJobs() (end func()) {
	signal.Notify(p.jobs, jobSignals...)
	return func() { signal.Stop(p.jobs) }
}

// jobControl does what a signal of a shell asks for. It is called on the loop's
// goroutine while the pump waits.
func (a *app) jobControl(s os.Signal) {
	switch {
	case s == syscall.SIGTSTP && a.o.Model.Live && !a.m.Done:
		a.m.Message = "not stopped: a stopped program relays nothing; use another window, or q to quit"
	case s == syscall.SIGTSTP:
		a.suspend(a.stopSelf)
	case inForeground(): // it was stopped some other way, and the shell has set the terminal
		a.suspend(func() {})
	}
}

// suspend gives the terminal back for as long as f takes.
func (a *app) suspend(f func()) {
	a.loop.Suspend(f)
	a.root.canvas.forget()
}

// goesOn bounds the wait for a stop that does not come.
const goesOn = time.Second / 2

// stopSelf stops the program as Ctrl-Z does, with all that was started beside it
// in a pipeline, and returns when it goes on. It is SIGSTOP that does it: the Go
// runtime does not give SIGTSTP back once it was asked for.
func (a *app) stopSelf() {
	if session, err := unix.Getsid(0); err != nil || session == syscall.Getpgrp() {
		return // there is no shell that would let it go on
	}
	if err := syscall.Kill(0, syscall.SIGSTOP); err != nil {
		return
	}
	select {
	case <-a.pump.jobs: // SIGCONT
	case <-time.After(goesOn):
	}
}

// inForeground reports whether the terminal is ours to set.
func inForeground() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// askToStop is Ctrl-Z, which a terminal in raw mode does not turn into a signal.
func (p *pump) askToStop() {
	select {
	case p.jobs <- syscall.SIGTSTP:
	default:
	}
}
