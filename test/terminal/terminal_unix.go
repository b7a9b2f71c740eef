//go:build linux || darwin

package terminal

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Terminal is a program on a pseudo-terminal of its own. Its methods may be
// called from any goroutine.
type Terminal struct {
	Cmd    *exec.Cmd
	Exited chan struct{} // closed when the program has ended and all it wrote is shown

	mu      sync.Mutex
	screen  *Screen
	master  *os.File
	changed chan struct{} // closed and made anew with every output
	output  func([]byte)
}

// Start runs a program on a new terminal of a size in cells, as the leader of a
// session, as a shell in a window is. Environment and directory are those of
// cmd; TERM is set. The function output, which may be nil, is given every piece
// that the program writes; the slice is borrowed.
func Start(cmd *exec.Cmd, w, h int, output func([]byte)) (*Terminal, error) {
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORTERM=", "NO_COLOR=", "TCELL_TRUECOLOR=disable")
	opened, err := pty.StartWithSize(cmd, window(w, h))
	if err != nil {
		return nil, fmt.Errorf("no pseudo-terminal: %w", err)
	}
	master, err := closable(opened)
	if err != nil {
		_ = cmd.Process.Kill() // nobody would see what it does
		return nil, err
	}
	t := &Terminal{Cmd: cmd, Exited: make(chan struct{}), screen: NewScreen(w, h), master: master, changed: make(chan struct{}), output: output}
	go t.read()
	return t, nil
}

// control calls do with a file's descriptor. Unlike File.Fd it leaves the file
// such that closing it ends a read.
func control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = do(int(fd)) }); err != nil {
		return err
	}
	return failed
}

// read shows what the program writes until nobody has the terminal open.
func (t *Terminal) read() {
	buf := make([]byte, 1<<16)
	for {
		n, err := t.master.Read(buf)
		if n > 0 {
			t.show(buf[:n])
		}
		if err != nil { // EIO, or EOF on macOS, once the other side is closed
			break
		}
	}
	_ = t.Cmd.Wait() // the code is read from ProcessState
	close(t.Exited)
}

func (t *Terminal) show(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.Write(p) //nolint:errcheck // never fails
	if t.output != nil {
		t.output(p)
	}
	close(t.changed)
	t.changed = make(chan struct{})
}

// Look calls f with the screen, which must not be kept.
func (t *Terminal) Look(f func(*Screen)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(t.screen)
}

// Text is what stands on the screen.
func (t *Terminal) Text() (text string) {
	t.Look(func(s *Screen) { text = s.String() })
	return text
}

// Await waits until the screen is as wanted, and reports whether it came to be
// in that time.
func (t *Terminal) Await(d time.Duration, wanted func(*Screen) bool) bool {
	over := time.After(d)
	exited := t.Exited
	for {
		t.mu.Lock()
		ok, changed := wanted(t.screen), t.changed
		t.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-exited: // look once more
			exited = nil
		case <-over:
			return false
		}
	}
}

// names are the keys that have a name, as xterm sends them.
var names = map[string]string{
	"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "Space": " ", "Backspace": "\x7f",
	"Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC", "Left": "\x1bOD", "PgDn": "\x1b[6~", "PgUp": "\x1b[5~",
	"Ctrl-C": "\x03", "Ctrl-L": "\x0c", "Ctrl-U": "\x15", "Ctrl-Z": "\x1a",
}

// Press presses keys, by name, or types a text.
func (t *Terminal) Press(keys ...string) error {
	for _, k := range keys {
		if bytes, named := names[k]; named {
			k = bytes
		}
		if _, err := t.master.WriteString(k); err != nil {
			return err
		}
	}
	return nil
}

// Resize changes the size of the window; the kernel tells the program.
func (t *Terminal) Resize(w, h int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.Resize(w, h)
	return pty.Setsize(t.master, window(w, h))
}

// closable reopens a terminal that package pty has left in blocking mode, in which
// closing it would not end a read, and the window could not be closed.
func closable(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.Dup(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func window(w, h int) *pty.Winsize { return &pty.Winsize{Cols: uint16(w), Rows: uint16(h)} }

// Cooked reports whether the terminal edits lines, echoes, and turns Ctrl-C into
// a signal, as a shell leaves it to the programs that it starts.
func (t *Terminal) Cooked() (cooked bool, err error) {
	err = control(t.master, func(fd int) error {
		modes, err := unix.IoctlGetTermios(fd, getTermios)
		if err == nil {
			const wanted = unix.ICANON | unix.ECHO | unix.ISIG
			cooked = modes.Lflag&wanted == wanted && modes.Oflag&unix.OPOST != 0
		}
		return err
	})
	return cooked, err
}

// Hangup closes the window, so that the program gets SIGHUP.
func (t *Terminal) Hangup() error { return t.master.Close() }

// Kill ends the program and what it has started, and waits for the end.
func (t *Terminal) Kill() {
	_ = syscall.Kill(-t.Cmd.Process.Pid, syscall.SIGKILL)
	<-t.Exited
}
