package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// TLSServer does the server's part of a TLS handshake on the connection of a client
// and returns what is inside, for a [Front]. ctx bounds the handshake alone.
//
// What is relayed is the plaintext, and ends keep their meaning: the end of a
// direction is close_notify and FIN together (RFC 8446 §6.1); FIN without
// close_notify is a truncation, which is no clean end and becomes a reset. A write
// that a deadline broke off in the middle of a record is never gone on with by
// another one. The connection is [Informed]. An error is a [*TLSError].
func TLSServer(ctx context.Context, conn Conn, config *tls.Config) (Conn, error) {
	below := newTLSSocket(conn)
	return handshake(ctx, &tlsConn{tls.Server(below, config), below, conn, &clientTLS, nil})
}

// TLSClient does the client's part on the connection to a server, for an [Upstream].
// Otherwise it is like [TLSServer]. judged, unless it is nil, gives more facts when the
// handshake is over, such as a verdict about the certificate.
func TLSClient(ctx context.Context, conn Conn, config *tls.Config, judged func() Facts) (Conn, error) {
	below := newTLSSocket(conn)
	return handshake(ctx, &tlsConn{tls.Client(below, config), below, conn, &serverTLS, judged})
}

func handshake(ctx context.Context, c *tlsConn) (Conn, error) {
	err := c.HandshakeContext(ctx)
	c.below.flights.end()
	if err != nil {
		return nil, tlsError(err, c.leg, c.Facts())
	}
	return c, nil
}

// tlsConn is the plaintext of a connection.
type tlsConn struct {
	*tls.Conn
	below  *tlsSocket
	sock   Conn
	leg    *tlsLeg
	judged func() Facts // may be nil
}

// Read tells a truncation from an end, which package tls does not between records.
func (c *tlsConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.below.ended.Load() && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		err = errTruncated
	}
	return n, err
}

// errTruncated is the end of a direction without close_notify.
var errTruncated = errors.New("TLS ended without close_notify")

// CloseWrite sends close_notify and then FIN.
func (c *tlsConn) CloseWrite() error {
	if err := c.Conn.CloseWrite(); err != nil {
		return err
	}
	return c.sock.CloseWrite()
}

// Close closes the socket. It does not try to send close_notify, as package tls does
// for as long as five seconds: that is for CloseWrite.
func (c *tlsConn) Close() error { return c.sock.Close() }

// The deadlines are those of the socket.

func (c *tlsConn) SetDeadline(t time.Time) error      { return c.sock.SetDeadline(t) }
func (c *tlsConn) SetReadDeadline(t time.Time) error  { return c.sock.SetReadDeadline(t) }
func (c *tlsConn) SetWriteDeadline(t time.Time) error { return c.sock.SetWriteDeadline(t) }

// goOn makes writes go on, below TLS, as long as may allows it.
func (c *tlsConn) goOn(may func(n int, err error) bool) { c.below.may = may }

// Facts implements [Informed].
func (c *tlsConn) Facts() Facts {
	facts := c.leg.facts(c.ConnectionState(), c.below.flights.String())
	if c.judged != nil {
		facts = facts.Join(c.judged())
	}
	return facts
}

// tlsSocket is what package tls writes records to and reads them from.
type tlsSocket struct {
	Conn
	may     func(n int, err error) bool // nil until the connection is relayed
	failed  atomic.Pointer[error]       // why nothing more is written
	ended   atomic.Bool                 // the peer sent FIN before close_notify
	flights flights
}

func newTLSSocket(conn Conn) *tlsSocket {
	return &tlsSocket{Conn: conn, flights: flights{begun: time.Now()}}
}

// NetConn leads to the socket.
func (s *tlsSocket) NetConn() net.Conn { return s.Conn }

// Read notes FIN, which package tls reads only when it has no close_notify.
func (s *tlsSocket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.shaking(false, n)
	if n > 0 && errors.Is(err, io.EOF) {
		return n, nil // once more, when what came before it is used up
	}
	if errors.Is(err, io.EOF) {
		s.ended.Store(true)
	}
	return n, err
}

// Write writes a record or, once one could not be written whole, nothing: after the
// piece of a record whatever follows is noise.
func (s *tlsSocket) Write(p []byte) (n int, err error) {
	if failed := s.failed.Load(); failed != nil {
		return 0, *failed
	}
	for {
		var m int
		m, err = s.Conn.Write(p[n:])
		s.shaking(true, m)
		if n += m; err == nil {
			return n, nil
		}
		if s.may == nil || !s.may(m, err) {
			s.failed.Store(&err)
			return n, err
		}
	}
}

// Deadlines are set on the socket by who relays. Package tls would set one of its own
// for close_notify, and leave it behind.

// SetDeadline does nothing.
func (s *tlsSocket) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (s *tlsSocket) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (s *tlsSocket) SetWriteDeadline(time.Time) error { return nil }

// shaking notes bytes of the handshake. What is relayed later costs a look.
func (s *tlsSocket) shaking(sent bool, n int) {
	if s.may == nil {
		s.flights.note(sent, n)
	}
}
