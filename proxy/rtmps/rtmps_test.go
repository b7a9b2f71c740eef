package rtmps

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// spy is a tap that keeps how a connection was opened and how it ended.
type spy struct {
	mu     sync.Mutex
	info   proxy.ConnInfo
	bytes  [2]string
	ends   [2]proxy.End
	closed chan proxy.Direction
}

func newSpy() *spy { return &spy{closed: make(chan proxy.Direction, 2)} }

func (s *spy) Opened(_ proxy.ConnID, info proxy.ConnInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.info = info
}

func (s *spy) Data(_ proxy.ConnID, dir proxy.Direction, _ time.Time, b *proxy.Buffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes[dir] += string(b.Bytes())
	b.Release()
}

func (s *spy) Closed(_ proxy.ConnID, dir proxy.Direction, _ time.Time, end proxy.End) {
	s.mu.Lock()
	s.ends[dir] = end
	s.mu.Unlock()
	s.closed <- dir
}

// over waits until both directions have ended.
func (s *spy) over(t *testing.T) (proxy.ConnInfo, [2]proxy.End) {
	t.Helper()
	for range 2 {
		select {
		case <-s.closed:
		case <-time.After(20 * time.Second):
			t.Fatal("the connection did not end")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info, s.ends
}

// relay serves a proxy until the test ends, and returns its address.
func relay(t *testing.T, tap proxy.Tap, l proxy.Listener) string {
	t.Helper()
	s := &proxy.Server{Tap: tap, DrainTimeout: -1}
	l.Address = "127.0.0.1:0"
	if err := s.Listen(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil || <-served != nil {
			t.Error("the relay did not end well")
		}
	})
	return s.Addrs()[0].String()
}

// lab signs certificates that are wrong in one way.
type lab struct {
	key       *ecdsa.PrivateKey
	root, mid *x509.Certificate
	now       time.Time
}

func newLab(t *testing.T) *lab {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{key: key, now: time.Now()}
	l.root = l.sign(t, authority("Test Root"), nil)
	l.mid = l.sign(t, authority("Test Intermediate"), l.root)
	return l
}

func authority(name string) *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
}

func (l *lab) sign(t *testing.T, c, parent *x509.Certificate) *x509.Certificate {
	t.Helper()
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	if c.NotAfter.IsZero() {
		c.NotBefore, c.NotAfter = l.now.Add(-time.Hour), l.now.Add(time.Hour)
	}
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &l.key.PublicKey, l.key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// leaf is a certificate for 127.0.0.1, changed by some.
func (l *lab) leaf(t *testing.T, parent *x509.Certificate, change func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{Subject: pkix.Name{CommonName: "leaf"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IssuingCertificateURL: []string{"http://ca.example/mid.crt"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if change != nil {
		change(c)
	}
	return l.sign(t, c, parent)
}

// server speaks TLS with a chain, says hello and takes until the end.
func (l *lab) server(t *testing.T, config *tls.Config, chain ...*x509.Certificate) string {
	t.Helper()
	pair := tls.Certificate{PrivateKey: l.key}
	for _, c := range chain {
		pair.Certificate = append(pair.Certificate, c.Raw)
	}
	config.Certificates = []tls.Certificate{pair}
	return raw(t, func(c net.Conn) {
		s := tls.Server(c, config)
		_, _ = io.WriteString(s, "hello")
		_, _ = io.Copy(io.Discard, s)
		_ = s.CloseWrite()
	})
}

// raw is a server that does this with a connection.
func raw(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				do(c)
			}()
		}
	}()
	return listener.Addr().String()
}

func (l *lab) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(l.root)
	return pool
}

// upstream relays plain clients to a server over TLS and says how one fared.
func upstream(t *testing.T, address string, trust Trust) (got string, info proxy.ConnInfo, ends [2]proxy.End) {
	t.Helper()
	tap := newSpy()
	at := relay(t, tap, proxy.Listener{Upstream: &Upstream{&proxy.TCPUpstream{Address: address}, trust}})
	var p []byte
	if c, err := net.Dial("tcp", at); err == nil { // it may be reset before it is seen to be open
		defer c.Close()
		_ = c.(*net.TCPConn).CloseWrite()
		p, _ = io.ReadAll(c)
	}
	info, ends = tap.over(t)
	return string(p), info, ends
}

