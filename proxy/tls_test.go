package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// certificate returns the configurations of a server and of a client that trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, NextProtos: []string{"rtmp"}},
		&tls.Config{RootCAs: trusted, ServerName: "example.com", NextProtos: []string{"rtmp"}}
}

// tlsFront is a Front that takes TLS off, tlsUpstream an Upstream that puts it on.
type tlsFront struct{ config *tls.Config }

func (f tlsFront) Welcome(ctx context.Context, client Conn) (Conn, Request, error) {
	c, err := TLSServer(ctx, client, f.config)
	return c, Request{}, err
}

type tlsUpstream struct {
	*TCPUpstream
	config *tls.Config
}

func (u tlsUpstream) Connect(ctx context.Context, asked Request) (Conn, error) {
	c, err := u.TCPUpstream.Connect(ctx, asked)
	if err != nil {
		return nil, err
	}
	return TLSClient(ctx, c, u.config, nil)
}

// tlsRig is a relay with TLS on both legs, and its two far ends, inside and outside.
type tlsRig struct {
	client, server       *tls.Conn
	clientSock, servSock *net.TCPConn
	tap                  *spy
	proxy                *Server
}

func newTLSRig(t *testing.T, maxVersion uint16) *tlsRig {
	t.Helper()
	serving, trusting := certificate(t)
	serving.MaxVersion = maxVersion
	up := listenLoopback(t)
	r := &tlsRig{tap: newSpy()}
	r.proxy = &Server{Tap: r.tap, DrainTimeout: -1}
	must(t, r.proxy.Listen(t.Context(), Listener{Address: "127.0.0.1:0", Front: tlsFront{serving},
		Upstream: tlsUpstream{&TCPUpstream{Address: up.Addr().String()}, trusting}}))
	served := make(chan error, 1)
	go func() { served <- r.proxy.Serve(context.Background()) }()
	t.Cleanup(func() {
		r.clientSock.Close()
		r.servSock.Close()
		must(t, r.proxy.Shutdown(context.Background()))
		must(t, <-served)
	})
	c, err := net.Dial("tcp", r.proxy.Addrs()[0].String())
	must(t, err)
	r.clientSock = c.(*net.TCPConn)
	r.client = tls.Client(c, trusting)
	shaken := make(chan error, 1)
	go func() { shaken <- r.client.Handshake() }()
	r.servSock, err = up.AcceptTCP()
	must(t, err)
	r.server = tls.Server(r.servSock, serving)
	must(t, r.server.Handshake())
	must(t, <-shaken)
	must(t, r.client.SetDeadline(time.Now().Add(patience)))
	must(t, r.server.SetDeadline(time.Now().Add(patience)))
	return r
}

// TestTLSIsIdenticalInside: plaintext out is plaintext in, the end of a direction is
// close_notify and FIN, and the other direction goes on after it.
func TestTLSIsIdenticalInside(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			r := newTLSRig(t, version)
			up, down := pattern(flowKey{1, FromClient}, 0, 60_000), bytes.Repeat([]byte("from the server "), 100_000)
			var writing sync.WaitGroup
			writing.Go(func() {
				for p := range slices.Chunk(up, 777) {
					_, _ = r.client.Write(p)
				}
				_ = r.client.CloseWrite()
			})
			if got := readAll(t, r.server); !bytes.Equal(got, up) {
				t.Errorf("server got %d bytes that are not the %d sent", len(got), len(up))
			}
			if n, err := r.servSock.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("behind close_notify came %d bytes, %v, want FIN", n, err)
			}
			writing.Wait()
			writing.Go(func() {
				_, _ = r.server.Write(down)
				_ = r.server.CloseWrite()
			})
			if got := readAll(t, r.client); !bytes.Equal(got, down) {
				t.Errorf("client got %d bytes that are not the %d sent", len(got), len(down))
			}
			writing.Wait()
			upEnd, downEnd := r.tap.ended(t)
			wantEnd(t, "client", upEnd, Fin, PeerClosed)
			wantEnd(t, "server", downEnd, Fin, PeerClosed)
			if !bytes.Equal(r.tap.bytes[flowKey{1, FromServer}], down) {
				t.Error("the tap did not see the plaintext")
			}
			for key, want := range map[FactKey]string{
				clientTLS.version: tls.VersionName(version), serverTLS.version: tls.VersionName(version),
				clientTLS.name: "example.com", serverTLS.name: "example.com",
				clientTLS.alpn: "rtmp", serverTLS.alpn: "rtmp",
				clientTLS.cipher: tls.CipherSuiteName(r.client.ConnectionState().CipherSuite),
				serverTLS.cipher: tls.CipherSuiteName(r.server.ConnectionState().CipherSuite),
			} {
				if got, _ := r.tap.infos[1].Facts.Get(key); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
		})
	}
}

