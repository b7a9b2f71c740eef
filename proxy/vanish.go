package proxy

import (
	"net"
	"syscall"
	"time"
)

// DefaultPeerTimeout is that of [Server.PeerTimeout]: long enough for a router that
// restarts, short enough that a stream key is free again before somebody gives up.
const DefaultPeerTimeout = 2 * time.Minute

// probeTime is how long Linux may wait before it asks a receiver again whether it
// takes bytes now (TCP_RTO_MAX, RFC 9293 §3.8.6.1): silence of one that takes none
// says nothing before two questions were lost.
const probeTime = 2 * 2 * time.Minute

// keepAliveCount is how many questions to a peer that sends nothing may be lost.
const keepAliveCount = 6

// keepAlive lets the system ask a peer that sends nothing whether it is still there,
// so that its absence is known after the timeout. TCP_USER_TIMEOUT is of no use for
// the rest: it also ends connections whose receiver answers and takes no bytes.
func keepAlive(conn Conn, timeout time.Duration) {
	tcp, ok := socket(conn).(*net.TCPConn)
	if !ok || timeout < 0 {
		return
	}
	_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{ // what fails here fails at the first read
		Enable: true, Idle: timeout / 4, Interval: timeout / 8, Count: keepAliveCount,
	})
}

// silence is what is known of a peer that owes an answer. Only the goroutine of
// Server.watch uses it.
type silence struct{ since time.Time }

// look takes what the socket says: whether the peer owes an answer, and when it
// answered last. It returns for how long it has owed one.
func (s *silence) look(now time.Time, owes bool, answered time.Time) time.Duration {
	switch {
	case !owes:
		s.since = time.Time{}
		return 0
	case s.since.IsZero():
		s.since = now
	case answered.After(s.since):
		s.since = answered
	}
	return now.Sub(s.since)
}

// vanished ends a leg whose peer owes an answer for too long.
func (c *session) vanished(l *leg, now time.Time) {
	timeout := c.server.peerTimeout()
	owes, shut, answered := owed(l.conn, now)
	silent := l.silent.look(now, owes, answered)
	if shut && timeout >= 0 {
		timeout += probeTime
	}
	if timeout < 0 || silent < timeout {
		return
	}
	l.breaks(syscall.ETIMEDOUT)
	l.reset(c.ctx)
}

func (s *Server) peerTimeout() time.Duration { return orDefault(s.PeerTimeout, DefaultPeerTimeout) }
