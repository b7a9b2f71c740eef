package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/test/terminal"
)

// patience bounds each wait.
const patience = 5 * time.Minute

// measure opens a capture on a terminal of 120 by 40 and prints how long a person
// waits for what. Times end when the frame has been written and understood.
func measure(program, capture string) error {
	m := &measuring{began: time.Now()}
	cmd := exec.Command(program, "open", capture)
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME=/nonexistent")
	var err error
	if m.Terminal, err = terminal.Start(cmd, 120, 40, nil); err != nil {
		return err
	}
	defer m.Kill()
	steps := []func() error{m.opening, m.keys, m.run, m.filter, m.memory}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("%w:\n%s", err, m.Text())
		}
	}
	return nil
}

type measuring struct {
	*terminal.Terminal
	began time.Time
}

// until waits for the screen and says how long that took.
func (m *measuring) until(what string, wanted func(text string) bool) (time.Duration, error) {
	began := time.Now()
	if !m.Await(patience, func(s *terminal.Screen) bool { return wanted(s.String()) }) {
		return 0, fmt.Errorf("no %s", what)
	}
	return time.Since(began), nil
}

func row(what string, format string, args ...any) {
	fmt.Printf("| %s | "+format+" |\n", append([]any{what}, args...)...)
}

func (m *measuring) opening() error {
	first, err := m.until("first rows", func(t string) bool { return strings.Contains(t, "connect") })
	if err != nil {
		return err
	}
	row("first rows on the screen", "%d ms", first.Milliseconds())
	if _, err := m.until("end of the capture", func(t string) bool {
		return time.Since(m.began) > time.Second && !strings.Contains(t, "reading")
	}); err != nil {
		return err
	}
	row("all of it read", "%.1f s, of which processor %.1f s", time.Since(m.began).Seconds(), m.processor())
	return nil
}

// processor is the processor time in seconds that the program has used, 0 when it
// cannot be read. On a busy machine it says more than a clock.
func (m *measuring) processor() float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.Cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	var user, kernel float64
	fmt.Sscan(fields[12], &user)   //nolint:errcheck // proc(5) has numbers there
	fmt.Sscan(fields[13], &kernel) //nolint:errcheck // proc(5) has numbers there
	return (user + kernel) / 100   // USER_HZ
}

// press presses a key and says how long it takes until the screen is another.
func (m *measuring) press(key string) (time.Duration, error) {
	before := m.Text()
	began := time.Now()
	if err := m.Press(key); err != nil {
		return 0, err
	}
	_, err := m.until("answer to "+key, func(t string) bool { return t != before })
	return time.Since(began), err
}

// keys presses each of the usual keys that move, in turn.
func (m *measuring) keys() error {
	var all []time.Duration
	for range 50 {
		for _, key := range []string{"G", "k", "PgUp", "g", "j", "PgDn", "]"} {
			d, err := m.press(key)
			if err != nil {
				return err
			}
			all = append(all, d)
		}
	}
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	row("key press to frame: median, 95 of 100, worst", "%.1f ms, %.1f ms, %.1f ms", ms(all[len(all)/2]), ms(all[len(all)*95/100]), ms(all[len(all)-1]))
	return nil
}

// run opens the last run of media.
func (m *measuring) run() error {
	if _, err := m.press("G"); err != nil {
		return err
	}
	for !strings.Contains(selected(m.Text()), "▸") {
		if _, err := m.press("k"); err != nil {
			return err
		}
	}
	count := regexp.MustCompile(`▸ *\d+`).FindString(selected(m.Text()))
	d, err := m.press("Enter")
	row("a run of media is opened ("+count+" …)", "%d ms", d.Milliseconds())
	return err
}

// selected is the line of the timeline that is selected.
func selected(text string) (line string) {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, "▌") {
			line = l
		}
	}
	return line
}

func (m *measuring) filter() error {
	for _, filter := range []string{"~video", `length > 90`, `"onStatus"`} {
		if err := m.Press("f", "Ctrl-U", filter); err != nil {
			return err
		}
		if _, err := m.until("the question", func(t string) bool { return strings.Contains(t, "filter: "+filter) }); err != nil {
			return err
		}
		began, used := time.Now(), m.processor()
		if err := m.Press("Enter"); err != nil {
			return err
		}
		if _, err := m.until("all that the filter selects", func(t string) bool {
			return strings.Contains(t, "FILTER "+filter) && !strings.Contains(t, "filtering") && !strings.Contains(t, "reading")
		}); err != nil {
			return err
		}
		row("all rows filtered by `"+filter+"`", "%.1f s, of which processor %.2f s", time.Since(began).Seconds(), m.processor()-used)
	}
	return nil
}

func (m *measuring) memory() error {
	row("peak resident memory", "%.0f MB", m.status("VmHWM:")/1e6)
	return nil
}

// status is a figure in bytes of what the system knows of the program, 0 when it cannot be
// read.
func (m *measuring) status(name string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.Cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var kib float64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			fmt.Sscan(rest, &kib) //nolint:errcheck // proc(5) has a number there
		}
	}
	return kib * 1024
}
