package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
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

// ListenError says that an address could not be listened on, and what to do.
type ListenError struct {
	Address string // as given to Listen
	Err     error  // from the system
}

// Error names the address, the cause and a way out in one line.
func (e *ListenError) Error() string {
	cause, advice := e.Err.Error(), "check the address given with --listen"
	var operation *net.OpError
	var address *net.AddrError
	switch {
	case errors.As(e.Err, &address):
		return fmt.Sprintf("--listen %s: %s; write HOST:PORT, or :PORT for all addresses, for example 127.0.0.1:1936 or :1936", e.Address, address.Err)
	case errors.Is(e.Err, syscall.EADDRINUSE):
		cause = "address already in use"
		advice = "another program has this port; stop it or choose another one, for example --listen " + e.nextPort()
	case errors.Is(e.Err, syscall.EACCES):
		cause = "permission denied"
		advice = "ports below 1024 need privileges; choose a higher one, for example --listen 127.0.0.1:1935"
	case errors.Is(e.Err, syscall.EADDRNOTAVAIL):
		cause = "this machine does not have that address"
		advice = "use an address of this machine, for example --listen 127.0.0.1:1935"
	case errors.As(e.Err, &operation):
		cause = operation.Err.Error() // without the address again
	}
	return fmt.Sprintf("listen %s: %s: %s", e.Address, cause, advice)
}

// Unwrap returns the error of the system.
func (e *ListenError) Unwrap() error { return e.Err }

func (e *ListenError) nextPort() string {
	host, port, err := net.SplitHostPort(e.Address)
	n, numErr := strconv.ParseUint(port, 10, 16)
	if err != nil || numErr != nil || n == 65535 {
		return "127.0.0.1:1936"
	}
	return net.JoinHostPort(host, strconv.FormatUint(n+1, 10))
}

// Listen opens all the addresses (host:port, TCP), or none. The error is a
// [*ListenError]. It warns about an address that other machines can reach.
func (s *Server) Listen(ctx context.Context, addrs []string) error {
	s.init()
	listen := s.ListenFunc
	if listen == nil {
		listen = new(net.ListenConfig).Listen
	}
	var opened []net.Listener
	for _, addr := range addrs {
		l, err := listen(ctx, "tcp", addr)
		if err != nil {
			closeAll(opened)
			return &ListenError{Address: addr, Err: err}
		}
		opened = append(opened, l)
	}
	return s.keepListeners(opened)
}

func (s *Server) keepListeners(opened []net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || s.serving {
		closeAll(opened)
		return net.ErrClosed
	}
	s.listeners = append(s.listeners, opened...)
	for _, l := range opened {
		if a := addrPort(l.Addr()); !a.Addr().IsLoopback() {
			s.log.Warnf("listening on %s: whoever can reach this address can use the proxy", l.Addr())
		}
	}
	return nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close() // nothing was accepted on it
	}
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
func (s *Server) acceptLoop(l net.Listener) {
	var said throttle
	backoff := minAcceptBackoff
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			backoff = minAcceptBackoff
			s.accept(c)
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
func (s *Server) accept(nc net.Conn) {
	accepted := time.Now()
	s.counts.accepted.Add(1)
	c, ok := nc.(Conn)
	if !ok {
		s.log.Errorf("a listener gave a %T, which cannot half-close; the connection is refused", nc)
		reset(nc)
		return
	}
	if sess := s.admit(c, accepted); sess != nil {
		s.relaying.Go(sess.run)
		return
	}
	reset(c)
	s.counts.refused.Add(1)
	if n := s.limited.ready(accepted); n > 0 && !s.isClosing() {
		s.log.Warnf("connection limit of %d reached: reset %d connection(s), the last from %s",
			s.maxConnections(), n, c.RemoteAddr())
	}
}

// admit returns the session for c, or nil when there are too many already or the
// server is shutting down.
func (s *Server) admit(c Conn, accepted time.Time) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.sessions) >= s.maxConnections() {
		return nil
	}
	s.lastID++
	sess := newSession(s, s.lastID, c, accepted)
	s.sessions[sess.id] = sess
	return sess
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
