//go:build unix

package peers

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// selfSigned writes a certificate for localhost that ends at a time, and its key behind
// it, to a file, as HAProxy wants to have it.
func selfSigned(t *testing.T, until time.Time) string {
	t.Helper()
	pair := need.CertificateUntil(t, "localhost", until)
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "server.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// takesTLSOff starts HAProxy with a certificate in front of a server, and returns its port.
func takesTLSOff(t *testing.T, certificate, server string) (port string) {
	t.Helper()
	at := need.Free(t)
	config := filepath.Join(t.TempDir(), "haproxy.cfg")
	text := fmt.Sprintf("defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\nlisten tls\n  bind %s ssl crt %s\n  server s %s\n", at, certificate, server)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, need.Program(t, "haproxy"), "-db", "-f", config)
	listens(t, at)
	_, port, _ = net.SplitHostPort(at)
	return port
}

// overTLS starts the program with TLS on both legs, with an authority of its own.
func overTLS(t *testing.T, port string, more ...string) *scope {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	file := filepath.Join(t.TempDir(), "live.pcapng")
	p := rtmpscope(t, append([]string{"proxy", "-l", "auto://127.0.0.1:0", "-w", file, "--jsonl", "rtmps://localhost:" + port + "/live"}, more...)...)
	return &scope{process: p, addr: p.await(&p.stderr, `listening on (127\.0\.0\.1:\d+)`)[1], file: file}
}

// TestPeersRTMPS: FFmpeg, which checks our certificate, publishes over TLS through the
// program to HAProxy, which takes TLS off before nginx-rtmp; then the same without TLS
// on its own leg, through the same port. What TLS was is told of both legs, live as in
// the recording, in which tshark reads RTMP.
func TestPeersRTMPS(t *testing.T) {
	s, certificate := nginx(t), selfSigned(t, time.Now().Add(24*time.Hour))
	behind := takesTLSOff(t, certificate, s.addr)
	p := overTLS(t, behind, "--upstream-ca", certificate)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(trusted, []byte(rtmpscope(t, "ca", "--pem").succeeds().stdout.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(p.addr)
	client(t, "ffmpeg", "-nostdin -v error -i %s -c copy -f flv -tls_verify 1 -ca_file %s rtmps://localhost:%s/live/secured", media(t), trusted, port).succeeds()
	client(t, "ffmpeg", "-nostdin -v error -i %s -c copy -f flv rtmp://localhost:%s/live/plain", media(t), port).succeeds()
	p.await(&p.stdout, `"session":2,[^\n]*"kind":"closed"`)
	p.interrupt()
	live := p.stdout.String()
	sameLines(t, live, rtmpscope(t, "log", p.file, "--jsonl").succeeds().stdout.String())
	for _, want := range []struct {
		text  string
		times int
	}{
		{`"kind":"tls","from":"server"`, 2}, {`"kind":"tls","from":"client"`, 1}, {`"server.tls.verified":"ok"`, 2}, {`"server.tls.name":"localhost"`, 2},
		{`"client.tls.name":"localhost"`, 1}, {`"command":"publish"`, 2}, {`NetStream.Publish.Start`, 2},
	} {
		if n := strings.Count(live, want.text); n < want.times || want.times < 2 && n != want.times {
			t.Errorf("%s stands %d times in the rows, want %d", want.text, n, want.times)
		}
	}
	if read := client(t, "tshark", "-r %s -d tcp.port==%s,rtmpt -T fields -e amf.string", p.file, behind).succeeds().stdout.String(); !strings.Contains(read, "secured") {
		t.Errorf("tshark reads no RTMP in the recording:\n%s", tail(read))
	}
}

// TestPeersRTMPSRefused: a certificate that has expired is named, on the server's leg,
// before the client is answered, live as in the recording; with --insecure it is
// relayed and named all the same.
func TestPeersRTMPSRefused(t *testing.T) {
	s, certificate := nginx(t), selfSigned(t, time.Now().Add(-time.Hour))
	port := takesTLSOff(t, certificate, s.addr)
	refused := overTLS(t, port, "--upstream-ca", certificate)
	publishOver := func(p *scope) *process {
		return client(t, "ffmpeg", "-nostdin -v error -i %s -c copy -f flv rtmps://%s/live/secured", media(t), p.addr)
	}
	if code := publishOver(refused).wait(); code == 0 {
		t.Error("FFmpeg published to a server that was not reached")
	}
	refused.await(&refused.stdout, `"rule":"tls-upstream-cert"`)
	refused.signal(syscall.SIGINT)
	if code := refused.wait(); code != 4 {
		t.Errorf("exit code %d of a relay that never reached its upstream, want 4", code)
	}
	check := rtmpscope(t, "check", refused.file)
	if code := check.wait(); code != 3 || !strings.Contains(check.stdout.String(), "the certificate has expired") {
		t.Errorf("check exits with %d:\n%s", code, check.stdout.String())
	}
	sameLines(t, refused.stdout.String(), rtmpscope(t, "log", refused.file, "--jsonl").succeeds().stdout.String())
	insecure := overTLS(t, port, "--insecure")
	publishOver(insecure).succeeds()
	insecure.await(&insecure.stdout, `"rule":"tls-cert-unchecked"`)
	insecure.interrupt()
}
