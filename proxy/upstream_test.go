package proxy

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// dialFunc is a Dialer.
type dialFunc func(ctx context.Context) (net.Conn, error)

func (f dialFunc) DialContext(ctx context.Context, _, _ string) (net.Conn, error) { return f(ctx) }

// names is a Resolver that gives the next of its answers at each call, the last one for ever.
type names struct {
	answers []func() ([]netip.Addr, error)
}

func (n *names) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	answer := n.answers[0]
	if len(n.answers) > 1 {
		n.answers = n.answers[1:]
	}
	return answer()
}

func found() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil }
func notFound() ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: "nowhere.test", IsNotFound: true}
}

func failing(err error) dialFunc {
	return func(context.Context) (net.Conn, error) { return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err} }
}

// TestDialFailure: the client is reset at once, and log, tap and totals say why.
func TestDialFailure(t *testing.T) {
	closed := listenLoopback(t)
	must(t, closed.Close())
	blackhole := dialFunc(func(ctx context.Context) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	})
	tests := []struct {
		name     string
		upstream *TCPUpstream
		reason   Reason
	}{
		{"refused", &TCPUpstream{Address: closed.Addr().String()}, Refused},
		{"timeout", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: blackhole}, DialTimedOut},
		{"timeout of TCP", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.ETIMEDOUT)}, DialTimedOut},
		{"reset", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.ECONNRESET)}, DialReset},
		{"no route", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.EHOSTUNREACH)}, NoRoute},
		{"no network", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.ENETUNREACH)}, NoRoute},
		{"no files", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.EMFILE)}, OutOfFiles},
		{"other", &TCPUpstream{Address: "192.0.2.1:1935", Dialer: failing(syscall.EINVAL)}, OtherFailure},
		{"name is gone", &TCPUpstream{Address: "nowhere.test:1935",
			Resolver: &names{[]func() ([]netip.Addr, error){found, notFound}}}, NoSuchHost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tap := newSpy()
			r := start(t, func(s *Server) {
				s.Upstream, s.Tap, s.DialTimeout = tt.upstream, tap, 50*time.Millisecond
			})
			r.wantRefused()
			up, down := tap.ended(t)
			wantEnd(t, "server", down, Reset, tt.reason)
			wantEnd(t, "client", up, Aborted, tt.reason)
			if info := tap.infos[1]; !info.Connected.IsZero() || info.Server.IsValid() {
				t.Errorf("the tap was told of a server: %+v", info)
			}
			r.stop()
			total := r.proxy.Totals()
			if total.DialFailures != 1 || total.LastDial.Reason != tt.reason || total.LastDial.Advice() == "" {
				t.Errorf("totals are %+v", total)
			}
			words, _ := tt.reason.Words()
			if last := r.logs.LastEntry(); last == nil || !strings.Contains(last.Message, words) {
				t.Errorf("the log says %v", last)
			}
		})
	}
}

// TestNoSuchHostAtStart: Serve refuses to begin, with a typed error.
func TestNoSuchHostAtStart(t *testing.T) {
	s := &Server{Upstream: &TCPUpstream{Address: "nowhere.test:1935",
		Resolver: &names{[]func() ([]netip.Addr, error){notFound}}}}
	must(t, s.Listen(context.Background(), Listener{Address: "127.0.0.1:0"}))
	var dial *DialError
	if err := s.Serve(context.Background()); !errors.As(err, &dial) || dial.Reason != NoSuchHost {
		t.Errorf("Serve returned %v", err)
	}
	if _, err := net.Dial("tcp", s.Addrs()[0].String()); err == nil {
		t.Error("the listener is still open")
	}
}

func TestDialErrorText(t *testing.T) {
	got := dialError("live.example.com:1935", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}).Error()
	want := "upstream live.example.com:1935: connection refused: is the server running, and is this its RTMP port (usually 1935)?"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUpstreamAddress(t *testing.T) {
	for _, address := range []string{"host", "host:rtmp", "host:65536", "127.0.0.1:65536", "127.0.0.1:-1", "::1:1935:"} {
		if _, err := (&TCPUpstream{Address: address}).Resolve(context.Background()); err == nil {
			t.Errorf("%q was taken as host:port", address)
		}
	}
	got, err := (&TCPUpstream{Address: "[::ffff:192.0.2.7]:1935"}).Resolve(context.Background())
	if want := netip.MustParseAddrPort("192.0.2.7:1935"); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("resolved to %v, %v", got, err)
	}
}

