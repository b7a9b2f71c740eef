package lint

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestTunnelsThatStayOpen: what ends a NetConnection, and what does not.
func TestTunnelsThatStayOpen(t *testing.T) {
	refused := script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", "no"))
	never := "the client has asked for nothing for 30 s, and never for /close"
	for name, c := range map[string]struct {
		x    script.Example
		want []string
	}{
		"silence after close":           {script.Example{script.Poll, script.Watching, hangUp, script.Silence(31 * time.Second)}, []string{"NetConnection ended 30 s ago and the client has not asked for /close; it has polled 0 times since"}},
		"the server refused":            {script.Example{script.Poll, script.Hi, script.ConnectTo("live", script.LiveURL), refused, polls(61)}, []string{"NetConnection ended 30 s ago and the client has not asked for /close; it has polled 60 times since"}},
		"refused, and closed":           {script.Example{script.Poll, script.Hi, script.ConnectTo("live", script.LiveURL), refused, polls(2), script.Fin(client), script.Silence(time.Minute)}, nil},
		"walked away":                   {script.Example{script.Poll, script.Watching, script.Silence(31 * time.Second)}, []string{never}},
		"walked away after polls":       {script.Example{script.Poll, script.Connected, polls(90), script.Silence(31 * time.Second)}, []string{never}},
		"polls and nothing else":        {script.Example{script.Poll, script.Watching, polls(200)}, nil},
		"a publisher that never polls":  {script.Example{script.Poll, script.Publishing, script.Headers(client), script.Frames(client, 0, 1500)}, nil},
		"not in a tunnel":               {script.Example{script.Watching, hangUp, script.Silence(40 * time.Second)}, nil},
		"the capture ends before":       {script.Example{script.Poll, script.Watching, hangUp, polls(20)}, nil},
		"a part of it was not captured": {script.Example{script.Poll, script.Watching, script.Gap(client, 9), hangUp, polls(70)}, nil},
	} {
		found, _ := judged(c.x, Config{})
		if diff := cmp.Diff(c.want, wordsFor(found, "rtmpt-no-close")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func wordsFor(found []session.Finding, rule string) (out []string) {
	for _, f := range found {
		if f.Rule == rule {
			out = append(out, f.Summary.Show(false))
		}
	}
	return out
}

// said is a write of one side.
type said struct {
	from decode.Direction
	data []byte
}

// noting is one end of a connection, on which everything written is noted.
type noting struct {
	net.Conn
	from decode.Direction
	mu   *sync.Mutex
	all  *[]said
}

func (c noting) Write(p []byte) (int, error) {
	c.mu.Lock()
	*c.all = append(*c.all, said{c.from, slices.Clone(p)})
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// quarrel is what both sides of a real TLS handshake say when the client, or the
// server, does not trust its peer's certificate; trusting is a good end.
func quarrel(t *testing.T, version uint16, whom string) (all []said) {
	t.Helper()
	var mu sync.Mutex
	a, b := net.Pipe()
	c := &tls.Config{MinVersion: version, MaxVersion: version, ServerName: "live.example.com", RootCAs: x509.NewCertPool(), InsecureSkipVerify: whom != "server"}
	s := &tls.Config{Certificates: []tls.Certificate{need.Certificate(t, "live.example.com")}}
	if whom == "client" {
		c.Certificates = []tls.Certificate{need.Certificate(t, "live.example.com")}
		s.ClientAuth, s.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer b.Close()
		tls.Server(noting{b, server, &mu, &all}, s).Handshake() // what it says on the wire is looked at
	}()
	conn := tls.Client(noting{a, client, &mu, &all}, c)
	if conn.Handshake() == nil {
		conn.Read(make([]byte, 1)) // as above
	}
	a.Close()
	<-done
	return all
}

// overheard judges what was said, each write cut into pieces of n bytes.
func overheard(all []said, n int) ([]session.Finding, *Judge) {
	var x script.Example
	for _, one := range all {
		for p := range slices.Chunk(one.data, n) {
			x = append(x, script.Raw(one.from, p...))
		}
	}
	return judged(append(x, script.Fin(client), script.Fin(server)), Config{})
}

// TestRealCertificatesAreRejected: TLS 1.2 says so in clear, TLS 1.3 does not.
func TestRealCertificatesAreRejected(t *testing.T) {
	dark := Unjudged{"tls-cert-rejected", "the alerts of this TLS connection are encrypted, and there is no key log"}
	for name, c := range map[string]struct {
		version uint16
		whom    string
		want    []string
		dark    bool
	}{
		"1.2, the server's": {tls.VersionTLS12, "server", []string{"the client rejected the server's certificate: TLS alert 42, bad_certificate"}, false},
		"1.2, the client's": {tls.VersionTLS12, "client", []string{"the server rejected the client's certificate: TLS alert 48, unknown_ca"}, false},
		"1.2, neither":      {tls.VersionTLS12, "", nil, true},
		"1.3, the server's": {tls.VersionTLS13, "server", nil, true},
		"1.3, the client's": {tls.VersionTLS13, "client", nil, true},
	} {
		all := quarrel(t, c.version, c.whom)
		for _, n := range []int{1, 7, 1 << 14} {
			found, j := overheard(all, n)
			if diff := cmp.Diff(c.want, wordsFor(found, "tls-cert-rejected")); diff != "" {
				t.Errorf("%s, %d bytes at a time: %s", name, n, diff)
			}
			if got := slices.Contains(j.Unjudged(1), dark); got != c.dark {
				t.Errorf("%s: %v in %q", name, got, j.Unjudged(1))
			}
			if wrong := wordsFor(found, "tls-on-plain-port"); wrong != nil {
				t.Errorf("%s: both sides speak TLS: %q", name, wrong)
			}
		}
	}
}

// TestRejectedBeforeAByte: what a key log opened explains why nothing was said.
func TestRejectedBeforeAByte(t *testing.T) {
	var found []session.Finding
	tl := session.New(session.Options{Judge: New(Config{}), OnEntry: func(e *session.Entry) {
		if e.Kind == session.Found {
			found = append(found, *e.Finding)
		}
	}})
	tl.Open(session.Connection{ID: 1, At: began, Client: "10.0.0.1:50000", Server: "10.0.0.2:443"})
	tl.Outer(1, client, began.Add(time.Millisecond), session.Around{Alert: 44})
	tl.Close(1, client, began.Add(2*time.Millisecond), session.End{})
	tl.Close(1, server, began.Add(3*time.Millisecond), session.End{})
	tl.Finish()
	if len(found) != 1 || found[0].Rule != "tls-cert-rejected" || found[0].Brief != "certificate rejected: certificate_revoked" {
		t.Error(all(found))
	}
}

// TestAlertsThatRejectNothing: other alerts, and bytes that only look like one.
func TestAlertsThatRejectNothing(t *testing.T) {
	alert := record(0x15, 2, 48)
	for name, x := range map[string]script.Example{
		"illegal_parameter":  {hellos, script.Raw(client, record(0x15, 2, 47)...)},
		"an encrypted alert": {hellos, script.Raw(client, record(0x14, 1)...), script.Raw(client, record(0x15, make([]byte, 26)...)...), script.Raw(client, alert...)},
		"inside a handshake": {hellos, script.Raw(client, record(0x16, append([]byte{11, 0, 0, 7}, alert...)...)...)},
		"after a gap":        {hellos, script.Gap(client, 3), script.Raw(client, alert...)},
		"in RTMP":            {script.Hi, script.Raw(client, alert...)},
	} {
		found, _ := judged(x, Config{})
		if got := wordsFor(found, "tls-cert-rejected"); got != nil {
			t.Errorf("%s: %s", name, strings.Join(got, "; "))
		}
	}
}
