package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestAddressInUse(t *testing.T) {
	taken := listenLoopback(t).Addr().(*net.TCPAddr)
	s := &Server{}
	err := s.Listen(context.Background(), Listener{Address: "127.0.0.1:0"}, Listener{Address: taken.String()})
	var listen *ListenError
	if !errors.As(err, &listen) || !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatalf("Listen returned %v", err)
	}
	if want := "listen " + taken.String() + ": address already in use"; err.Error() != want || listen.Cause() != AddressInUse {
		t.Errorf("got %v (%s), want %s", err, listen.Cause(), want)
	}
	if n := len(s.Addrs()); n != 0 {
		t.Errorf("%d listeners are left open", n)
	}
}

// TestListenError: a token for those who decide, words without a flag for people.
func TestListenError(t *testing.T) {
	tests := []struct {
		addr  string
		err   error
		cause ListenCause
		words string
	}{
		{"127.0.0.1:1935", syscall.EADDRINUSE, AddressInUse, "listen 127.0.0.1:1935: address already in use"},
		{"127.0.0.1:80", syscall.EACCES, AddressForbidden, "listen 127.0.0.1:80: permission denied"},
		{"192.0.2.1:1935", syscall.EADDRNOTAVAIL, AddressForeign, "listen 192.0.2.1:1935: this machine does not have that address"},
		{"1946", &net.OpError{Op: "listen", Net: "tcp", Err: &net.AddrError{Err: "missing port in address", Addr: "1946"}},
			AddressMalformed, "listen 1946: missing port in address"},
		{"127.0.0.1:1935", &net.OpError{Op: "listen", Net: "tcp", Err: errors.New("broken")}, ListenFailed, "listen 127.0.0.1:1935: broken"},
		{"127.0.0.1:1935", errors.New("odd"), ListenFailed, "listen 127.0.0.1:1935: odd"},
	}
	for _, tt := range tests {
		e := &ListenError{tt.addr, tt.err}
		if e.Cause() != tt.cause || e.Error() != tt.words || !errors.Is(e, tt.err) {
			t.Errorf("got %q (%s), want %q (%s)", e, e.Cause(), tt.words, tt.cause)
		}
	}
}

func TestListenWarnsBeyondLoopback(t *testing.T) {
	r := start(t, nil)
	if n := len(r.logs.AllEntries()); n != 0 {
		t.Errorf("%d lines about a loopback address", n)
	}
	s := &Server{Logger: r.proxy.Logger}
	must(t, s.Listen(context.Background(), Listener{Address: "0.0.0.0:0"}))
	must(t, s.Shutdown(context.Background()))
	if n := len(r.logs.AllEntries()); n != 1 {
		t.Errorf("%d lines about a wildcard address, want 1", n)
	}
}

// starved is a listener whose Accept fails until it is fed.
type starved struct {
	net.Listener
	fed   atomic.Bool
	tries atomic.Int64
}

func (l *starved) Accept() (net.Conn, error) {
	if !l.fed.Load() {
		l.tries.Add(1)
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

// TestAcceptErrorsBackOff: no busy loop, one log line, and it recovers.
func TestAcceptErrorsBackOff(t *testing.T) {
	t.Parallel()
	var l *starved
	r := start(t, func(s *Server) {
		s.ListenFunc = func(context.Context, string, string) (net.Listener, error) {
			l = &starved{Listener: listenLoopback(t)}
			return l, nil
		}
	})
	began := time.Now()
	eventually(t, func() bool { return l.tries.Load() == 6 })
	// 5+10+20+40+80 ms lie between the first try and the sixth.
	if took := time.Since(began); took < 120*time.Millisecond {
		t.Errorf("six tries took only %v", took)
	}
	if n := len(r.logs.AllEntries()); n != 1 {
		t.Errorf("%d log lines, want 1", n)
	}
	l.fed.Store(true)
	exchange(t, r, 1, 1000, 1000)
}

func TestThrottle(t *testing.T) {
	var th throttle
	t0 := time.Unix(1, 0)
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Second, 0}, {4 * time.Second, 0}, {5 * time.Second, 3}, {6 * time.Second, 0}, {time.Minute, 2}} {
		if got := th.ready(t0.Add(tt.after)); got != tt.want {
			t.Errorf("after %v: %d, want %d", tt.after, got, tt.want)
		}
	}
}

// TestConnectionLimit: one too many is reset at once, the others go on.
func TestConnectionLimit(t *testing.T) {
	r := start(t, func(s *Server) { s.MaxConnections = 2 })
	first, firstServer := r.pair()
	r.pair()
	r.wantRefused()
	r.wantRefused()
	eventually(t, func() bool { return r.proxy.Totals().Refused == 2 })
	if n := len(r.logs.AllEntries()); n != 1 {
		t.Errorf("%d log lines, want 1", n)
	}
	_, err := first.Write([]byte("ping"))
	must(t, err)
	_, err = io.ReadFull(firstServer, make([]byte, 4))
	must(t, err)
	must(t, first.Close())
	must(t, firstServer.Close())
	eventually(t, func() bool { return len(r.proxy.Connections()) == 1 })
	exchange(t, r, 1, 1000, 1000)
}

func TestOrderOfCalls(t *testing.T) {
	ctx := context.Background()
	if err := new(Server).Serve(ctx); !errors.Is(err, errNoUpstream) {
		t.Errorf("without upstream: %v", err)
	}
	if err := (&Server{Upstream: &TCPUpstream{}}).Serve(ctx); !errors.Is(err, errNoListener) {
		t.Errorf("without listener: %v", err)
	}
	r := start(t, nil)
	exchange(t, r, 1, 1, 1) // Serve has begun
	if err := r.proxy.Serve(ctx); !errors.Is(err, errServedTwice) {
		t.Errorf("second Serve: %v", err)
	}
	r.stop()
	if err := r.proxy.Listen(ctx, Listener{Address: "127.0.0.1:0"}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Listen after the end: %v", err)
	}
}

// TestAllOfIPv4: 0.0.0.0 stays what was asked for, and does not open IPv6 as well.
func TestAllOfIPv4(t *testing.T) {
	for _, tt := range []struct{ address, network string }{
		{"0.0.0.0:0", "tcp4"}, {"127.0.0.1:0", "tcp4"}, {"[::]:0", "tcp"}, {":0", "tcp"}, {"localhost:0", "tcp"},
	} {
		if got := network(tt.address); got != tt.network {
			t.Errorf("%s: %s, want %s", tt.address, got, tt.network)
		}
	}
	s := &Server{Upstream: &TCPUpstream{Address: "127.0.0.1:1"}}
	must(t, s.Listen(context.Background(), Listener{Address: "0.0.0.0:0"}))
	defer func() { must(t, s.Shutdown(context.Background())) }()
	if a := addrPort(s.Addrs()[0]); !a.Addr().Is4() {
		t.Errorf("listens on %s", a)
	}
}
