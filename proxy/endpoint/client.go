package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// DefaultSetupTimeout is how long [Play] and [Publish] take at most to reach
// the point where media flows.
const DefaultSetupTimeout = 15 * time.Second

// writeTimeout is how long a server may take nothing.
const writeTimeout = 30 * time.Second

// clientQueue bounds the bytes that wait to be sent to a server.
const clientQueue = 1 << 20

// Options change how [Play] and [Publish] behave. The zero value is a plain
// client.
type Options struct {
	// FlashVersion is flashVer in connect. If "", "LNX rtmpscope".
	FlashVersion string

	// Digest asks for a handshake with digests and refuses a server that answers
	// with a wrong signature.
	Digest bool

	// SetupTimeout bounds everything before the media. If 0, 15 s.
	SetupTimeout time.Duration

	// BufferLength is what a player announces in Set Buffer Length. If 0, 3 s.
	BufferLength time.Duration

	// Unpaced lets a publisher send as fast as the server takes it, not in real
	// time.
	Unpaced bool

	// OnMessage is told every audio, video and data message, received by a
	// player or sent by a publisher, from one goroutine. It may keep the message
	// but not change its body.
	OnMessage func(Message)

	// Dial opens the connection. If nil, that of net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Counts is how many messages a client received or sent.
type Counts struct {
	Audio, Video, Data int64
	Bytes              int64 // of their bodies
}

// StatusError is a server's refusal: what _error or onStatus said. The texts
// come from the wire as they are.
type StatusError struct {
	Command, Level, Code, Description string
}

// Error tells the command and the code.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s refused: %s %q", e.Command, cmp.Or(e.Code, "no code"), e.Description)
}

var (
	errLeft  = errors.New("the server closed the connection")
	errEarly = errors.New("the server sent messages before it had our C2")
)

// client is one connection to a server. A goroutine reads and answers what
// must be answered; the caller waits for commands.
type client struct {
	opts   Options
	link   *link
	txn    float64
	stream uint32

	commands chan *command
	quit     chan struct{} // closed when nobody waits for commands any more
	done     chan struct{} // closed when the reader has ended, with err
	err      error

	audio, video, data, bytes atomic.Int64
}

// dial connects to an application. The client must be closed, unless there is
// an error.
func dial(ctx context.Context, addr, app, kind string, opts Options) (*client, error) {
	dialer := opts.Dial
	if dialer == nil {
		dialer = new(net.Dialer).DialContext
	}
	conn, err := dialer(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{
		opts: opts, link: newLink(conn, decode.FromServer, clientQueue, writeTimeout),
		commands: make(chan *command, 16), quit: make(chan struct{}), done: make(chan struct{}),
	}
	if err := c.shake(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("handshake: %w", err)
	}
	c.link.onUser = c.userControl
	c.link.start()
	go c.read()
	if err := c.connect(ctx, addr, app, kind); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// shake performs the client's side of the handshake.
func (c *client) shake(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { c.link.conn.Close() })
	defer stop()
	c1, digest := firstC1(c.opts.Digest)
	if _, err := c.link.conn.Write(append([]byte{handshake.Version}, c1...)); err != nil {
		return err
	}
	var parts [3][]byte // S0, S1, S2
	for parts[handshake.Part2] == nil {
		err := c.link.read(func(e *decode.Event) error {
			if e.Kind != decode.Handshake {
				return errEarly
			}
			parts[e.Part] = bytes.Clone(e.Body)
			return nil
		})
		if err != nil {
			return cmp.Or(ctx.Err(), err)
		}
	}
	c2, err := answerS1(parts[handshake.Part1], parts[handshake.Part2], digest)
	if err != nil {
		return err
	}
	_, err = c.link.conn.Write(c2)
	return err
}

// read handles what the server sends until the connection ends.
func (c *client) read() {
	defer close(c.done)
	for c.err == nil {
		c.err = c.link.read(c.handle)
	}
	if errors.Is(c.err, io.EOF) {
		c.err = errLeft
	}
	c.link.end()
}

func (c *client) handle(e *decode.Event) error {
	switch e.Type {
	case chunk.TypeCommandAMF0, chunk.TypeCommandAMF3:
		if cmd := parseCommand(e.Type, e.StreamID, e.Body); cmd != nil {
			c.hand(cmd)
		}
	case chunk.TypeAudio, chunk.TypeVideo, chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		m := Message{Type: e.Type, StreamID: e.StreamID, Timestamp: e.Timestamp, Body: bytes.Clone(e.Body)}
		c.count(m)
	}
	return nil
}

// hand gives a command to the one who waits for commands.
func (c *client) hand(cmd *command) {
	select {
	case c.commands <- cmd:
	case <-c.quit:
	}
}

// userControl makes a command of Stream EOF, so that the player hears of it.
func (c *client) userControl(event uint16) {
	if event == eventStreamEOF {
		c.hand(&command{name: "Stream EOF"})
	}
}

// count counts a message and shows it to OnMessage.
func (c *client) count(m Message) {
	switch m.Type {
	case chunk.TypeAudio:
		c.audio.Add(1)
	case chunk.TypeVideo:
		c.video.Add(1)
	default:
		c.data.Add(1)
	}
	c.bytes.Add(int64(len(m.Body)))
	if c.opts.OnMessage != nil {
		c.opts.OnMessage(m)
	}
}

func (c *client) counts() Counts {
	return Counts{c.audio.Load(), c.video.Load(), c.data.Load(), c.bytes.Load()}
}

// close sends what waits, ends the connection and waits for the reader.
func (c *client) close() {
	close(c.quit)
	c.link.finish()
	<-c.done
}
