package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"
)

// Front is what happens on an accepted connection before its upstream is dialled: a
// TLS handshake, a SOCKS request, a PROXY header. Its methods are called from many
// goroutines.
type Front interface {
	// Welcome greets a client and returns what is relayed from here on, client itself
	// or a wrapper whose NetConn leads to it, and what the client asked for. It runs
	// in the goroutine of the connection, so that a client that says nothing costs no
	// upstream and holds nobody up. When ctx is done every read and write of client
	// fails at once; deadlines that Welcome sets are taken away afterwards. An error
	// resets the client.
	Welcome(ctx context.Context, client Conn) (Conn, Request, error)
}

// Request is what is known of a client when its upstream is chosen and dialled.
type Request struct {
	// Client is who asks, and Listener what was connected to. What a Front leaves
	// zero is what the socket says.
	Client, Listener netip.AddrPort

	// Target is the host:port that the client asked for, if it asked for any.
	Target string

	// Facts are what was learned about the connection.
	Facts Facts

	// Finish, if not nil, is called once after the upstream was reached, with nil, or
	// was not, with why: a [*DialError]. It answers a client that waits for that,
	// and has as long as Welcome. What it returns is relayed from here on instead of
	// what Welcome returned, unless it is nil: the inside of a TLS connection whose
	// handshake waited for the server. A client that was told of a failure
	// without an error gets FIN instead of a reset.
	Finish func(failed error) (Conn, error)
}

// Listener is one address that is listened on, and what happens to its clients.
type Listener struct {
	Name    string // for people; FactListener of its connections, unless empty
	Address string // host:port
	Front   Front  // if nil, clients begin with RTMP at once

	// Upstream is where its clients go; if nil, the Server's.
	Upstream Upstream

	// Route, if not nil, decides instead where a request goes. Its errors are those
	// of a dialer.
	Route func(context.Context, Request) (Upstream, error)
}

// An Informed connection knows facts about itself, and an Informed error those of a
// connection that did not come to be. They become part of [ConnInfo] before the first
// byte is relayed.
type Informed interface{ Facts() Facts }

// FrontError says that a client was not welcomed, and why.
type FrontError struct {
	Reason Reason // FrontFailed, FrontTimedOut, or that of a [Reasoned] error
	Err    error  // from the Front
}

// Error gives the reason and the cause in one line.
func (e *FrontError) Error() string {
	if known, ok := errors.AsType[Reasoned](e.Err); ok {
		return "the client: " + known.Error()
	}
	words, _ := e.Reason.Words()
	return fmt.Sprintf("%s: %v", words, e.Err)
}

// detail is what the reason leaves open.
func (e *FrontError) detail() string {
	if known, ok := errors.AsType[Reasoned](e.Err); ok {
		_, detail := known.Why()
		return detail
	}
	return e.Err.Error()
}

// Unwrap returns the error of the Front.
func (e *FrontError) Unwrap() error { return e.Err }

func frontError(ctx context.Context, err error) *FrontError {
	if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return &FrontError{FrontTimedOut, err}
	}
	if known, ok := errors.AsType[Reasoned](err); ok {
		reason, _ := known.Why()
		return &FrontError{reason, err}
	}
	return &FrontError{FrontFailed, err}
}

// welcome has the client greeted by the Front of its listener.
func (c *session) welcome() (Request, error) {
	client := c.legs[FromClient].conn
	info := *c.info.Load()
	asked := Request{}
	if front := c.listener.Front; front != nil {
		err := c.whileGreeting(func(ctx context.Context) (err error) {
			client, asked, err = front.Welcome(ctx, client)
			return err
		})
		if err != nil {
			return Request{}, err
		}
	}
	if asked.Client.IsValid() && asked.Client != info.Client {
		asked.Facts = asked.Facts.With(FactPeer, info.Client.String())
		info.Client = asked.Client
	}
	if asked.Listener.IsValid() {
		info.Listener = asked.Listener
	}
	asked.Client, asked.Listener = info.Client, info.Listener
	asked.Facts = info.Facts.Join(asked.Facts).Join(factsOf(client)).With(FactTarget, asked.Target)
	info.Facts = asked.Facts
	c.mu.Lock()
	defer c.mu.Unlock()
	c.legs[FromClient] = newLeg(client, c.server.peerTimeout())
	c.info.Store(&info)
	return asked, nil
}

// whileGreeting calls f, during which the client has to keep within
// WelcomeTimeout, and takes the deadlines away that were set meanwhile.
func (c *session) whileGreeting(f func(context.Context) error) error {
	client := c.legs[FromClient].conn
	ctx, cancel := context.WithTimeout(c.ctx, orDefault(c.server.WelcomeTimeout, DefaultWelcomeTimeout))
	defer cancel()
	over := context.AfterFunc(ctx, func() { _ = client.SetDeadline(time.Now()) })
	err := f(ctx)
	if !over() && err == nil {
		err = ctx.Err() // it may be done without knowing that the deadline was set
	}
	if err != nil {
		return frontError(ctx, err)
	}
	return client.SetDeadline(time.Time{})
}

// factsOf returns what a connection knows about itself.
func factsOf(conn Conn) Facts {
	if informed, ok := conn.(Informed); ok {
		return informed.Facts()
	}
	return nil
}

// factsIn returns what an error knows about the connection that failed.
func factsIn(err error) Facts {
	var informed Informed
	if errors.As(err, &informed) {
		return informed.Facts()
	}
	return nil
}

// reach connects to the upstream that the request gets, and has the client told.
func (c *session) reach(asked Request) (Conn, error) {
	up, failed := c.route(asked)
	var upstream Conn
	if failed == nil {
		known := c.arrive()
		upstream, failed = c.server.connect(c.ctx, up, asked)
		known()
	}
	if asked.Finish == nil || c.ctx.Err() != nil {
		return upstream, orNil(failed)
	}
	var inside Conn
	err := c.whileGreeting(func(context.Context) (err error) {
		inside, err = asked.Finish(orNil(failed))
		return err
	})
	switch {
	case failed != nil:
		c.told = err == nil
		return nil, failed
	case err != nil:
		c.learn(factsOf(upstream))
		_ = upstream.Close() // nothing was written to it
		return nil, err
	case inside != nil:
		c.enter(inside)
	}
	return upstream, nil
}

// enter relays what is inside of the client's connection from here on.
func (c *session) enter(inside Conn) {
	c.learn(factsOf(inside))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.legs[FromClient] = newLeg(inside, c.server.peerTimeout())
}

// learn joins facts to those of the connection.
func (c *session) learn(more Facts) {
	info := *c.info.Load()
	info.Facts = info.Facts.Join(more)
	c.info.Store(&info)
}

// orNil returns err as an error that is nil when err is.
func orNil(err *DialError) error {
	if err == nil {
		return nil
	}
	return err
}

// route finds the upstream of a request and names it in the info of the connection.
func (c *session) route(asked Request) (Upstream, *DialError) {
	up := c.listener.Upstream
	if c.listener.Route != nil {
		var err error
		if up, err = c.listener.Route(c.ctx, asked); err != nil {
			return nil, dialError(asked.Target, err)
		}
	}
	info := *c.info.Load()
	info.Upstream = up.String()
	c.info.Store(&info)
	return up, nil
}
