package proxy

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// leg is one of the two sockets of a connection.
type leg struct {
	conn    Conn
	finSent atomic.Bool
	broken  atomic.Pointer[breach] // why, once the peer is known to be gone
	once    sync.Once              // closes conn
	queued  atomic.Int64           // unsent bytes when the write deadline was last set
	silent  silence
	goesOn  bool // conn itself goes on with a write whose deadline passed
}

// A persistent connection goes on by itself with a write whose deadline passed, as
// long as may allows it after n more bytes: what is above it cannot.
type persistent interface {
	goOn(may func(n int, err error) bool)
}

func newLeg(conn Conn, timeout time.Duration) *leg {
	if tcp, ok := socket(conn).(interface{ SetNoDelay(bool) error }); ok {
		_ = tcp.SetNoDelay(true) // what fails here fails at the first read
	}
	keepAlive(conn, timeout)
	return &leg{conn: conn}
}

// finish sends FIN. It fails when there is no connection any more to send it on.
func (l *leg) finish() error {
	l.finSent.Store(true)
	return l.conn.CloseWrite()
}

func (l *leg) close() {
	l.once.Do(func() { _ = l.conn.Close() })
}

// reset ends the leg with RST, after what was written has arrived, as long as the
// peer is taking it. A leg that is closed or broken has nothing to wait for.
func (l *leg) reset(ctx context.Context) {
	l.once.Do(func() {
		if l.broken.Load() == nil {
			awaitSent(ctx, l.conn)
		}
		reset(l.conn)
	})
}

// linger waits for the peer to end the leg on which we sent FIN, unless killed is
// done, and closes it.
func (l *leg) linger(killed context.Context) {
	l.readUntil(time.Now().Add(lingerTime))
	defer l.close()
	defer context.AfterFunc(killed, func() { l.readUntil(time.Now()) })()
	_, _ = io.Copy(io.Discard, l.conn) // ends with EOF, or in time
}

// breaks notes why the peer is gone. The first reason stays.
func (l *leg) breaks(err error) {
	l.broken.CompareAndSwap(nil, breachOf(err))
}

// breach is why a leg is broken.
type breach struct {
	reason Reason
	detail string
}

// breachOf gives the error of a read or write its reason.
func breachOf(err error) *breach {
	switch {
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &breach{reason: PeerReset}
	case errors.Is(err, errTruncated):
		return &breach{reason: Truncated}
	case errors.Is(err, syscall.ETIMEDOUT):
		return &breach{reason: Vanished}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		// What a router said last before the system gave up (tcp_write_err in Linux).
		return &breach{Vanished, plain(err)}
	}
	return &breach{PeerBroke, plain(err)}
}

// end is the end of a direction because of the breach.
func (b *breach) end(how Close) End { return End{How: how, Reason: b.reason, Detail: b.detail} }

// wasReset reports whether the peer reset the connection although a read says
// EOF: a write that failed meanwhile takes the error away from the reader. A socket that
// got FIN is not closed as long as we have not sent our own.
func (l *leg) wasReset() bool {
	closed := socketClosed(l.conn) // before finSent, which is set before FIN is sent
	return closed && !l.finSent.Load()
}

// readUntil and writeUntil set deadlines. They fail on a closed socket only,
// where reads and writes fail too.
func (l *leg) readUntil(t time.Time)  { _ = l.conn.SetReadDeadline(t) }
func (l *leg) writeUntil(t time.Time) { _ = l.conn.SetWriteDeadline(t) }

// awaitSent waits until the peer has acknowledged all that was written, or none
// of it for resetGrace. It does not wait when that cannot be known.
func awaitSent(ctx context.Context, conn Conn) {
	left, since := 0, time.Now()
	for n := unsent(conn); n > 0 && !socketClosed(conn); n = unsent(conn) {
		if n != left {
			left, since = n, time.Now()
		}
		if time.Since(since) > resetGrace || ctx.Err() != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// plain is the innermost text of err, without the addresses that package net adds.
func plain(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
