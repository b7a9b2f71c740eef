package endpoint

import (
	"cmp"
	"context"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// Play plays the stream name of application app from the server at addr until
// ctx ends or the stream does; both are a normal end without an error. It
// returns what it received. A refusal is a *[StatusError]. Nothing is decoded:
// opts.OnMessage gets the messages.
func Play(ctx context.Context, addr, app, name string, opts Options) (Counts, error) {
	setup, cancel := context.WithTimeout(ctx, cmp.Or(opts.SetupTimeout, DefaultSetupTimeout))
	defer cancel()
	c, err := dial(setup, addr, app, "play", opts)
	if err != nil {
		return Counts{}, err
	}
	err = c.play(setup, name)
	if err == nil {
		err = c.watch(ctx)
	}
	if c.stream != 0 {
		c.invoke("deleteStream", amf.Nul(), amf.Num(float64(c.stream)))
	}
	c.close()
	return c.counts(), err
}

// play asks for the stream and waits until it starts.
func (c *client) play(ctx context.Context, name string) error {
	c.link.announce(windowSize)
	if err := c.createStream(ctx); err != nil {
		return err
	}
	c.invoke("getStreamLength", amf.Nul(), amf.Str(name))
	const live = -2000 // live or, failing that, recorded (RTMP 1.0 §7.2.2.1)
	buffer := cmp.Or(c.opts.BufferLength, 3*time.Second)
	txn := c.invokeOn(c.stream, "play", amf.Nul(), amf.Str(name), amf.Num(live))
	c.link.out.push(userControl(eventBufferLength, c.stream, uint32(buffer.Milliseconds())))
	return c.awaitStatus(ctx, "play", txn, "NetStream.Play.Start")
}

// watch waits for the end of the stream, of the connection or of ctx.
func (c *client) watch(ctx context.Context) error {
	for {
		cmd, err := c.next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if cmd.name == "Stream EOF" {
			return nil
		}
		switch cmd.property(1, "code") {
		case "NetStream.Play.UnpublishNotify", "NetStream.Play.Stop", "NetStream.Play.Complete":
			return nil
		}
		if cmd.isError() {
			return refusal("play", cmd)
		}
	}
}
