//go:build linux || darwin

package terminal

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// shell runs a script on a terminal of 20 by 4 cells.
func shell(t *testing.T, script string) *Terminal {
	t.Helper()
	term, err := Start(exec.Command("/bin/sh", "-c", script), 20, 4, nil)
	if err != nil {
		need.Missing(t, "no terminal: %v", err)
	}
	t.Cleanup(term.Kill)
	return term
}

func awaits(t *testing.T, term *Terminal, words string) {
	t.Helper()
	if !term.Await(need.Patience, func(s *Screen) bool { return strings.Contains(s.String(), words) }) {
		t.Fatalf("waited in vain for %q:\n%s", words, term.Text())
	}
}

// TestTerminalIsOne: the program has a terminal of the size that was asked for,
// gets what is pressed, and is told of a new size.
func TestTerminalIsOne(t *testing.T) {
	term := shell(t, `trap 'stty size' WINCH; stty size; read line; echo "got $line"; while :; do sleep 0.05; done`)
	awaits(t, term, "4 20")
	if cooked, err := term.Cooked(); err != nil || !cooked {
		t.Errorf("cooked %v, %v", cooked, err)
	}
	if err := term.Press("word", "Enter"); err != nil {
		t.Fatal(err)
	}
	awaits(t, term, "got word")
	if err := term.Resize(30, 5); err != nil {
		t.Fatal(err)
	}
	awaits(t, term, "5 30")
	if err := term.Press("Ctrl-C"); err != nil {
		t.Fatal(err)
	}
	<-term.Exited
	if term.Cmd.ProcessState.Success() {
		t.Error("Ctrl-C is no signal")
	}
}

func TestTerminalIsRaw(t *testing.T) {
	term := shell(t, `stty raw -echo; echo ready; sleep 60`)
	awaits(t, term, "ready")
	if cooked, err := term.Cooked(); err != nil || cooked {
		t.Errorf("cooked %v, %v", cooked, err)
	}
}

// TestTerminalHangsUp: who loses the terminal gets SIGHUP, and, where that is
// ignored, an error from reading.
func TestTerminalHangsUp(t *testing.T) {
	term := shell(t, `echo ready; read line`)
	awaits(t, term, "ready")
	if err := term.Hangup(); err != nil {
		t.Fatal(err)
	}
	<-term.Exited
	if term.Cmd.ProcessState.Success() {
		t.Error("it ended as if nothing had been")
	}
	if term.Await(0, func(*Screen) bool { return false }) {
		t.Error("what is never so came true")
	}
}
