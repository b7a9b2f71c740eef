package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// copyFromClient relays what the client sends. It has a name for goroutine dumps.
func (c *session) copyFromClient() End { return c.relay(FromClient) }

// copyFromServer relays what the server sends.
func (c *session) copyFromServer() End { return c.relay(FromServer) }

// relay moves the bytes of one direction until it ends, passes the end on, and
// tells the tap.
func (c *session) relay(dir Direction) End {
	end := c.move(dir)
	at := time.Now()
	c.flows[dir].close(end.How)
	c.server.tap.announce(c.id, dir, at)
	end = c.passOn(dir, end)
	c.flows[dir].close(end.How)
	c.server.tap.closed(c.id, dir, at, end)
	return end
}

// move reads, writes and then offers to the tap, in that order, until the
// direction ends.
func (c *session) move(dir Direction) End {
	src, dst, flow := c.legs[dir], c.legs[dir.Opposite()], &c.flows[dir]
	edits := c.editing(dir)
	room := newAppetite(&c.server.table)
	b := room.buffer()
	defer func() {
		b.Release()
		room.leave()
	}()
	for {
		c.refreshRead(src)
		n, readErr := src.conn.Read(b.block)
		if n > 0 {
			at := time.Now()
			b.n = n
			flow.begin(n, at)
			c.server.tap.announce(c.id, dir, at)
			var writeErr error
			if edits == nil {
				writeErr = c.write(dst, b.Bytes())
			} else {
				writeErr = edits.write(dst, b.Bytes())
			}
			flow.end()
			taken, other := c.server.tap.data(c.id, dir, at, b), room.had(n)
			if other && !taken {
				b.Release()
			}
			if other || taken {
				b = room.buffer()
			}
			if edits != nil {
				edits.tell(at)
			}
			if writeErr != nil {
				return c.writeEnd(dir, src, dst, writeErr)
			}
		}
		if readErr != nil {
			return c.readEnd(dir, src, readErr)
		}
	}
}

// write writes all of p. In a half-closed connection it gives up when the
// receiver took nothing for HalfCloseTimeout.
func (c *session) write(dst *leg, p []byte) error {
	c.refreshWrite(dst)
	for {
		n, err := dst.conn.Write(p)
		if err == nil {
			return nil
		}
		p = p[n:]
		if dst.goesOn || !c.mayGoOn(dst, n, err) {
			return err
		}
	}
}

// mayGoOn reports whether a write that failed after n bytes may be gone on with: it
// does when the deadline passed although the receiver took something.
func (c *session) mayGoOn(dst *leg, n int, err error) bool {
	progress := n > 0 || int64(unsent(dst.conn)) != dst.queued.Load()
	return errors.Is(err, os.ErrDeadlineExceeded) && progress && c.refreshWrite(dst)
}

// readEnd says how a direction ended whose sender could not be read any further.
func (c *session) readEnd(dir Direction, src *leg, err error) End {
	stopped := c.stoppedBy()
	switch {
	case src.broken.Load() != nil:
	case errors.Is(err, io.EOF) && !src.wasReset():
		return End{How: Fin, Reason: PeerClosed}
	case stopped != nil:
		return *stopped
	case errors.Is(err, os.ErrDeadlineExceeded):
		return c.timedOut(HalfCloseSilent)
	case errors.Is(err, net.ErrClosed):
		return c.aborted(dir)
	case errors.Is(err, io.EOF):
		src.breaks(errReset)
	default:
		src.breaks(err)
	}
	return src.broken.Load().end(Reset)
}

// errReset stands for the error of a broken connection that somebody else got.
var errReset error = syscall.ECONNRESET

// writeEnd says how a direction ended whose receiver could not be written to.
func (c *session) writeEnd(dir Direction, src, dst *leg, err error) End {
	switch {
	case src.broken.Load() != nil:
		return src.broken.Load().end(Reset)
	case errors.Is(err, os.ErrDeadlineExceeded) && c.stoppedBy() != nil:
		return End{How: Timeout, Reason: ShutDownStalled}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return c.timedOut(HalfCloseStalled)
	case !errors.Is(err, net.ErrClosed):
		dst.breaks(err)
	}
	return c.aborted(dir)
}

