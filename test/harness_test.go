//go:build unix

package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// patience bounds every wait in this package.
const patience = need.Patience

// parallel is how many tests run at once at least: most of them wait for other
// programs.
const parallel = 4

// shared holds what is made once for all tests: the program and the media file.
var shared struct {
	dir     string
	program func() (string, error)
	media   func() (string, error)
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "rtmpscope-peers-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared.dir = dir
	shared.program = sync.OnceValues(buildProgram)
	shared.media = sync.OnceValues(makeMedia)
	need.Overlap(parallel)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// buildProgram compiles the program, with the race detector when the tests run
// with it: a data race then ends the program with exit code 66. A program that
// is already built, such as a release, is taken from RTMPSCOPE_PROGRAM.
func buildProgram() (string, error) {
	if built := os.Getenv("RTMPSCOPE_PROGRAM"); built != "" {
		return built, nil
	}
	file := filepath.Join(shared.dir, "rtmpscope")
	args := []string{"build", "-o", file}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "..")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
}

// process is a started program. Its standard output and error are kept apart.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr output
	exited         chan struct{}
}

// output collects what a program writes and may be read while it does.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs a program in a process group of its own and kills what is left of
// it when the test ends.
func start(t *testing.T, file string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(file, args...), exited: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", filepath.Base(file), err)
	}
	go func() {
		_ = p.cmd.Wait() // the code is read from ProcessState
		close(p.exited)
	}()
	t.Cleanup(p.end)
	return p
}

func (p *process) end() {
	select {
	case <-p.exited:
	default:
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.exited
	}
	if p.t.Failed() {
		p.t.Logf("%v\nstdout: %s\nstderr: %s", p.cmd.Args, tail(p.stdout.String()), tail(p.stderr.String()))
	}
}

func tail(s string) string {
	const keep = 2000
	if len(s) > keep {
		return "… " + s[len(s)-keep:]
	}
	return s
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("signal %v: %v", s, err)
	}
}

// wait returns the exit code, or -1 for a program that a signal killed.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("%s did not end", filepath.Base(p.cmd.Path))
		return -1
	}
}

// succeeds waits for exit code 0.
func (p *process) succeeds() *process {
	p.t.Helper()
	if code := p.wait(); code != 0 {
		p.t.Fatalf("%s: exit code %d, want 0", filepath.Base(p.cmd.Path), code)
	}
	return p
}

// await waits until out matches and returns the submatches.
func (p *process) await(out *output, pattern string) []string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	var found []string
	need.Until(p.t, fmt.Sprintf("%s prints %q", filepath.Base(p.cmd.Path), pattern), func() bool {
		found = re.FindStringSubmatch(out.String())
		select {
		case <-p.exited:
			return true
		default:
			return found != nil
		}
	})
	if found == nil {
		p.t.Fatalf("%s ended without printing %q", filepath.Base(p.cmd.Path), pattern)
	}
	return found
}

// listens waits until somebody accepts connections at addr.
func listens(t *testing.T, addr string) {
	t.Helper()
	need.Until(t, "somebody listens on "+addr, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}
