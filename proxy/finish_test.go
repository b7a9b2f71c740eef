package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// stubborn is an end that has something to write before FIN, and a peer that does
// not take it: as TLS with a full socket.
type stubborn struct{ *end }

func (s stubborn) CloseWrite() error {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	for !passed(s.out.sendBy) && s.out.gone == nil {
		s.out.moved.Wait()
	}
	return os.ErrDeadlineExceeded
}

// inStubborn runs f with a connection whose server does not take the end.
func inStubborn(t *testing.T, half time.Duration, f func(t *testing.T, v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, 100)
		v.proxy.HalfCloseTimeout = half
		v.proxy.Upstream.(*TCPUpstream).Dialer = dialFunc(func(context.Context) (net.Conn, error) {
			return stubborn{v.beyond.dial(v.room, 40001)}, nil
		})
		v.serve(Listener{})
		v.connect()
		f(t, v)
	})
}

// TestEndThatIsNotTaken: a receiver that does not take the end is given up on like
// one that takes no bytes, and both see a reset.
func TestEndThatIsNotTaken(t *testing.T) {
	inStubborn(t, time.Second, func(t *testing.T, v *virtual) {
		began := time.Now()
		_, _ = v.client.Write([]byte("all"))
		must(t, v.client.CloseWrite())
		got, err := io.ReadAll(v.server)
		if took := time.Since(began); string(got) != "all" || !errors.Is(err, syscall.ECONNRESET) || took != time.Second {
			t.Errorf("server got %q, %v after %v, want a reset after a second", got, err, took)
		}
		if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("client ended with %v", err)
		}
		synctest.Wait()
		up, down := v.ends()
		wantEnd(t, "client", up, Timeout, HalfCloseStalled)
		wantEnd(t, "server", down, Aborted, PeerGone)
	})
}

// TestEndThatIsNotTakenEver: without a bound it is waited for, until a shutdown.
func TestEndThatIsNotTakenEver(t *testing.T) {
	inStubborn(t, -1, func(t *testing.T, v *virtual) {
		must(t, v.client.CloseWrite())
		time.Sleep(24 * time.Hour)
		if n := len(v.proxy.Connections()); n != 1 {
			t.Fatalf("%d connections are open", n)
		}
		endServer(v.proxy, true)
		if _, err := v.server.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("server ended with %v, want a reset", err)
		}
		up, _ := v.ends()
		wantEnd(t, "client", up, Timeout, ShutDownStalled)
	})
}

// TestShutdownThatIsNotTaken: the same for the end that a shutdown sends.
func TestShutdownThatIsNotTaken(t *testing.T) {
	inStubborn(t, time.Second, func(t *testing.T, v *virtual) {
		began := time.Now()
		endServer(v.proxy, true)
		if _, err := v.server.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("server ended with %v, want a reset", err)
		}
		if took := time.Since(began); took > resetGrace+lingerTime {
			t.Errorf("the shutdown took %v", took)
		}
	})
}

// TestBrokenReceiverGivesUpItsLastWords: what the receiver sent before it broke still
// arrives, and waiting for more of it is bounded.
func TestBrokenReceiverGivesUpItsLastWords(t *testing.T) {
	inVirtualTime(t, 100, func(t *testing.T, v *virtual) {
		_, _ = v.server.Write([]byte("bye"))
		v.server.in.change(func() { v.server.in.leave(syscall.EPIPE) }) // it takes nothing more, and says nothing of it
		began := time.Now()
		_, _ = v.client.Write([]byte("x"))
		got, err := io.ReadAll(v.client)
		if took := time.Since(began); string(got) != "bye" || !errors.Is(err, syscall.ECONNRESET) || took != resetGrace {
			t.Errorf("client got %q, %v after %v, want a reset after %v", got, err, took, resetGrace)
		}
		synctest.Wait()
		up, down := v.ends()
		wantEnd(t, "client", up, Aborted, PeerReset)
		wantEnd(t, "server", down, Reset, PeerReset)
	})
}

