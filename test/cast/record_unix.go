//go:build linux || darwin

package main

import (
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// record runs a program in a terminal, presses the keys, and saves what came
// until the last of them has been waited for; then the program is ended.
func record(out, size, title string, keys, command []string) error {
	w, h, err := parseSize(size)
	if err != nil {
		return err
	}
	c, err := newCast(w, h, title)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	over := false
	t, err := terminal.Start(exec.Command(command[0], command[1:]...), w, h, func(p []byte) {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			c.output(p)
		}
	})
	if err != nil {
		return err
	}
	defer t.Kill()
	if err := press(t, keys); err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	over = true
	return c.write(out)
}

func press(t *terminal.Terminal, keys []string) error {
	for _, k := range keys {
		if s, wait := strings.CutPrefix(k, "wait:"); wait {
			seconds, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return err
			}
			time.Sleep(time.Duration(seconds * float64(time.Second)))
			continue
		}
		if err := t.Press(k); err != nil {
			return err
		}
	}
	return nil
}
