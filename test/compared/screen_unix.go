//go:build unix

package main

import (
	"os/exec"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// onTerminal starts a program on a terminal of 120 by 40.
func onTerminal(c *exec.Cmd) (stop func(), err error) {
	t, err := terminal.Start(c, 120, 40, nil)
	if err != nil {
		return nil, err
	}
	return func() {
		t.Kill()
		<-t.Exited
	}, nil
}
