// Package proxy moves bytes between clients and one upstream server, unchanged,
// and offers a copy of them to a [Tap].
//
// Use it like this: fill in a [Server], call [Server.Listen], then [Server.Serve],
// and [Server.Shutdown] from another goroutine to end.
//
// What it promises:
//
//   - Bytes out are bytes in, in order, in both directions, whatever the tap does.
//     With an [Editor], bytes out are bytes in with the edits applied that the tap is
//     told of.
//   - The end of a direction is passed on as what it was: FIN becomes FIN, a reset
//     becomes a reset. An error never becomes a clean end.
//   - A direction that the proxy gives up on is reset, with the whole connection,
//     even when nothing seems to be on its way: only the sender's FIN says that a
//     receiver got everything, and a byte may arrive after the last look for one.
//     The one end of our own that is a FIN is that of [Server.Shutdown], after the
//     last byte that was read; a receiver that does not take that byte is reset.
//   - A slow receiver slows its sender, as it would without us: a direction holds
//     one read buffer of 64 KiB besides what the two kernel sockets hold.
//   - Nothing here waits for a tap, unless the tap chooses to make it wait.
//
// What it does not do: look into the bytes, change them by itself, keep them, or open a
// connection that no client asked for. Go's splice fast path is given up on
// purpose, because the bytes have to pass through here to be seen.
package proxy

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
)

// Defaults of the fields of [Server] that are zero.
const (
	DefaultWelcomeTimeout   = 10 * time.Second
	DefaultDialTimeout      = 10 * time.Second
	DefaultHalfCloseTimeout = 60 * time.Second
	DefaultDrainTimeout     = 5 * time.Second
	DefaultMaxConnections   = 512
)

// Conn is a connection that can end its sending side on its own. Both legs of a
// relayed connection are one: without CloseWrite the end of one direction could
// not be passed on while the other goes on. *net.TCPConn is one. *tls.Conn has the
// methods and is none: its CloseWrite sends no FIN, and it cannot go on after a
// write deadline; see [TLSServer].
type Conn interface {
	net.Conn
	// CloseWrite sends FIN after all that was written before.
	CloseWrite() error
}

// Server relays every connection that it accepts to its upstream. Only an upstream
// is required, here or for every [Listener]. The fields must not change after [Server.Listen]; a Server serves
// once. All methods may be called from any goroutine.
type Server struct {
	// Upstream is where the connections go of listeners that have none of their own.
	Upstream Upstream

	// Tap gets a copy of the bytes. If nil, nobody does.
	Tap Tap

	// Edit, if not nil, is asked for an [Editor] of each direction of each connection
	// before its first byte; nil is none, and then bytes out are bytes in.
	Edit func(ConnID, Direction, ConnInfo) Editor

	// WelcomeTimeout bounds what a [Front] does with a client. If 0, 10 s.
	WelcomeTimeout time.Duration

	// DialTimeout bounds reaching the upstream, name lookup included. If 0, 10 s.
	DialTimeout time.Duration

	// PeerTimeout bounds how long a peer may answer nothing, neither bytes nor
	// keepalives, before it counts as vanished and its connection is ended. If 0,
	// 2 min; if negative, the system decides. Bytes that wait for an answer shorten
	// nothing on systems other than Linux.
	PeerTimeout time.Duration

	// HalfCloseTimeout bounds how long one direction may be inactive after the
	// other has ended; then the connection is reset. If 0, 60 s; if negative, there
	// is no bound.
	HalfCloseTimeout time.Duration

	// DrainTimeout is how long Shutdown lets connections finish by themselves.
	// If 0, 5 s; if negative, they are ended at once, still with FIN.
	DrainTimeout time.Duration

	// MaxConnections is how many connections are relayed at the same time; one
	// more is reset as soon as it is accepted. If 0, 512.
	MaxConnections int

	// Logger takes what a person should know. If nil, nothing is logged.
	Logger logrus.FieldLogger

	// ListenFunc opens a listener. If nil, that of net.ListenConfig is used. What
	// the listener accepts must be a [Conn].
	ListenFunc func(ctx context.Context, network, address string) (net.Listener, error)

	once      sync.Once
	tap       guard
	table     table // of what copiers read into
	log       logrus.FieldLogger
	killed    context.Context
	kill      context.CancelFunc
	served    chan struct{}
	accepting sync.WaitGroup
	relaying  sync.WaitGroup
	limited   throttle
	rounds    throttle
	refusals  repeats
	counts    counters

	mu        sync.Mutex
	listeners []opened
	sessions  map[ConnID]*session
	lastID    ConnID
	serving   bool
	closing   bool
}

