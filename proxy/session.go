package proxy

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// resetGrace bounds how long bytes that a peer sent before it broke may make
	// no progress on their way to the other side.
	resetGrace = time.Second

	// lingerTime bounds how long a leg that we ended waits for its peer to end
	// too. Closed earlier, with unread bytes, it would answer with a reset.
	lingerTime = 500 * time.Millisecond
)

// session is one accepted connection and its upstream leg.
type session struct {
	server *Server
	id     ConnID
	ctx    context.Context // done when dialling and waiting must end
	cancel context.CancelFunc
	legs   [2]*leg // by sender: legs[FromClient] is the client's
	flows  [2]flow // by sender
	holds  [2]hold // by sender
	info   atomic.Pointer[ConnInfo]
	half   atomic.Bool // one direction has ended cleanly

	mu      sync.Mutex
	stopped *End // set once the proxy wants the connection to end
}

func newSession(s *Server, id ConnID, client Conn, accepted time.Time) *session {
	c := &session{server: s, id: id}
	c.ctx, c.cancel = context.WithCancel(s.killed)
	c.legs[FromClient] = newLeg(client)
	c.info.Store(&ConnInfo{
		Client:   addrPort(client.RemoteAddr()),
		Listener: addrPort(client.LocalAddr()),
		Upstream: s.Upstream.String(),
		Accepted: accepted,
	})
	return c
}

// run is the life of a connection: reach the upstream, copy both ways, close.
func (c *session) run() {
	defer c.server.forget(c.id)
	defer c.cancel()
	upstream, err := c.server.connect(c.ctx, c.legs[FromClient].conn)
	if err != nil || !c.open(upstream) {
		c.refuse(err)
		return
	}
	c.server.tap.opened(c.id, *c.info.Load())
	var server, client End
	var copying sync.WaitGroup
	copying.Go(func() { server = c.copyFromServer() })
	client = c.copyFromClient()
	copying.Wait()
	c.close(client.How, server.How)
}

// open takes the connected upstream leg in and tells the tap. It returns false,
// and closes the leg, when the connection was stopped before.
func (c *session) open(upstream Conn) bool {
	info := *c.info.Load()
	info.Connected = time.Now()
	info.Local, info.Server = addrPort(upstream.LocalAddr()), addrPort(upstream.RemoteAddr())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		_ = upstream.Close() // nothing was written to it
		return false
	}
	c.legs[FromServer] = newLeg(upstream)
	c.info.Store(&info)
	return true
}

// refuse ends a client whose upstream was not reached: at once, so that it does
// not wait for a server that is not there. The tap sees what happened.
func (c *session) refuse(err *DialError) {
	var end End
	if stopped := c.stoppedBy(); stopped != nil {
		end = *stopped
	} else {
		end = err.end()
		c.server.counts.dialFailed.Add(1)
		c.server.counts.lastDial.Store(err)
		c.server.log.Warnf("connection %d from %s: %v", c.id, c.info.Load().Client, err)
	}
	client := c.legs[FromClient]
	if end.How == Reset {
		client.reset(c.ctx)
	} else {
		client.close()
	}
	tap, now := &c.server.tap, time.Now()
	tap.opened(c.id, *c.info.Load())
	tap.closed(c.id, FromServer, now, end)
	if end.How == Reset {
		end.How = Aborted
	}
	tap.closed(c.id, FromClient, now, end)
}

// stop ends the connection gently: no more is read, what was read is written for
// as long as grace, FIN follows.
func (c *session) stop(reason Reason, grace time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped == nil {
		c.stopped = &End{How: Shutdown, Reason: reason}
	}
	c.cancel()
	now := time.Now()
	for _, l := range c.opened() {
		l.readUntil(now)
		l.writeUntil(now.Add(grace))
	}
}

// kill ends the connection at once. The copiers end it, because they alone know
// whether what they read was written, and may be told as clean.
func (c *session) kill() { c.stop(CutShort, 0) }

// opened returns the legs that exist. The caller holds c.mu.
func (c *session) opened() []*leg {
	if c.legs[FromServer] == nil {
		return c.legs[:FromServer]
	}
	return c.legs[:]
}

// stoppedBy returns why the proxy ended the connection, or nil if it did not.
func (c *session) stoppedBy() *End {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped == nil && c.ctx.Err() != nil {
		return &End{How: Shutdown, Reason: CutShort}
	}
	return c.stopped
}

// close closes both legs after both directions have ended. A leg of a connection
// that lost bytes, or may have, is reset, whichever way they went.
func (c *session) close(ends ...Close) {
	how := Fin
	for _, end := range ends {
		switch {
		case end == Reset || end == Aborted || end == Timeout:
			how = Reset
		case end == Shutdown && how == Fin:
			how = Shutdown
		}
	}
	var closing sync.WaitGroup
	for _, l := range c.legs {
		switch how {
		case Reset:
			l.reset(c.ctx)
		case Shutdown:
			closing.Go(func() { l.linger(c.server.killed) })
		default:
			l.close()
		}
	}
	closing.Wait()
}