// TestReaches: which targets arrive at which listener, on a machine that has 10.0.0.5.
func TestReaches(t *testing.T) {
	local := func(ip netip.Addr) bool { return ip.IsLoopback() || ip == netip.MustParseAddr("10.0.0.5") }
	tests := []struct {
		target, listener string
		want             bool
	}{
		{"127.0.0.1:1935", "127.0.0.1:1935", true},
		{"127.0.0.1:1936", "127.0.0.1:1935", false},
		{"127.0.0.2:1935", "127.0.0.1:1935", false},
		{"0.0.0.0:1935", "127.0.0.1:1935", true},
		{"[::]:1935", "127.0.0.1:1935", false},
		{"[::]:1935", "[::1]:1935", true},
		{"127.9.9.9:1935", "0.0.0.0:1935", true},
		{"10.0.0.5:1935", "0.0.0.0:1935", true},
		{"10.0.0.6:1935", "0.0.0.0:1935", false},
		{"[::1]:1935", "0.0.0.0:1935", false},
		{"10.0.0.5:1935", "[::]:1935", true},
		{"[::1]:1935", "[::]:1935", true},
		{"[::ffff:10.0.0.5]:1935", "10.0.0.5:1935", true},
		{"[fe80::1%eth0]:1935", "[fe80::1%eth0]:1935", true},
	}
	for _, tt := range tests {
		got := reaches(netip.MustParseAddrPort(tt.target), netip.MustParseAddrPort(tt.listener), local)
		if got != tt.want {
			t.Errorf("%s arrives at a listener on %s: %v, want %v", tt.target, tt.listener, got, tt.want)
		}
	}
	if reaches(netip.AddrPort{}, netip.AddrPort{}, local) {
		t.Error("an unknown address arrives at an unknown one")
	}
	if !isLocal(netip.MustParseAddr("127.0.0.1")) || isLocal(netip.MustParseAddr("192.0.2.1")) {
		t.Error("isLocal is wrong about loopback or about a documentation address")
	}
}

// TestSelfLoopAtStart: an upstream that is our own listener is refused.
func TestSelfLoopAtStart(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		up := &TCPUpstream{}
		s := &Server{Upstream: up}
		must(t, s.Listen(context.Background(), Listener{Address: listen}))
		_, port, _ := net.SplitHostPort(s.Addrs()[0].String())
		up.Address = "127.0.0.1:" + port
		var dial *DialError
		if err := s.CheckUpstream(context.Background()); !errors.As(err, &dial) || dial.Reason != SelfLoop {
			t.Errorf("listening on %s: CheckUpstream returned %v", listen, err)
		}
		if err := s.Serve(context.Background()); !errors.As(err, &dial) || dial.Reason != SelfLoop {
			t.Errorf("listening on %s: Serve returned %v", listen, err)
		}
	}
}

// TestSelfLoopAtDial: a name that turns out to mean ourselves later is refused
// before it is dialled, and a dialler that ends up here all the same is seen.
func TestSelfLoopAtDial(t *testing.T) {
	loopback := func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil }
	var dialled atomic.Int32
	var self string
	dialSelf := dialFunc(func(ctx context.Context) (net.Conn, error) {
		if dialled.Add(1) > 3 {
			return nil, syscall.ECONNREFUSED // each connection to ourselves is accepted, and dials
		}
		return new(net.Dialer).DialContext(ctx, "tcp", self)
	})
	t.Run("by name", func(t *testing.T) {
		up := &TCPUpstream{Dialer: dialSelf, Resolver: &names{[]func() ([]netip.Addr, error){found, loopback}}}
		tap := newSpy()
		r := start(t, func(s *Server) {
			s.Tap, s.Upstream = tap, up
			s.ListenFunc = func(context.Context, string, string) (net.Listener, error) {
				l := listenLoopback(t)
				_, port, _ := net.SplitHostPort(l.Addr().String())
				up.Address = "changing.test:" + port
				return l, nil
			}
		})
		r.wantRefused()
		_, down := tap.ended(t)
		wantEnd(t, "server", down, Reset, SelfLoop)
		if n := dialled.Load(); n != 0 {
			t.Errorf("it was dialled %d times", n)
		}
	})
	t.Run("by dialler", func(t *testing.T) {
		r := start(t, func(s *Server) {
			s.Upstream = &TCPUpstream{Address: "192.0.2.1:1935", Dialer: dialSelf}
			s.ListenFunc = func(context.Context, string, string) (net.Listener, error) {
				l := listenLoopback(t)
				self = l.Addr().String()
				return l, nil
			}
		})
		r.wantRefused()
		// The failure is counted before it is logged.
		eventually(t, func() bool {
			seen := false
			for _, e := range r.logs.AllEntries() {
				seen = seen || strings.Contains(e.Message, "this proxy itself")
			}
			return seen && r.proxy.Totals().DialFailures >= 2
		})
	})
}

// TestConnWithoutCloseWrite: half-closing must not silently do nothing.
func TestConnWithoutCloseWrite(t *testing.T) {
	tap := newSpy()
	r := start(t, func(s *Server) {
		s.Tap = tap
		s.Upstream = &TCPUpstream{Address: "192.0.2.1:1935", Dialer: dialFunc(func(context.Context) (net.Conn, error) {
			a, b := net.Pipe()
			return a, b.Close()
		})}
	})
	r.wantRefused()
	_, down := tap.ended(t)
	wantEnd(t, "server", down, Reset, OtherFailure)
}