// counters hold what [Server.Totals] reports.
type counters struct {
	accepted, refused, dialFailed, unwelcome atomic.Int64
	lastDial                                 atomic.Pointer[DialError]
}

var (
	errNoUpstream  = errors.New("proxy: no upstream is set")
	errNoListener  = errors.New("proxy: Serve needs a successful Listen first")
	errUnaudited   = errors.New("proxy: with Edit the Tap has to be an Auditor")
	errServedTwice = errors.New("proxy: a Server serves once")
)

func (s *Server) init() {
	s.once.Do(func() {
		s.log = s.Logger
		if s.log == nil {
			silent := logrus.New()
			silent.SetOutput(io.Discard)
			s.log = silent
		}
		s.tap = guard{tap: s.Tap, log: s.log}
		s.killed, s.kill = context.WithCancel(context.Background())
		s.served = make(chan struct{})
		s.sessions = make(map[ConnID]*session)
	})
}

// Serve accepts and relays until [Server.Shutdown], or until ctx is done, which
// ends every connection at once. It returns when all goroutines of the Server
// have ended: nil if it was told to end, otherwise why it did not begin, which is
// what [Server.CheckUpstream] says or a wrong order of calls.
func (s *Server) Serve(ctx context.Context) error {
	s.init()
	if _, err := s.upstreams(); err != nil {
		return err
	}
	listeners, err := s.begin()
	if err != nil {
		return err
	}
	defer close(s.served)
	defer s.stopAccepting()
	if err := s.CheckUpstream(ctx); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, s.closeNow)
	defer stop()
	over := make(chan struct{})
	var watching sync.WaitGroup
	defer watching.Wait()
	defer close(over)
	watching.Go(func() { s.watch(over) })
	for _, l := range listeners {
		s.accepting.Go(func() { s.acceptLoop(l) })
	}
	s.accepting.Wait()
	s.relaying.Wait()
	return nil
}

func (s *Server) begin() ([]opened, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.serving:
		return nil, errServedTwice
	case len(s.listeners) == 0:
		return nil, errNoListener
	case s.Edit != nil && !s.tap.audits():
		return nil, errUnaudited
	}
	s.serving = true
	return s.listeners, nil
}

// Shutdown stops accepting, lets connections finish for DrainTimeout, ends those
// that are left with FIN on both legs, or with a reset where a receiver does not
// take what was read for it, and returns when Serve is about to return.
// When ctx is done before that it ends them at once and returns the error of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.init()
	if !s.stopAccepting() {
		return nil
	}
	drain, cancel := context.WithTimeout(ctx, orDefault(s.DrainTimeout, DefaultDrainTimeout))
	defer cancel()
	select {
	case <-s.served:
		return nil
	case <-drain.Done():
		if ctx.Err() == nil {
			s.endSessions()
		}
	}
	select {
	case <-s.served:
		return nil
	case <-ctx.Done():
		s.closeNow()
		<-s.served
		return ctx.Err()
	}
}

// stopAccepting closes the listeners and reports whether Serve was called.
func (s *Server) stopAccepting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	for _, l := range s.listeners {
		_ = l.Close() // a second Close says so, which is of no interest
	}
	return s.serving
}

func (s *Server) endSessions() {
	for _, c := range s.open() {
		c.stop(ShutDown, resetGrace)
	}
}

func (s *Server) closeNow() {
	s.stopAccepting()
	s.kill()
	for _, c := range s.open() {
		c.kill()
	}
}

// open returns the sessions that have not ended, in no order.
func (s *Server) open() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.sessions))
}

// orDefault returns d, or def if d is 0.
func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}
