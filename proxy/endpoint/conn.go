package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// maxStreams is how many message streams one client may hold open.
const maxStreams = 32

// Why a client is let go.
var (
	errHandshakeTime = errors.New("the handshake took too long")
	errSilent        = errors.New("the client has been silent for too long, Ping Requests included")
	errEncrypted     = errors.New("the client wants RTMPE, which is not supported")
)

// conn is one client of the server. Everything but finish and abort runs in the
// goroutine of serve.
type conn struct {
	srv    *Server
	link   *link
	remote string
	began  time.Time
	heard  time.Time // when bytes last arrived

	shaken    bool
	connected bool
	app       string
	streams   map[uint32]*netStream
	lastID    uint32
}

// netStream is a message stream that createStream made; it publishes, plays or
// does neither.
type netStream struct {
	id        uint32
	published *stream
	played    *stream
	viewer    *viewer
}

func newConn(s *Server, nc net.Conn) *conn {
	now := time.Now()
	return &conn{
		srv: s, remote: nc.RemoteAddr().String(), began: now, heard: now,
		link:    newLink(nc, decode.FromClient, s.QueueBytes, s.IdleTimeout),
		streams: map[uint32]*netStream{},
	}
}

// finish lets the client go after what waits for it. Any goroutine may call it.
func (c *conn) finish() { c.link.finish() }

// abort closes the connection. Any goroutine may call it.
func (c *conn) abort() { c.link.conn.Close() }

// serve reads until the client leaves or has to go.
func (c *conn) serve() {
	c.event("connected", "", nil)
	err := c.run()
	for id := range c.streams {
		c.closeStream(id)
	}
	c.link.end()
	c.srv.forget(c)
	if failed := c.link.out.failure(); failed != nil {
		err = failed
	}
	c.event("gone", "", departure(err))
}

// departure is nil for a client that left, and for a server that was closed.
func departure(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// run reads and handles. Whatever a client does ends its own connection only.
func (c *conn) run() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal error: %v", r)
		}
	}()
	for {
		if err := c.link.conn.SetReadDeadline(c.deadline()); err != nil {
			return err
		}
		before := c.link.received
		err := c.link.read(c.handle)
		if c.link.received != before {
			c.heard = time.Now()
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = c.silence()
		}
		if err != nil {
			return err
		}
	}
}

// deadline is when the next read ends at the latest.
func (c *conn) deadline() time.Time {
	if !c.shaken {
		return c.began.Add(c.srv.HandshakeTimeout)
	}
	now := time.Now()
	ping, idle := now.Add(c.srv.PingInterval), c.heard.Add(c.srv.IdleTimeout)
	if idle.Before(ping) {
		return idle
	}
	return ping
}

// silence is called when nothing has arrived until the deadline.
func (c *conn) silence() error {
	now := time.Now()
	switch {
	case c.link.out.isFinished():
		return net.ErrClosed
	case !c.shaken:
		return errHandshakeTime
	case now.Sub(c.heard) >= c.srv.IdleTimeout:
		return errSilent
	}
	c.link.out.push(userControl(eventPingRequest, uint32(now.Sub(c.began).Milliseconds())))
	return nil
}

func (c *conn) handle(e *decode.Event) error {
	if e.Kind == decode.Handshake {
		return c.shake(e)
	}
	switch e.Type {
	case chunk.TypeCommandAMF0, chunk.TypeCommandAMF3:
		c.command(e)
	case chunk.TypeAudio, chunk.TypeVideo, chunk.TypeDataAMF0, chunk.TypeDataAMF3, chunk.TypeAggregate:
		c.media(e)
	}
	return nil
}

// shake answers the parts of the client's handshake. S0, S1 and S2 go out in one
// write, and only after C1, because they may depend on its digest.
func (c *conn) shake(e *decode.Event) error {
	switch e.Part {
	case handshake.Part0:
		if handshake.Encrypted(e.Body[0]) {
			return errEncrypted
		}
	case handshake.Part1:
		_ = c.link.conn.SetWriteDeadline(c.deadline()) // fails on a closed socket only, and then Write does
		if _, err := c.link.conn.Write(answerC1(e.Body)); err != nil {
			return fmt.Errorf("sending: %w", err)
		}
	case handshake.Part2: // players differ in what they put there; nobody needs it
		c.shaken = true
		c.link.start()
	}
	return nil
}

// media hands a message of a publisher on. From a client that does not publish
// on that message stream it is ignored.
func (c *conn) media(e *decode.Event) {
	ns := c.streams[e.StreamID]
	if ns == nil || ns.published == nil {
		return
	}
	m := Message{Type: e.Type, Timestamp: e.Timestamp, Body: bytes.Clone(e.Body)}
	if m.Type == chunk.TypeAggregate {
		for _, part := range splitAggregate(m) {
			ns.published.deliver(part)
		}
		return
	}
	if m, ok := unwrapData(m); ok {
		ns.published.deliver(m)
	}
}

func (c *conn) event(text, stream string, err error) {
	c.srv.event(Event{Remote: c.remote, Text: text, Stream: stream, Err: err})
}

// send queues messages for the client.
func (c *conn) send(ms ...Message) { c.link.out.push(ms...) }
