package proxy

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
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
	server   *Server
	listener Listener
	id       ConnID
	ctx      context.Context // done when dialling and waiting must end
	cancel   context.CancelFunc
	legs     [2]*leg   // by sender: legs[FromClient] is the client's
	flows    [2]flow   // by sender
	holds    [2]hold   // by sender
	lags     [2]lag    // likewise
	seen     [2]sample // likewise, when the receivers were looked at last
	info     atomic.Pointer[ConnInfo]
	half     atomic.Bool // one direction has ended cleanly
	told     bool        // a client that does not get an upstream was told so in words

	mu      sync.Mutex
	stopped *End // set once the proxy wants the connection to end
}

func newSession(s *Server, by Listener, id ConnID, client Conn, accepted time.Time) *session {
	c := &session{server: s, listener: by, id: id}
	c.ctx, c.cancel = context.WithCancel(s.killed)
	c.legs[FromClient] = newLeg(client, s.peerTimeout())
	info := ConnInfo{
		Client:   addrPort(client.RemoteAddr()),
		Listener: addrPort(client.LocalAddr()),
		Accepted: accepted,
		Facts:    Facts(nil).With(FactListener, by.Name),
	}
	if by.Route == nil {
		info.Upstream = by.Upstream.String()
	}
	c.info.Store(&info)
	return c
}

// run is the life of a connection: greet the client, reach the upstream, copy both
// ways, close.
func (c *session) run() {
	defer c.server.forget(c.id)
	defer c.cancel()
	asked, err := c.welcome()
	var upstream Conn
	if err == nil {
		upstream, err = c.reach(asked)
	}
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
	info.Facts = info.Facts.Join(factsOf(upstream))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		_ = upstream.Close() // nothing was written to it
		return false
	}
	c.legs[FromServer] = newLeg(upstream, c.server.peerTimeout())
	c.info.Store(&info)
	for _, l := range c.legs {
		if conn, ok := l.conn.(persistent); ok {
			l.goesOn = true
			conn.goOn(func(n int, err error) bool { return c.mayGoOn(l, n, err) })
		}
	}
	return true
}

// refuse ends a client that does not get to an upstream: at once, so that it does
// not wait for a server that is not there. The tap sees what happened.
func (c *session) refuse(err error) {
	from, end := FromServer, c.refusal(err)
	if end.How == Timeout {
		from = FromClient
	}
	client := c.legs[FromClient]
	switch {
	case c.told:
		_ = client.finish() // who is gone needs no end
		client.linger(c.ctx)
	case end.How == Shutdown:
		client.close()
	default:
		client.reset(c.ctx)
	}
	c.learn(factsIn(err))
	tap, now := &c.server.tap, time.Now()
	tap.opened(c.id, *c.info.Load())
	tap.closed(c.id, from, now, end)
	if end.How != Shutdown {
		end.How = Aborted
	}
	tap.closed(c.id, from.Opposite(), now, end)
}

// refusal counts and logs why the client is refused, and says how it ends: as a
// server that was never reached, or as a client that was given up on.
func (c *session) refusal(err error) End {
	if stopped := c.stoppedBy(); stopped != nil {
		return *stopped
	}
	counts, client := &c.server.counts, c.info.Load().Client
	if more, tell := c.server.refusals.say(err.Error(), time.Now()); tell {
		c.server.log.WithFields(again(more)).Warnf("connection %d from %s: %v", c.id, client, err)
	}
	dial, ok := errors.AsType[*DialError](err)
	if ok {
		counts.dialFailed.Add(1)
		counts.lastDial.Store(dial)
		return dial.end()
	}
	counts.unwelcome.Add(1)
	end := End{How: Timeout, Reason: FrontFailed}
	if front, ok := errors.AsType[*FrontError](err); ok {
		end.Reason, end.Detail = front.Reason, front.detail()
	}
	return end
}

// again is how often a message that is told came since it was told last.
func again(more int) logrus.Fields {
	if more == 0 {
		return nil
	}
	return logrus.Fields{"before": more}
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
