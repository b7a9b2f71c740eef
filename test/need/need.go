// Package need is what tests of several packages need of the world around them:
// other programs, certificates, servers that say nothing, and patience. Only
// tests import it.
//
// A test that needs a program which is not installed is skipped and says so; with
// RTMPSCOPE_PEERS=required in the environment, as in .ci/run, it fails instead.
// With -short it is skipped in any case: short tests start no other programs.
package need

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"math/big"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// Patience bounds every wait for something that must happen. It is long because
// the machine may be busy; no test asserts that something is fast.
const Patience = 60 * time.Second

// pause is how long Until waits between two looks.
const pause = 5 * time.Millisecond

// Until waits until a condition holds, and ends the test when it never does.
// what completes the sentence "waited in vain until …".
func Until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !condition(); time.Sleep(pause) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// Overlap lets at least n parallel tests run at once, more than there are
// processors, in packages whose tests wait for other programs. TestMain calls it.
func Overlap(n int) {
	flag.Parse()
	_ = flag.Set("test.parallel", strconv.Itoa(max(n, runtime.GOMAXPROCS(0)))) // a number is always taken
}

// Program returns the path of an installed program, or ends the test. Of several
// names for the same program, the first that is installed counts.
func Program(t testing.TB, names ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skipf("%s: no other programs with -short", names[0])
	}
	for _, name := range names {
		// Servers stand where only root looks.
		for _, candidate := range []string{name, "/usr/sbin/" + name} {
			if file, err := exec.LookPath(candidate); err == nil {
				return file
			}
		}
	}
	Missing(t, "%s is not installed", names[0])
	return ""
}

// Missing ends a test for want of something: it skips the test, or fails it when
// everything is required. The words say what is missing.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("RTMPSCOPE_PEERS") == "required" {
		t.Fatalf(format+", and RTMPSCOPE_PEERS=required", args...)
	}
	t.Skipf(format, args...)
}

// Certificate makes a certificate for a host that nobody trusts, because it is
// signed by itself. It is valid for an hour.
func Certificate(t testing.TB, host string) tls.Certificate {
	t.Helper()
	return CertificateUntil(t, host, time.Now().Add(time.Hour))
}

// CertificateUntil makes one that ends, or has ended, at a time, after two days.
func CertificateUntil(t testing.TB, host string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		DNSNames: []string{host},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Server accepts connections on a port of this machine until the test ends, and
// gives each to serve in a goroutine of its own. It closes them when serve
// returns or the test ends.
func Server(t testing.TB, serve func(*net.TCPConn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { close(done); _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go attend(conn.(*net.TCPConn), serve, done)
		}
	}()
	return l.Addr().String()
}

// attend serves one connection and closes it in any case.
func attend(conn *net.TCPConn, serve func(*net.TCPConn), done <-chan struct{}) {
	served := make(chan struct{})
	go func() {
		defer close(served)
		serve(conn)
	}()
	select {
	case <-served:
	case <-done:
	}
	_ = conn.Close() // it may be closed already
}

// Silent is a server that accepts connections and says nothing until the test
// ends. It reads nothing either.
func Silent(t testing.TB) (address string) {
	t.Helper()
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return Server(t, func(*net.TCPConn) { <-done })
}

// Free returns an address whose port was free a moment ago, for a server that has to be
// told one: where it can say on which port it listens, it is told port 0. For a
// refused connection there is [Nobody].
func Free(t testing.TB) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