// TestCertificates: each fault of a certificate is its own reason, on the server's
// leg, with the certificate beside it; what is not wrong is relayed.
func TestCertificates(t *testing.T) {
	l := newLab(t)
	other := &lab{key: l.key, now: l.now}
	other.root = other.sign(t, authority("Other Root"), nil)
	other.mid = other.sign(t, authority("Other Intermediate"), other.root)
	good, pinned := l.leaf(t, l.mid, nil), newLab(t).root // of another key
	for _, tt := range []struct {
		name   string
		chain  []*x509.Certificate
		trust  Trust
		reason proxy.Reason // "": it is relayed
		detail string
	}{
		{name: "good", chain: []*x509.Certificate{good, l.mid}},
		{name: "expired", chain: []*x509.Certificate{l.leaf(t, l.mid, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = l.now.Add(-48*time.Hour), time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
		}), l.mid}, reason: proxy.CertExpired, detail: "2024-05-06 07:08:09"},
		{name: "early", chain: []*x509.Certificate{l.leaf(t, l.mid, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = l.now.Add(24*time.Hour), l.now.Add(48*time.Hour)
		}), l.mid}, reason: proxy.CertEarly},
		{name: "another name", chain: []*x509.Certificate{l.leaf(t, l.mid, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"live.example.com", "a.example.com"}
		}), l.mid}, reason: proxy.CertName, detail: "live.example.com, a.example.com"},
		{name: "address as a name only", chain: []*x509.Certificate{l.leaf(t, l.mid, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"127.0.0.1"}
		}), l.mid}, reason: proxy.CertName, detail: "127.0.0.1"},
		{name: "no names", chain: []*x509.Certificate{l.leaf(t, l.mid, func(c *x509.Certificate) { c.IPAddresses = nil }), l.mid},
			reason: proxy.CertName, detail: "no names, only the common name leaf"},
		{name: "chain incomplete", chain: []*x509.Certificate{good}, reason: proxy.CertIncomplete, detail: "CN=Test Intermediate"},
		{name: "unknown authority", chain: []*x509.Certificate{other.leaf(t, other.mid, nil), other.mid}, reason: proxy.CertUnknown, detail: "CN=Other Root"},
		{name: "self-signed", chain: []*x509.Certificate{l.leaf(t, nil, nil)}, reason: proxy.CertSelfSigned},
		{name: "self-signed, trusted whatever", chain: []*x509.Certificate{l.leaf(t, nil, nil)}, trust: Trust{Insecure: true}},
		{name: "pinned", chain: []*x509.Certificate{l.leaf(t, nil, nil)}, trust: Trust{Pins: []Pin{PinOf(good)}}},
		{name: "the pinned certificate behind one's own", chain: []*x509.Certificate{good, pinned}, trust: Trust{Pins: []Pin{PinOf(pinned)}},
			reason: proxy.CertPinned, detail: "its key is sha256 " + PinOf(good).String()},
		{name: "another key than the pinned one", chain: []*x509.Certificate{good, l.mid}, trust: Trust{Pins: []Pin{PinOf(newLab(t).root)}},
			reason: proxy.CertPinned, detail: "its key is sha256 " + PinOf(good).String()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.trust.Roots = l.roots()
			at := l.server(t, &tls.Config{}, tt.chain...)
			got, info, ends := upstream(t, at, tt.trust)
			end := ends[proxy.FromServer]
			if want := map[bool]string{true: "hello"}[tt.reason == ""]; got != want {
				t.Errorf("the client got %q, want %q (%v)", got, want, end)
			}
			verdict, _ := info.Facts.Get(FactVerified)
			if tt.reason != "" && (end.Reason != tt.reason || end.Target != at || tt.detail != "" && end.Detail != tt.detail || verdict != string(tt.reason)) {
				t.Errorf("ended with %+v, verdict %q; want %s %q", end, verdict, tt.reason, tt.detail)
			}
			if leaf, _ := info.Facts.Get("server.tls.certificate.1"); leaf != base64.StdEncoding.EncodeToString(tt.chain[0].Raw) {
				t.Errorf("the certificate is told as %q", leaf)
			}
			if _, unchecked := info.Facts.Get(FactUnchecked); unchecked != tt.trust.Insecure || tt.trust.Insecure && verdict != string(proxy.CertSelfSigned) {
				t.Errorf("unchecked %v, verdict %q", unchecked, verdict)
			}
		})
	}
}

