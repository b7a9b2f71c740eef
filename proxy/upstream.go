package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// Upstream decides where a client's connection goes, and connects there. Its
// methods are called from many goroutines.
type Upstream interface {
	// Connect opens the connection to the server for this request. The errors it
	// returns are those of a dialer; the Server makes a [*DialError] of them.
	Connect(ctx context.Context, asked Request) (Conn, error)

	// Resolve returns the addresses that Connect may use, without connecting. An
	// Upstream that cannot know before there is a client returns none and no error.
	Resolve(ctx context.Context) ([]netip.AddrPort, error)

	// String names the upstream in messages, for example "live.example.com:1935".
	String() string
}

// Dialer opens connections. *net.Dialer is one. The connections must be [Conn]s.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Resolver looks up host names. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// TCPUpstream is one server at a fixed address.
type TCPUpstream struct {
	// Address is host:port. The port is a number.
	Address string
	// Dialer opens the connections. If nil, a zero net.Dialer.
	Dialer Dialer
	// Resolver looks up the host for Resolve. If nil, net.DefaultResolver.
	Resolver Resolver
}

// String returns the address as given.
func (u *TCPUpstream) String() string { return u.Address }

// Connect dials the address. The request makes no difference.
func (u *TCPUpstream) Connect(ctx context.Context, _ Request) (Conn, error) {
	var d Dialer = new(net.Dialer)
	if u.Dialer != nil {
		d = u.Dialer
	}
	nc, err := d.DialContext(ctx, "tcp", u.Address)
	if err != nil {
		return nil, err
	}
	c, ok := nc.(Conn)
	if !ok {
		_ = nc.Close() // nothing was written to it
		return nil, fmt.Errorf("the dialer gave a %T, which cannot half-close", nc)
	}
	return c, nil
}

// Resolve looks up the host. An empty host means this machine, as it does when dialling.
func (u *TCPUpstream) Resolve(ctx context.Context) ([]netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(u.Address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("port %q is not a number from 1 to 65535", portText)
	}
	ips, err := u.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	addrs := make([]netip.AddrPort, len(ips))
	for i, ip := range ips {
		addrs[i] = netip.AddrPortFrom(ip.Unmap(), uint16(port))
	}
	return addrs, nil
}

func (u *TCPUpstream) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if host == "" {
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	if u.Resolver != nil {
		return u.Resolver.LookupNetIP(ctx, "ip", host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// DialError says that the upstream was not reached, why, and what to do.
type DialError struct {
	Upstream string // as given, host:port
	Reason   Reason
	Err      error // from the system; nil for SelfLoop
}

// Error gives upstream, reason and advice in one line.
func (e *DialError) Error() string {
	words, advice := e.Reason.Words()
	if detail := e.detail(); detail != "" {
		words += " (" + detail + ")"
	}
	return fmt.Sprintf("upstream %s: %s: %s", e.Upstream, words, advice)
}

// Unwrap returns the error of the system.
func (e *DialError) Unwrap() error { return e.Err }

// Advice says what a person can do about it.
func (e *DialError) Advice() string {
	_, advice := e.Reason.Words()
	return advice
}

// end is how a connection ends whose upstream was not reached.
func (e *DialError) end() End {
	return End{How: Reset, Reason: e.Reason, Target: e.Upstream, Detail: e.detail()}
}

// detail is what the reason leaves open.
func (e *DialError) detail() string {
	if known, ok := errors.AsType[Reasoned](e.Err); ok {
		_, detail := known.Why()
		return detail
	}
	if e.Reason == OtherFailure {
		return plain(e.Err)
	}
	return ""
}

// dialError gives err its reason, unless it has one.
func dialError(upstream string, err error) *DialError {
	if known, ok := errors.AsType[*DialError](err); ok {
		return known
	}
	e := &DialError{Upstream: upstream, Reason: reasonOf(err), Err: err}
	if known, ok := errors.AsType[Reasoned](err); ok {
		e.Reason, _ = known.Why()
	}
	return e
}

func reasonOf(err error) Reason {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchHost
	case dns != nil:
		return LookupFailed
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case errors.Is(err, syscall.ECONNRESET):
		return DialReset
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return NoRoute
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return OutOfFiles
	case errors.As(err, &timeout) && timeout.Timeout():
		return DialTimedOut
	}
	return OtherFailure
}

// CheckUpstream looks up the upstreams, without connecting to them, and returns a
// [*DialError] if the host of one does not exist or if it is one of our own listeners.
// Serve does the same at its start; it is of use earlier to fail with a clear message.
func (s *Server) CheckUpstream(ctx context.Context) error {
	s.init()
	ups, err := s.upstreams()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, orDefault(s.DialTimeout, DefaultDialTimeout))
	defer cancel()
	for _, up := range ups {
		if err := s.resolve(ctx, up); err != nil {
			return err
		}
	}
	return nil
}

// resolve refuses an upstream that does not exist or that is ourselves.
func (s *Server) resolve(ctx context.Context, up Upstream) *DialError {
	addrs, err := up.Resolve(ctx)
	if err != nil {
		return dialError(up.String(), err)
	}
	for _, addr := range addrs {
		if s.isOwn(addr) {
			return &DialError{Upstream: up.String(), Reason: SelfLoop}
		}
	}
	return nil
}

// connect reaches the upstream for one request. Our own listeners are refused
// before dialling, because a connection to ourselves would make us dial again for
// ever, and once more afterwards, because the name may have changed its meaning.
func (s *Server) connect(ctx context.Context, up Upstream, asked Request) (Conn, *DialError) {
	ctx, cancel := context.WithTimeout(ctx, orDefault(s.DialTimeout, DefaultDialTimeout))
	defer cancel()
	if err := s.resolve(ctx, up); err != nil {
		return nil, err
	}
	c, err := up.Connect(ctx, asked)
	if err != nil {
		return nil, dialError(up.String(), err)
	}
	remote := addrPort(c.RemoteAddr())
	if s.isOwn(remote) || remote.IsValid() && remote == addrPort(c.LocalAddr()) {
		reset(c)
		return nil, &DialError{Upstream: up.String(), Reason: SelfLoop}
	}
	return c, nil
}
