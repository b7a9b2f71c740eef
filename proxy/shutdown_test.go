package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestShutdownLetsFinish: a connection that ends within DrainTimeout is not touched.
func TestShutdownLetsFinish(t *testing.T) {
	r := start(t, func(s *Server) { s.DrainTimeout = patience })
	client, server := r.pair()
	done := make(chan error, 1)
	go func() { done <- r.proxy.Shutdown(context.Background()) }()
	eventually(t, func() bool { // no new connection is taken
		c, err := net.Dial("tcp", r.proxy.Addrs()[0].String())
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	_, err := client.Write([]byte("goodbye"))
	must(t, err)
	must(t, client.CloseWrite())
	if got := readAll(t, server); string(got) != "goodbye" {
		t.Errorf("server got %q", got)
	}
	must(t, server.CloseWrite())
	readAll(t, client)
	must(t, <-done)
}

// TestShutdownEndsWithFin: what is left after DrainTimeout gets FIN on both legs,
// also when the peers are sending.
func TestShutdownEndsWithFin(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap, s.DrainTimeout = tap, 50*time.Millisecond })
	client, server := r.pair()
	var streamed int64
	go func() {
		_ = flood(client)
	}()
	ended := make(chan error, 1)
	go func() {
		n, err := server.WriteTo(discard{})
		streamed = n
		ended <- err
	}()
	eventually(t, func() bool { return r.proxy.Connections()[0].FromClient.Bytes > 100_000 })
	shut := make(chan error, 1)
	go func() { shut <- r.proxy.Shutdown(context.Background()) }()
	if got := readAll(t, client); len(got) != 0 {
		t.Errorf("client got %d bytes", len(got))
	}
	must(t, client.Close())
	if err := <-ended; err != nil {
		t.Errorf("server's leg ended with %v, want FIN", err)
	}
	must(t, server.Close())
	must(t, <-shut)
	up, down := tap.ended(t)
	wantEnd(t, "client", up, Shutdown, ShutDown)
	wantEnd(t, "server", down, Shutdown, ShutDown)
	if n := int64(len(tap.bytes[flowKey{1, FromClient}])); n != streamed {
		t.Errorf("the server received %d bytes, the tap %d", streamed, n)
	}
}

// discard hides io.Discard's ReadFrom, so that Go's copy sees every byte.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// TestShutdownStalledPeer: a peer that takes nothing does not hold the end up, and
// does not take it for a clean one.
func TestShutdownStalledPeer(t *testing.T) {
	for _, gently := range []bool{true, false} {
		inVirtualTime(t, 100, func(t *testing.T, v *virtual) {
			sent := pattern(flowKey{1, FromClient}, 0, 1000)
			go func() { _, _ = v.client.Write(sent) }()
			synctest.Wait()
			began := time.Now()
			endServer(v.proxy, gently)
			if took, most := time.Since(began), resetGrace; took > most || !gently && took > 0 {
				t.Errorf("gently %v: ended after %v", gently, took)
			}
			got, err := io.ReadAll(v.server)
			if !bytes.Equal(got, sent[:100]) || !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("gently %v: server got %d bytes and then %v, want the 100 in its buffer and a reset", gently, len(got), err)
			}
			up, down := v.ends()
			wantEnd(t, "client", up, Timeout, ShutDownStalled)
			wantEnd(t, "server", down, Shutdown, map[bool]Reason{true: ShutDown, false: CutShort}[gently])
		})
	}
}

// TestContextEndsAtOnce: without waiting for anybody, and without a needless reset.
func TestContextEndsAtOnce(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) { s.Tap, s.DrainTimeout = tap, time.Hour })
	client, server := r.pair()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.proxy.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown returned %v", err)
	}
	readAll(t, client)
	readAll(t, server)
	up, down := tap.ended(t)
	wantEnd(t, "client", up, Shutdown, CutShort)
	wantEnd(t, "server", down, Shutdown, CutShort)
}

// TestServeContext: the context of Serve does the same.
func TestServeContext(t *testing.T) {
	upstream := listenLoopback(t)
	s := &Server{Upstream: &TCPUpstream{Address: upstream.Addr().String()}}
	must(t, s.Listen(context.Background(), Listener{Address: "127.0.0.1:0"}))
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	client, err := net.Dial("tcp", s.Addrs()[0].String())
	must(t, err)
	defer client.Close()
	server, err := upstream.Accept()
	must(t, err)
	defer server.Close()
	eventually(t, func() bool { return !s.Connections()[0].Info.Connected.IsZero() })
	cancel()
	must(t, <-served)
	readAll(t, client)
	readAll(t, server)
}

// TestShutdownWhileDialling: the dial is given up, the client gets FIN, and that
// is not a failure of the upstream.
func TestShutdownWhileDialling(t *testing.T) {
	tap := newSpy()
	dialling := make(chan struct{})
	r := start(t, func(s *Server) {
		s.Tap = tap
		s.Upstream = &TCPUpstream{Address: "192.0.2.1:1935", Dialer: dialFunc(func(ctx context.Context) (net.Conn, error) {
			close(dialling)
			<-ctx.Done()
			return nil, ctx.Err()
		})}
	})
	client := r.dial()
	<-dialling
	r.stop()
	readAll(t, client)
	_, down := tap.ended(t)
	wantEnd(t, "server", down, Shutdown, ShutDown)
	if n := r.proxy.Totals().DialFailures; n != 0 {
		t.Errorf("%d dial failures", n)
	}
}