// TestServersThatDoNotShake: what is not a fault of a certificate has reasons too.
func TestServersThatDoNotShake(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		name   string
		at     string
		reason proxy.Reason
		detail string
	}{
		{"an alert", l.server(t, &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, l.root), proxy.TLSAlerted, "40"},
		{"RTMP", raw(t, func(c net.Conn) { _, _ = io.WriteString(c, "\x03abcdefgh"); _, _ = io.Copy(io.Discard, c) }), proxy.TLSNotSpoken, "03 61 62 63 64"},
		{"nothing", raw(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1000)) }), proxy.TLSEnded, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, info, ends := upstream(t, tt.at, Trust{Roots: l.roots()})
			end := ends[proxy.FromServer]
			if end.Reason != tt.reason || end.Detail != tt.detail || end.Target != tt.at {
				t.Errorf("ended with %+v, want %s %q", end, tt.reason, tt.detail)
			}
			if sent, _ := info.Facts.Get("server.tls.flights"); !strings.HasPrefix(sent, "0>") && !strings.Contains(sent, ">") {
				t.Errorf("what was sent is %q", sent)
			}
		})
	}
}

// TestFactsOfTheServersLeg: what was agreed on is known.
func TestFactsOfTheServersLeg(t *testing.T) {
	l := newLab(t)
	at := l.server(t, &tls.Config{MaxVersion: tls.VersionTLS12, CurvePreferences: []tls.CurveID{tls.CurveP384}}, l.leaf(t, l.mid, nil), l.mid)
	_, info, _ := upstream(t, at, Trust{Roots: l.roots()})
	for key, want := range map[proxy.FactKey]string{"server.tls.version": "TLS 1.2", "server.tls.cipher": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
		"server.tls.curve": "CurveP384", FactVerified: Verified, "server.tls.certificate.2": base64.StdEncoding.EncodeToString(l.mid.Raw)} {
		if got, _ := info.Facts.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if f, _ := info.Facts.Get("server.tls.flights"); len(strings.Fields(f)) != 4 { // two of each side in TLS 1.2
		t.Errorf("the flights are %q", f)
	}
}

// front relays clients over TLS to a plain echo, with a new authority.
func front(t *testing.T, f *Front, up proxy.Upstream) (at string, tap *spy) {
	t.Helper()
	a, err := OpenAuthority(filepath.Join(t.TempDir(), "made", "authority.pem"))
	if err != nil {
		t.Fatal(err)
	}
	f.Authority = a
	if up == nil {
		up = &proxy.TCPUpstream{Address: raw(t, func(c net.Conn) {
			_, _ = io.Copy(c, c)
			_ = c.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		})}
	}
	tap = newSpy()
	return relay(t, tap, proxy.Listener{Front: f, Upstream: up}), tap
}

// TestFrontTakesTLSOff: a client that trusts the authority is given a certificate for
// the name that it asks for, or for the address, and what is inside is relayed.
func TestFrontTakesTLSOff(t *testing.T) {
	for _, detect := range []bool{false, true} {
		for _, name := range []string{"live.example.com", "127.0.0.1"} {
			f := &Front{Detect: detect}
			at, tap := front(t, f, nil)
			roots := x509.NewCertPool()
			roots.AddCert(f.Authority.Certificate())
			c, err := tls.Dial("tcp", at, &tls.Config{RootCAs: roots, ServerName: name})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			_, _ = io.WriteString(c, "inside")
			_ = c.CloseWrite()
			got, err := io.ReadAll(c)
			c.Close()
			info, ends := tap.over(t)
			if string(got) != "inside" || err != nil || tap.bytes != [2]string{"inside", "inside"} {
				t.Errorf("%s: got %q, %v; recorded %q", name, got, err, tap.bytes)
			}
			sni, _ := info.Facts.Get(FactName)
			version, _ := info.Facts.Get("client.tls.version")
			offered, _ := info.Facts.Get(FactOffered)
			if version != "TLS 1.3" || offered != "TLS 1.3, TLS 1.2" || sni != map[bool]string{true: name}[name != "127.0.0.1"] || ends[0].Reason != proxy.PeerClosed {
				t.Errorf("%s: version %q of %q, name %q, ended %+v", name, version, offered, sni, ends)
			}
			if s := c.ConnectionState().PeerCertificates[0]; s.VerifyHostname(name) != nil || len(s.DNSNames) != 1 || s.DNSNames[0] != name || s.NotAfter.Sub(s.NotBefore) > 397*24*time.Hour {
				t.Errorf("%s: the certificate is for %s, for %s", name, Names(s), s.NotAfter.Sub(s.NotBefore))
			}
		}
	}
}

// TestDetectLetsPlainThrough: the byte that was looked at is relayed too.
func TestDetectLetsPlainThrough(t *testing.T) {
	at, tap := front(t, &Front{Detect: true}, nil)
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "\x03plain")
	_ = c.(*net.TCPConn).CloseWrite()
	got, err := io.ReadAll(c)
	if info, _ := tap.over(t); string(got) != "\x03plain" || err != nil || tap.bytes[0] != "\x03plain" || len(info.Facts) != 1 && info.Facts != nil {
		t.Errorf("got %q, %v; recorded %q, facts %v", got, err, tap.bytes, info.Facts)
	}
}