func (c *session) timedOut(why Reason) End {
	limit := orDefault(c.server.HalfCloseTimeout, DefaultHalfCloseTimeout)
	return End{How: Timeout, Reason: why, Detail: limit.String()}
}

// aborted is the end of a direction because its receiver is gone.
func (c *session) aborted(dir Direction) End {
	if why := c.legs[dir.Opposite()].broken.Load(); why != nil {
		return why.end(Aborted)
	}
	return End{How: Aborted, Reason: PeerGone}
}

// passOn lets the other side know how a direction ended, and returns how that is
// to be told: an end that could not be passed on is not one. Whatever is left for
// session.close to do is done when both directions have ended.
func (c *session) passOn(dir Direction, end End) End {
	src, dst := c.legs[dir], c.legs[dir.Opposite()]
	switch end.How {
	case Fin:
		return c.passFin(dir, end)
	case Shutdown:
		if dst.finish() != nil { // it is gone, or takes not even the end
			dst.reset(c.ctx)
		}
	case Reset:
		dst.reset(c.ctx)
		src.close()
	case Aborted:
		c.hurry(dst, src)
	case Timeout: // the other direction has ended, or ends now: session.close resets both legs
	}
	return end
}

// passFin passes a clean end on. A receiver that is gone breaks the connection; one
// that does not even take the end (a Conn may have something to write before FIN)
// is given up on like one that takes no bytes.
func (c *session) passFin(dir Direction, end End) End {
	src, dst := c.legs[dir], c.legs[dir.Opposite()]
	c.boundFinish(dst)
	err := dst.finish()
	switch {
	case err == nil:
		c.half.Store(true)
		c.refreshRead(dst)
		c.refreshWrite(src)
	case errors.Is(err, os.ErrDeadlineExceeded):
		dst.reset(c.ctx)
		return c.writeEnd(dir, src, dst, err)
	case c.stoppedBy() == nil:
		dst.breaks(errReset)
		c.hurry(dst, src)
	}
	return end
}

// hurry bounds what is left to do with a broken leg: what its peer sent before
// may still wait to be read. The copier of that direction passes it on to the
// other leg, and then the reset. When the proxy ends the connection, its deadlines
// stay.
func (c *session) hurry(broken, other *leg) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped == nil {
		limit := time.Now().Add(resetGrace)
		broken.readUntil(limit)
		other.writeUntil(limit)
	}
}

// boundFinish bounds how long the end may take on its way to l.
func (c *session) boundFinish(l *leg) {
	timeout := orDefault(c.server.HalfCloseTimeout, DefaultHalfCloseTimeout)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped == nil && timeout > 0 {
		l.writeUntil(time.Now().Add(timeout))
	}
}

// refreshRead gives a half-closed connection another HalfCloseTimeout to read from l.
func (c *session) refreshRead(l *leg) {
	if limit, ok := c.halfCloseLimit(); ok {
		defer c.mu.Unlock()
		l.readUntil(limit)
	}
}

// refreshWrite does the same for writing to l and reports whether it did.
func (c *session) refreshWrite(l *leg) bool {
	limit, ok := c.halfCloseLimit()
	if ok {
		defer c.mu.Unlock()
		l.queued.Store(int64(unsent(l.conn)))
		l.writeUntil(limit)
	}
	return ok
}

// halfCloseLimit returns when inactivity ends a half-closed connection. If it
// returns true it holds c.mu, so that the deadlines of stop are not overwritten.
func (c *session) halfCloseLimit() (time.Time, bool) {
	timeout := orDefault(c.server.HalfCloseTimeout, DefaultHalfCloseTimeout)
	if timeout < 0 || !c.half.Load() {
		return time.Time{}, false
	}
	c.mu.Lock()
	if c.stopped != nil {
		c.mu.Unlock()
		return time.Time{}, false
	}
	return time.Now().Add(timeout), true
}
