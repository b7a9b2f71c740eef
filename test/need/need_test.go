package need

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// verdict notes how a test would have ended.
type verdict struct {
	testing.TB
	ended string
}

func (v *verdict) Helper()               {}
func (v *verdict) Fatalf(string, ...any) { v.ended = "failed"; panic(v) }
func (v *verdict) Skipf(string, ...any)  { v.ended = "skipped"; panic(v) }

// end runs what a test would do and says how it ended.
func end(t *testing.T, f func(testing.TB)) string {
	v := &verdict{TB: t}
	func() {
		defer func() {
			if r := recover(); r != nil && r != any(v) {
				panic(r)
			}
		}()
		f(v)
	}()
	return v.ended
}

func TestProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("it is skipped with -short")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "second.exe"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	for _, c := range []struct {
		peers, want string
		names       []string
	}{
		{"", "skipped", []string{"no-such-program"}},
		{"required", "failed", []string{"no-such-program"}},
		{"required", "", []string{"no-such-program", "second.exe"}},
		{"", "", []string{"second.exe"}},
	} {
		t.Setenv("RTMPSCOPE_PEERS", c.peers)
		var path string
		if got := end(t, func(tb testing.TB) { path = Program(tb, c.names...) }); got != c.want {
			t.Errorf("%v with %q: %q, want %q", c.names, c.peers, got, c.want)
		}
		if c.want == "" && filepath.Base(path) != "second.exe" {
			t.Errorf("%v is %q", c.names, path)
		}
	}
}

func TestCertificate(t *testing.T) {
	made := Certificate(t, "live.example.com")
	read, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if read.VerifyHostname("live.example.com") != nil || read.VerifyHostname("example.com") == nil {
		t.Errorf("names %v", read.DNSNames)
	}
	roots := x509.NewCertPool()
	if _, err := read.Verify(x509.VerifyOptions{Roots: roots}); err == nil {
		t.Error("somebody trusts it")
	}
	roots.AddCert(read)
	if _, err := read.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
		t.Errorf("who knows it does not trust it: %v", err)
	}
}

// TestSilentSaysNothing: a silent server accepts, and closes when its test ends
// and not before.
func TestSilentSaysNothing(t *testing.T) {
	var conn net.Conn
	t.Run("inner", func(t *testing.T) {
		var err error
		if conn, err = net.Dial("tcp", Silent(t)); err != nil {
			t.Fatal(err)
		}
		conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v", err)
		}
	})
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(Patience))
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the test has ended, and the read gives %v", err)
	}
	if _, err := net.Dial("tcp", conn.RemoteAddr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the test has ended, and somebody listens: %v", err)
	}
}

func TestServerGivesConnections(t *testing.T) {
	conn, err := net.Dial("tcp", Server(t, func(c *net.TCPConn) { io.WriteString(c, "hello") }))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got, err := io.ReadAll(conn); err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNobodyListens(t *testing.T) {
	if _, err := net.Dial("tcp", Nobody(t)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dialed: %v", err)
	}
}

// TestNobodyKeepsItsPort: as long as the test lasts, nobody else can listen there.
func TestNobodyKeepsItsPort(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the port is free there")
	}
	if l, err := net.Listen("tcp", Nobody(t)); err == nil {
		l.Close()
		t.Error("somebody listens where nobody should")
	}
	if Free(t) == Nobody(t) {
		t.Error("a port that is taken is said to be free")
	}
}
