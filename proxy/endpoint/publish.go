package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// Publish sends what source gives under a name of application app to the server
// at addr, in real time, until the source or ctx ends; both are a normal end
// without an error. It returns what it sent. A refusal is a *[StatusError].
// Metadata is announced with @setDataFrame, as encoders do.
func Publish(ctx context.Context, addr, app, name string, source Source, opts Options) (Counts, error) {
	setup, cancel := context.WithTimeout(ctx, cmp.Or(opts.SetupTimeout, DefaultSetupTimeout))
	defer cancel()
	c, err := dial(setup, addr, app, "publish", opts)
	if err != nil {
		return Counts{}, err
	}
	err = c.publish(setup, name)
	if err == nil {
		err = c.feed(ctx, source)
	}
	if c.stream != 0 {
		c.invoke("FCUnpublish", amf.Nul(), amf.Str(name))
		c.invoke("deleteStream", amf.Nul(), amf.Num(float64(c.stream)))
	}
	c.close()
	return c.counts(), err
}

// publish asks for the name, as FFmpeg and OBS do, and waits until the server
// agrees.
func (c *client) publish(ctx context.Context, name string) error {
	c.link.out.push(control(chunk.TypeSetChunkSize, chunkSize))
	c.invoke("releaseStream", amf.Nul(), amf.Str(name))
	c.invoke("FCPublish", amf.Nul(), amf.Str(name))
	if err := c.createStream(ctx); err != nil {
		return err
	}
	txn := c.invokeOn(c.stream, "publish", amf.Nul(), amf.Str(name), amf.Str("live"))
	return c.awaitStatus(ctx, "publish", txn, "NetStream.Publish.Start")
}

// feed sends the source, unless the server objects.
func (c *client) feed(ctx context.Context, source Source) error {
	feeding, stop := context.WithCancelCause(ctx)
	objected := make(chan struct{})
	go func() {
		defer close(objected)
		stop(c.objection(feeding))
	}()
	err := c.send(feeding, source)
	if cause := context.Cause(feeding); err != nil && cause != nil {
		err = cause
	}
	stop(nil)
	<-objected
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// objection waits until the server ends the publication, and says why.
func (c *client) objection(ctx context.Context) error {
	for {
		cmd, err := c.next(ctx)
		if err != nil {
			return err
		}
		if cmd.isError() {
			return refusal("publish", cmd)
		}
	}
}

// send sends the messages of the source when it is time for each.
func (c *client) send(ctx context.Context, source Source) error {
	var p pacer
	for {
		m, err := source.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && !c.opts.Unpaced {
			err = p.wait(ctx, m.Timestamp)
		}
		if err == nil {
			m = wrapData(m)
			m.StreamID = c.stream
			err = c.link.out.wait(ctx, m)
		}
		if err != nil {
			return err
		}
		c.count(m)
	}
}

// wrapData puts @setDataFrame before metadata.
func wrapData(m Message) Message {
	if m.Type == chunk.TypeDataAMF0 && bytes.HasPrefix(m.Body, onMetaData) {
		m.Body = append(bytes.Clone(setDataFrame), m.Body...)
	}
	return m
}
