package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// How accept errors are met: wait, twice as long each time, and say so seldom.
const (
	minAcceptBackoff = 5 * time.Millisecond
	maxAcceptBackoff = time.Second
	logEvery         = 5 * time.Second
)

// ListenCause says why an address could not be listened on: a token that others
// decide by. What to do about it depends on how the address was given.
type ListenCause string

// The causes of a [ListenError].
const (
	AddressMalformed ListenCause = "malformed" // it is not host:port
	AddressInUse     ListenCause = "in-use"    // another program, or another Listener, has it
	AddressForbidden ListenCause = "forbidden" // the system wants privileges for it
	AddressForeign   ListenCause = "foreign"   // this machine does not have it
	ListenFailed     ListenCause = "failed"    // something else
)

// ListenError says that an address could not be listened on, and why.
type ListenError struct {
	Address string // as given to Listen
	Err     error  // from the system
}

// Cause says why in one token.
func (e *ListenError) Cause() ListenCause {
	if _, ok := errors.AsType[*net.AddrError](e.Err); ok {
		return AddressMalformed
	}
	for _, known := range []struct {
		err   syscall.Errno
		cause ListenCause
	}{{syscall.EADDRINUSE, AddressInUse}, {syscall.EACCES, AddressForbidden}, {syscall.EADDRNOTAVAIL, AddressForeign}} {
		if errors.Is(e.Err, known.err) {
			return known.cause
		}
	}
	return ListenFailed
}

// Error names the address and the cause in one line.
func (e *ListenError) Error() string {
	return fmt.Sprintf("listen %s: %s", e.Address, e.Words())
}

// Words says the cause in a few words for a person, without the address.
func (e *ListenError) Words() string {
	switch e.Cause() {
	case AddressInUse:
		return "address already in use"
	case AddressForbidden:
		return "permission denied"
	case AddressForeign:
		return "this machine does not have that address"
	}
	if address, ok := errors.AsType[*net.AddrError](e.Err); ok {
		return address.Err
	}
	if operation, ok := errors.AsType[*net.OpError](e.Err); ok {
		return operation.Err.Error() // without the address again
	}
	return e.Err.Error()
}

// Unwrap returns the error of the system.
func (e *ListenError) Unwrap() error { return e.Err }

// opened is an open listener and what happens to its clients.
type opened struct {
	net.Listener
	to Listener
}

// Listen opens all the addresses, over TCP, or none. The error is a [*ListenError]. It
// warns about an address that other machines can reach.
func (s *Server) Listen(ctx context.Context, all ...Listener) error {
	s.init()
	listen := s.ListenFunc
	if listen == nil {
		listen = new(net.ListenConfig).Listen
	}
	var doors []opened
	for _, to := range all {
		l, err := listen(ctx, network(to.Address), to.Address)
		if err != nil {
			closeAll(doors)
			return &ListenError{Address: to.Address, Err: err}
		}
		if to.Upstream == nil {
			to.Upstream = s.Upstream
		}
		doors = append(doors, opened{l, to})
	}
	return s.keepListeners(doors)
}

func (s *Server) keepListeners(doors []opened) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || s.serving {
		closeAll(doors)
		return net.ErrClosed
	}
	s.listeners = append(s.listeners, doors...)
	for _, l := range doors {
		if a := addrPort(l.Addr()); !a.Addr().IsLoopback() {
			s.log.Warnf("listening on %s: whoever can reach this address can use the proxy", l.Addr())
		}
	}
	return nil
}

// upstreams returns those that are known before there is a client: of the listeners
// or, as long as there are none, of the Server. It fails when connections would
// have nowhere to go.
func (s *Server) upstreams() (all []Upstream, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doors := s.listeners
	if len(doors) == 0 {
		doors = []opened{{to: Listener{Upstream: s.Upstream}}}
	}
	for _, l := range doors {
		switch {
		case l.to.Route != nil:
		case l.to.Upstream == nil:
			return nil, errNoUpstream
		default:
			all = append(all, l.to.Upstream)
		}
	}
	return all, nil
}

func closeAll(listeners []opened) {
	for _, l := range listeners {
		_ = l.Close() // nothing was accepted on it
	}
}

// network is the network of an address to listen on: 0.0.0.0 is all addresses of IPv4,
// which package net would take for those of IPv6 too.
func network(address string) string {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is4() {
		return "tcp4"
	}
	return "tcp"
}

// Addrs returns the addresses that are listened on, in the order given to Listen.
func (s *Server) Addrs() []net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	addrs := make([]net.Addr, len(s.listeners))
	for i, l := range s.listeners {
		addrs[i] = l.Addr()
	}
	return addrs
}

// acceptLoop takes connections until the listener is closed. No other error ends
// it: being out of file descriptors passes, and the connections that are open
// must not suffer from it.
func (s *Server) acceptLoop(l opened) {
	var said throttle
	backoff := minAcceptBackoff
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			backoff = minAcceptBackoff
			s.accept(l.to, c)
		case errors.Is(err, net.ErrClosed) || s.isClosing():
			return
		default:
			if n := said.ready(time.Now()); n > 0 {
				s.log.WithError(err).Warnf("cannot accept a connection on %s (%d times); trying again", l.Addr(), n)
			}
			s.pause(backoff)
			backoff = min(2*backoff, maxAcceptBackoff)
		}
	}
}

// pause waits for d, or until the server is killed. A Shutdown meanwhile is seen
// at most maxAcceptBackoff later.
func (s *Server) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.killed.Done():
	}
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// accept begins the relay of c, or resets it when there are too many.
func (s *Server) accept(by Listener, nc net.Conn) {
	accepted := time.Now()
	s.counts.accepted.Add(1)
	c, ok := nc.(Conn)
	if !ok {
		s.log.Errorf("a listener gave a %T, which cannot half-close; the connection is refused", nc)
		reset(nc)
		return
	}
	if sess, open := s.admit(by, c, accepted); sess != nil {
		s.relaying.Go(sess.run)
		s.suspectLoop(open)
		return
	}
	reset(c)
	s.counts.refused.Add(1)
	if n := s.limited.ready(accepted); n > 0 && !s.isClosing() {
		s.log.Warnf("connection limit of %d reached: reset %d connection(s), the last from %s%s",
			s.maxConnections(), n, c.RemoteAddr(), s.goesRound())
	}
}

// admit returns the session for c and how many are open with it, or nil when there are too
// many already or the server is shutting down.
func (s *Server) admit(by Listener, c Conn, accepted time.Time) (sess *session, open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.sessions) >= s.maxConnections() {
		return nil, 0
	}
	s.lastID++
	sess = newSession(s, by, s.lastID, c, accepted)
	s.sessions[sess.id] = sess
	return sess, len(s.sessions)
}

func (s *Server) forget(id ConnID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

func (s *Server) maxConnections() int {
	if s.MaxConnections == 0 {
		return DefaultMaxConnections
	}
	return s.MaxConnections
}

// throttle lets one log line pass every logEvery. The zero value lets the first pass.
type throttle struct {
	mu   sync.Mutex
	last time.Time
	held int
}

// ready returns how many times it was called since it last returned more than 0,
// if that is long enough ago, and otherwise 0.
func (t *throttle) ready(now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held++
	if !t.last.IsZero() && now.Sub(t.last) < logEvery {
		return 0
	}
	n := t.held
	t.last, t.held = now, 0
	return n
}

// addrPort returns a as an address and port, IPv4 in its short form, or the zero
// value if a is of another kind.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