// TestTLSTruncation: FIN without close_notify is no clean end, between records as
// little as within one.
func TestTLSTruncation(t *testing.T) {
	for _, inRecord := range []bool{false, true} {
		r := newTLSRig(t, 0)
		_, err := r.client.Write([]byte("all that came"))
		must(t, err)
		if inRecord {
			_, err := r.clientSock.Write([]byte{23, 3, 3, 0})
			must(t, err)
		}
		must(t, r.clientSock.CloseWrite())
		got, err := io.ReadAll(r.server)
		if string(got) != "all that came" || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("in a record %v: server got %q and then %v, want a reset", inRecord, got, err)
		}
		up, down := r.tap.ended(t)
		wantEnd(t, "client", up, Reset, Truncated)
		wantEnd(t, "server", down, Aborted, Truncated)
	}
}

// TestTLSHandshakeFails: the client is told by an alert and costs no upstream.
func TestTLSHandshakeFails(t *testing.T) {
	serving, _ := certificate(t)
	r := start(t, nil)
	s := &Server{Tap: newSpy()}
	must(t, s.Listen(t.Context(), Listener{Address: "127.0.0.1:0", Front: tlsFront{serving}, Upstream: r.proxy.Upstream}))
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	_, err := tls.Dial("tcp", s.Addrs()[0].String(), &tls.Config{ServerName: "example.com", RootCAs: x509.NewCertPool()})
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) {
		t.Errorf("the client ended with %v", err)
	}
	up, _ := s.Tap.(*spy).ended(t)
	wantEnd(t, "client", up, Timeout, FrontTLSAlerted)
	if up.Detail != "42" { // bad_certificate, RFC 8446 §6
		t.Errorf("the cause is said to be %q", up.Detail)
	}
	must(t, s.Shutdown(t.Context()))
	must(t, <-served)
}

// TestTLSSlowReceiver: a half-closed receiver that takes a byte now and then gets
// every byte once, deadlines inside of records or not; one that stops is reset, and
// never sees a broken record.
func TestTLSSlowReceiver(t *testing.T) {
	serving, trusting := certificate(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, 64)
		v.serve(Listener{Front: tlsFront{serving}})
		v.client = v.accepts.dial(v.room, 40000)
		below := &trickle{end: v.client}
		client := tls.Client(below, trusting)
		shaken := make(chan error, 1)
		go func() { shaken <- client.Handshake() }()
		v.reached()
		must(t, <-shaken)
		must(t, client.CloseWrite())
		must(t, v.client.CloseWrite())
		readAll(t, v.server)
		sent := pattern(flowKey{1, FromServer}, 0, 60_000)
		go func() { _, _ = v.server.Write(sent) }()
		below.left = 40_000
		got, err := io.ReadAll(client)
		if len(got) < 20_000 || len(got) == len(sent) || !bytes.HasPrefix(sent, got) || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client got %d of %d bytes, and then %v, want a reset", len(got), len(sent), err)
		}
		synctest.Wait()
		_, down := v.ends()
		wantEnd(t, "server", down, Timeout, HalfCloseStalled)
	})
}

// trickle is an end that reads slowly while it has something left to read so, and
// then once more after a long pause.
type trickle struct {
	*end
	left int
}

func (c *trickle) Read(p []byte) (int, error) {
	if c.left == 0 {
		return c.end.Read(p)
	}
	time.Sleep(900 * time.Millisecond)
	n, err := c.end.Read(p[:min(len(p), 32, c.left)])
	if c.left -= n; c.left == 0 {
		time.Sleep(time.Minute)
	}
	return n, err
}
