package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// mostOfPast is how many bytes of memory a session may cost that is long past: 100,000 are
// 60 MB.
const mostOfPast = 600

// past opens captures of few and of many clients that came and went on a terminal, and
// says what the others cost. It fails when that is too much.
func past(program string, clients int) error {
	dir, err := os.MkdirTemp("", "rtmpscope-scale-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is temporary
	few := clients / 10
	var memory, processor [2]float64
	for i, n := range []int{few, clients} {
		path := filepath.Join(dir, fmt.Sprintf("%d.pcapng", n))
		if err := writePast(path, n); err != nil {
			return err
		}
		if memory[i], processor[i], err = opened(program, path, n); err != nil {
			return err
		}
		row(fmt.Sprintf("%d past sessions: memory; processor in 10 s of looking at them", n), "%.1f MB; %.2f s", memory[i]/1e6, processor[i])
	}
	each := (memory[1] - memory[0]) / float64(clients-few)
	row("each of the others", "%.0f bytes", each)
	if each > mostOfPast {
		return fmt.Errorf("more than %d", mostOfPast)
	}
	return nil
}

// opened opens a capture, waits until all of it is listed, and returns how much memory the
// program has then, and how much processor time it takes while nothing happens.
func opened(program, path string, sessions int) (memory, processor float64, err error) {
	m := &measuring{began: time.Now()}
	cmd := exec.Command(program, "open", path)
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME=/nonexistent", "GOGC=25")
	if m.Terminal, err = terminal.Start(cmd, 120, 40, nil); err != nil {
		return 0, 0, err
	}
	defer m.Kill()
	all := fmt.Sprintf("%d sessions", sessions)
	if _, err := m.until(all, func(t string) bool { return strings.Contains(t, all) && !strings.Contains(t, "reading") }); err != nil {
		return 0, 0, fmt.Errorf("%w:\n%s", err, m.Text())
	}
	began := m.processor()
	time.Sleep(10 * time.Second)
	return m.status("VmRSS:"), m.processor() - began, nil
}