// TestServerComesFirst: as long as the server was not reached the client's handshake
// is not answered, and what the client asked for is known all the same.
func TestServerComesFirst(t *testing.T) {
	l := newLab(t)
	at, tap := front(t, &Front{}, &Upstream{&proxy.TCPUpstream{Address: l.server(t, &tls.Config{}, l.leaf(t, nil, nil))}, Trust{Roots: l.roots()}})
	_, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true, ServerName: "asked.example.com"})
	info, ends := tap.over(t)
	if err == nil || ends[proxy.FromServer].Reason != proxy.CertSelfSigned {
		t.Errorf("the client ended with %v, the server with %+v", err, ends[proxy.FromServer])
	}
	if _, agreed := info.Facts.Get("client.tls.version"); agreed {
		t.Error("the client was answered")
	}
	if name, _ := info.Facts.Get(FactName); name != "asked.example.com" {
		t.Errorf("the client asked for %q", name)
	}
}

// TestClientsThatDoNotShake: who breaks off is told from who does not speak TLS.
func TestClientsThatDoNotShake(t *testing.T) {
	for _, tt := range []struct {
		name   string
		talk   func(t *testing.T, at string)
		reason proxy.Reason
		detail string
	}{
		{"does not trust us", func(t *testing.T, at string) {
			_, err := tls.Dial("tcp", at, &tls.Config{ServerName: "x", RootCAs: x509.NewCertPool()})
			var unknown *tls.CertificateVerificationError
			if !errors.As(err, &unknown) {
				t.Errorf("the client ended with %v", err)
			}
		}, proxy.FrontTLSAlerted, "42"},
		{"speaks RTMP", func(_ *testing.T, at string) { say(at, "\x03abcdefgh") }, proxy.FrontTLSNotSpoken, "03 61 62 63 64"},
		{"leaves in the ClientHello", func(_ *testing.T, at string) { say(at, "\x16\x03\x01\x00\xc8\x01") }, proxy.FrontTLSEnded, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, tap := front(t, &Front{}, nil)
			tt.talk(t, at)
			_, ends := tap.over(t)
			if end := ends[proxy.FromClient]; end.Reason != tt.reason || end.Detail != tt.detail || end.Target != "" {
				t.Errorf("ended with %+v, want %s %q", end, tt.reason, tt.detail)
			}
		})
	}
}

func say(at, words string) {
	c, err := net.Dial("tcp", at)
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = io.WriteString(c, words)
	_ = c.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
}