// TestFinToAReceiverThatIsGone: the sender's end was clean, and its connection is
// broken all the same.
func TestFinToAReceiverThatIsGone(t *testing.T) {
	inVirtualTime(t, 100, func(t *testing.T, v *virtual) {
		v.server.in.change(func() { v.server.in.leave(syscall.EPIPE) })
		began := time.Now()
		must(t, v.client.CloseWrite())
		if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) || time.Since(began) != resetGrace {
			t.Errorf("client ended with %v after %v", err, time.Since(began))
		}
		synctest.Wait()
		up, down := v.ends()
		wantEnd(t, "client", up, Fin, PeerClosed)
		wantEnd(t, "server", down, Reset, PeerReset)
	})
}

// TestShutdownLingers: peers have a moment to end by themselves, are not waited for
// longer, and not at all when the end comes at once.
func TestShutdownLingers(t *testing.T) {
	for _, tt := range []struct {
		gently bool
		ends   bool // the peers end when they see the end
		took   time.Duration
	}{{true, false, lingerTime}, {true, true, 0}, {false, false, 0}} {
		inVirtualTime(t, 100, func(t *testing.T, v *virtual) {
			for _, peer := range []*end{v.client, v.server} {
				go func() {
					if _, err := peer.Read(make([]byte, 1)); err == io.EOF && tt.ends {
						_, _ = peer.Write([]byte("so it is"))
						_ = peer.CloseWrite()
					}
				}()
			}
			synctest.Wait()
			began := time.Now()
			endServer(v.proxy, tt.gently)
			if took := time.Since(began); took != tt.took {
				t.Errorf("%+v: it took %v", tt, took)
			}
		})
	}
}

// TestSecondShutdownDoesNotLinger: told to end at once while it lingers, it does.
func TestSecondShutdownDoesNotLinger(t *testing.T) {
	inVirtualTime(t, 100, func(t *testing.T, v *virtual) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- v.proxy.Shutdown(ctx) }()
		time.Sleep(lingerTime / 2)
		began := time.Now()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || time.Since(began) != 0 {
			t.Errorf("it ended with %v after %v more", err, time.Since(began))
		}
	})
}

// TestStaleRecordIsNotContinued: after the piece of a record nothing else is written.
func TestStaleRecordIsNotContinued(t *testing.T) {
	near, far := link(10, &net.TCPAddr{}, &net.TCPAddr{})
	s := &tlsSocket{Conn: near}
	must(t, near.SetWriteDeadline(time.Now()))
	if n, err := s.Write(make([]byte, 20)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write after the deadline gave %d, %v", n, err)
	}
	must(t, near.SetWriteDeadline(time.Time{}))
	if n, err := s.Write([]byte("more")); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || far.in.unread() {
		t.Errorf("a later one gave %d, %v", n, err)
	}
	asked := 0
	s = &tlsSocket{Conn: near, may: func(n int, err error) bool {
		must(t, near.SetWriteDeadline(time.Time{}))
		asked++
		go func() { _, _ = io.ReadFull(far, make([]byte, 20)) }()
		return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
	}}
	must(t, near.SetWriteDeadline(time.Now()))
	if n, err := s.Write(make([]byte, 20)); n != 20 || err != nil || asked != 1 {
		t.Errorf("a write that may go on gave %d, %v, asked %d times", n, err, asked)
	}
}

// together is a connection whose last bytes come with the end.
type together struct{ Conn }

func (together) Read(p []byte) (int, error) { return copy(p, "last"), io.EOF }

// TestTLSBytesWithTheEnd: bytes that come together with EOF are looked at first.
func TestTLSBytesWithTheEnd(t *testing.T) {
	s := &tlsSocket{Conn: together{}}
	if n, err := s.Read(make([]byte, 10)); n != 4 || err != nil || s.ended.Load() {
		t.Errorf("got %d, %v, ended %v", n, err, s.ended.Load())
	}
	if s.SetDeadline(time.Now()) != nil || s.SetReadDeadline(time.Now()) != nil || s.SetWriteDeadline(time.Now()) != nil {
		t.Error("package tls may not set deadlines")
	}
}
