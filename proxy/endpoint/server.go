// Package endpoint is a small RTMP server with a player and a publisher to talk
// to it: the upstream that rtmpscope brings along, and the two sides of its
// demo.
//
//	var s endpoint.Server
//	go s.Serve(listener)
//	counts, err := endpoint.Play(ctx, addr, "demo", "clock", endpoint.Options{})
//	s.Shutdown(ctx)
//
// The server takes what encoders publish and hands it to players, together
// with what a late player needs: metadata, sequence headers and the pictures
// since the last keyframe. One stream is always there: demo/clock, a test
// picture with a running clock and a tone, generated while somebody watches.
//
// Decisions where servers differ:
//
//   - A player of a stream that nobody publishes waits for WaitForStream and is
//     then told NetStream.Play.StreamNotFound. (nginx-rtmp and SRS wait for ever;
//     Adobe's server refuses at once.)
//   - The handshake is answered in the way it was asked: a C1 with a valid digest
//     gets a digest in the same layout and a signature, any other gets an echo.
//   - Commands are answered in AMF0, whatever objectEncoding the client asked for.
//   - Timestamps are passed on as the publisher sent them.
//   - A slow player loses whole groups of pictures and never delays anybody.
//   - Everybody may publish and play everything; there is no authentication.
//
// It does not record, transcode, relay, encrypt (RTMPE, RTMPS) or tunnel
// (RTMPT), and keeps no shared objects.
//
// Sources: RTMP 1.0 §5 to §7; where that is silent, what FFmpeg, librtmp, OBS
// and GStreamer expect of a server.
package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// ErrServerClosed is what [Server.Serve] returns after Close or Shutdown.
var ErrServerClosed = errors.New("endpoint: server closed")

// Defaults of the fields of [Server] that are zero.
const (
	DefaultMaxConnections   = 512
	DefaultQueueBytes       = 8 << 20
	DefaultHandshakeTimeout = 10 * time.Second
	DefaultPingInterval     = 30 * time.Second
	DefaultIdleTimeout      = 90 * time.Second
	DefaultWaitForStream    = 3 * time.Second
)

// Server is an RTMP server. The zero value is ready to use; the fields must not
// change after Serve. All methods are safe for concurrent use.
type Server struct {
	// Version is the product version that connect reports to clients.
	Version string

	// OnEvent is told what a person may want to know. It is called from many
	// goroutines, must not block and must not call the server. If nil, nobody is
	// told.
	OnEvent func(Event)

	// MaxConnections is how many clients are served at a time; one more is
	// closed at once. If 0, 512.
	MaxConnections int

	// QueueBytes bounds what waits to be sent to one player, and half of it the
	// group of pictures kept for late players. If 0, 8 MiB.
	QueueBytes int

	// HandshakeTimeout bounds the handshake as a whole. If 0, 10 s.
	HandshakeTimeout time.Duration

	// PingInterval is after how much silence a client gets a Ping Request. If 0,
	// 30 s.
	PingInterval time.Duration

	// IdleTimeout is after how much silence a client is given up, and how long
	// it may take nothing that is sent to it. If 0, 90 s.
	IdleTimeout time.Duration

	// WaitForStream is how long a player waits for a publisher before it is
	// told that there is no such stream. If 0, 3 s; if negative, not at all.
	WaitForStream time.Duration

	once sync.Once
	hub  *hub
	work sync.WaitGroup // connections and Serve calls

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	closed    bool
}

// Event is something that happened to a client.
type Event struct {
	// Remote is the address of the client.
	Remote string
	// Text says what happened, in our words. It holds nothing from the wire.
	Text string
	// Stream is the application and stream name, when there is one. It comes
	// from the wire as it is and may hold a secret stream key.
	Stream string
	// Err is why the client was let go, nil for a client that left.
	Err error
}

func (s *Server) init() {
	s.once.Do(func() {
		s.MaxConnections = cmp.Or(s.MaxConnections, DefaultMaxConnections)
		s.QueueBytes = cmp.Or(s.QueueBytes, DefaultQueueBytes)
		s.HandshakeTimeout = cmp.Or(s.HandshakeTimeout, DefaultHandshakeTimeout)
		s.PingInterval = cmp.Or(s.PingInterval, DefaultPingInterval)
		s.IdleTimeout = cmp.Or(s.IdleTimeout, DefaultIdleTimeout)
		s.WaitForStream = max(0, cmp.Or(s.WaitForStream, DefaultWaitForStream))
		s.hub = newHub(s.QueueBytes/2, s.WaitForStream)
		s.hub.sources[ClockStream] = playClock
		s.listeners = map[net.Listener]struct{}{}
		s.conns = map[*conn]struct{}{}
	})
}

// Serve accepts clients until l fails or the server is closed, and closes l. It
// may be called several times with different listeners.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if !s.listen(l) {
		return ErrServerClosed
	}
	defer s.work.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			if err = s.acceptFailed(err); err != nil {
				return err
			}
			continue
		}
		s.admit(c)
	}
}

// listen registers a listener unless the server is closed.
func (s *Server) listen(l net.Listener) bool {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.listeners[l] = struct{}{}
	s.work.Add(1)
	return true
}

// acceptFailed returns the error that ends Serve. Running out of file
// descriptors passes, so it waits a little instead.
func (s *Server) acceptFailed(err error) error {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return ErrServerClosed
	}
	var n net.Error
	if errors.As(err, &n) && !errors.Is(err, net.ErrClosed) {
		s.event(Event{Text: "a connection could not be accepted", Err: err})
		time.Sleep(100 * time.Millisecond)
		return nil
	}
	return fmt.Errorf("endpoint: accept: %w", err)
}

// admit serves a client in a goroutine of its own, if there is room.
func (s *Server) admit(nc net.Conn) {
	c := newConn(s, nc)
	s.mu.Lock()
	room := !s.closed && len(s.conns) < s.MaxConnections
	if room {
		s.conns[c] = struct{}{}
		s.work.Go(c.serve)
	}
	s.mu.Unlock()
	if !room {
		nc.Close()
		c.event("refused: too many connections", "", nil)
	}
}

// forget removes a connection that has ended.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// Shutdown stops accepting, lets go every client after what waits for it has
// been sent, and waits until all have gone. When ctx ends first, it closes their
// connections and returns the error of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop((*conn).finish)
	gone := make(chan struct{})
	go func() {
		s.work.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		s.hub.close()
		return nil
	case <-ctx.Done():
		s.stop((*conn).abort)
		<-gone
		s.hub.close()
		return ctx.Err()
	}
}

// Close closes all listeners and connections and returns when every goroutine
// of the server has ended.
func (s *Server) Close() error {
	s.stop((*conn).abort)
	s.work.Wait()
	s.hub.close()
	return nil
}

// stop closes the listeners and ends every connection in the given way.
func (s *Server) stop(end func(*conn)) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for l := range s.listeners {
		l.Close()
		delete(s.listeners, l)
	}
	for c := range s.conns {
		end(c)
	}
}

func (s *Server) event(e Event) {
	if s.OnEvent != nil {
		s.OnEvent(e)
	}
}
