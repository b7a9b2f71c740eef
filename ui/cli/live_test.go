package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
)

// session runs a live session in this process, with the script beside it, and
// returns what it wrote, the capture's path and its error.
func liveSession(t *testing.T, to target, change func(*liveFlags), script func(context.Context, *live) error) (string, string, error) {
	t.Helper()
	unheard(t)
	file := filepath.Join(t.TempDir(), "live.pcapng")
	flags := &liveFlags{
		listen: []string{"127.0.0.1:0"}, write: file, budget: 64 << 20, drain: 2 * time.Second,
		dial: time.Second, half: time.Minute, most: 10, output: outputFlags{format: formatFlag{chosen: asJSONL}}, duration: time.Minute,
	}
	if change != nil {
		change(flags)
	}
	log, err := newEventLog(filepath.Join(t.TempDir(), "log"), "debug")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.file.Close() })
	var out bytes.Buffer
	l := &live{flags: flags, to: to, hints: func(*proxy.Server) []string { return nil }, log: log, stdout: &out}
	if err := l.prepare(); err != nil {
		return "", file, err
	}
	over := errors.New("the script is over")
	code, err := l.run(func(ctx context.Context, l *live) error {
		if err := script(ctx, l); err != nil {
			return err
		}
		return over
	})
	return out.String(), file, l.verdict(code, err)
}

// builtInTarget starts the built-in server for a test.
func builtInTarget(t *testing.T) target {
	t.Helper()
	log, err := newEventLog(os.DevNull, "error")
	if err != nil {
		t.Fatal(err)
	}
	o, err := startBuiltIn(log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.stop(); log.file.Close() })
	return o.target()
}

// watch plays the test stream until n frames have come.
func watch(ctx context.Context, l *live, n int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	seen := 0
	_, err := endpoint.Play(ctx, l.server.Addrs()[0].String(), "demo", "clock", endpoint.Options{OnMessage: func(endpoint.Message) {
		if seen++; seen == n {
			stop()
		}
	}})
	return err
}

// reopened writes the rows of a file as log does.
func reopened(t *testing.T, file string) string {
	t.Helper()
	var out bytes.Buffer
	if err := logFile(file, &inputFlags{}, lint.Config{}, export.NewJSONL(&out, export.Options{}), &sessionsFlag{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Invariant 5: the rows of a live session equal those of its file.
func TestInvariantLiveIsReopened(t *testing.T) {
	rows, file, _ := liveSession(t, builtInTarget(t), nil, func(ctx context.Context, l *live) error {
		if err := watch(ctx, l, 40); err != nil {
			return err
		}
		_, err := endpoint.Publish(ctx, l.server.Addrs()[0].String(), "live", "a-name", &first{endpoint.NewClock(), 30}, endpoint.Options{Unpaced: true})
		return err
	})
	if again := reopened(t, file); rows != again {
		t.Fatalf("live:\n%s\nreopened:\n%s", rows, again)
	}
	for _, want := range []string{`"command":"play"`, `"command":"publish"`, `"code":"NetStream.Publish.Start"`, `"kind":"closed"`} {
		if !strings.Contains(rows, want) {
			t.Errorf("no row with %s", want)
		}
	}
}

// first ends a source after n messages.
type first struct {
	endpoint.Source
	n int
}

func (f *first) Next() (endpoint.Message, error) {
	if f.n--; f.n < 0 {
		return endpoint.Message{}, io.EOF
	}
	return f.Source.Next()
}

func TestSecretsAreMaskedUnlessAskedFor(t *testing.T) {
	const key = "a-very-secret-key"
	publish := func(ctx context.Context, l *live) error {
		_, err := endpoint.Publish(ctx, l.server.Addrs()[0].String(), "live", key, &first{endpoint.NewClock(), 5}, endpoint.Options{Unpaced: true})
		return err
	}
	to := builtInTarget(t)
	if rows, _, _ := liveSession(t, to, nil, publish); strings.Contains(rows, key) {
		t.Error("the stream key shows")
	}
	show := func(f *liveFlags) { f.output.secrets = true }
	if rows, _, _ := liveSession(t, to, show, publish); !strings.Contains(rows, key) {
		t.Error("--show-secrets does not show the stream key")
	}
}

func TestUnreachableUpstream(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	rows, _, err := liveSession(t, target{address: addr}, nil, func(ctx context.Context, l *live) error {
		c, err := net.Dial("tcp", l.server.Addrs()[0].String())
		if err == nil {
			c.Read(make([]byte, 1)) // the reset is what is waited for
			c.Close()
		}
		return nil
	})
	if code := exitCode(err); code != exitUnreachable {
		t.Errorf("exit code %d: %v", code, err)
	}
	if !strings.Contains(rows, "connection refused") {
		t.Errorf("no row says why:\n%s", rows)
	}
}

func TestNoSuchHostIsKnownAtTheStart(t *testing.T) {
	_, file, err := liveSession(t, target{address: "no-such-host.invalid:1935"}, nil, nil)
	if code := exitCode(err); code != exitUnreachable {
		t.Errorf("exit code %d: %v", code, err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a capture was made for nothing")
	}
}

// exitCode is the code that Main would return.
func exitCode(err error) int {
	var coded *exitError
	if errors.As(err, &coded) {
		return coded.code
	}
	if err != nil {
		return exitUsage
	}
	return exitOK
}

func TestRowsAreValidJSON(t *testing.T) {
	rows, _, _ := liveSession(t, builtInTarget(t), nil, func(ctx context.Context, l *live) error { return watch(ctx, l, 5) })
	for i, line := range strings.Split(strings.TrimSpace(rows), "\n") {
		var row struct {
			Row     int
			Session int
			Kind    string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Row != i+1 || row.Session != 1 || row.Kind == "" {
			t.Fatalf("line %d: %v: %s", i+1, err, line)
		}
	}
}

// A server that closes, and answers what still comes with a reset, has ended the
// connection: its recording does not leave it open.
func TestAResetAfterTheServerHasClosedIsRecorded(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.ReadFull(c, make([]byte, 1)) // the client sends it
			c.Close()
		}
	}()
	rows, file, _ := liveSession(t, target{address: l.Addr().String()}, nil, func(_ context.Context, l *live) error {
		c, err := net.Dial("tcp", l.server.Addrs()[0].String())
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err = c.Write([]byte{3}); err != nil {
			return err
		}
		if _, err = c.Read(make([]byte, 1)); err != io.EOF {
			return err // the server has closed when its FIN comes through
		}
		for err = nil; err == nil; time.Sleep(time.Millisecond) {
			_, err = c.Write([]byte{0})
		}
		return nil
	})
	if !strings.Contains(rows, "the server closed its side (FIN)") || !strings.Contains(rows, "the server reset the connection (RST)") {
		t.Errorf("%s", rows)
	}
	if again := reopened(t, file); again != rows {
		t.Errorf("reopened:\n%s\nlive:\n%s", again, rows)
	}
}
