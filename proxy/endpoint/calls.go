package endpoint

import (
	"cmp"
	"context"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// connect sends connect with the fields that librtmp and FFmpeg send, and waits
// for its result.
func (c *client) connect(ctx context.Context, addr, app, kind string) error {
	members := []amf.Member{
		amf.Prop("app", amf.Str(app)),
		amf.Prop("type", amf.Str("nonprivate")),
		amf.Prop("flashVer", amf.Str(cmp.Or(c.opts.FlashVersion, "LNX rtmpscope"))),
		amf.Prop("tcUrl", amf.Str("rtmp://"+addr+"/"+app)),
	}
	if kind == "play" {
		members = append(members,
			amf.Prop("fpad", amf.Bool(false)),
			amf.Prop("capabilities", amf.Num(15)),
			amf.Prop("audioCodecs", amf.Num(4071)),
			amf.Prop("videoCodecs", amf.Num(252)),
			amf.Prop("videoFunction", amf.Num(1)))
	}
	_, err := c.call(ctx, "connect", amf.Obj(members...))
	return err
}

// invoke sends a command of the NetConnection and returns its transaction ID.
func (c *client) invoke(name string, values ...amf.Value) float64 {
	return c.invokeOn(0, name, values...)
}

// invokeOn sends a command of a NetStream and returns its transaction ID.
func (c *client) invokeOn(stream uint32, name string, values ...amf.Value) float64 {
	c.txn++
	c.link.out.push(commandMessage(stream, name, c.txn, values...))
	return c.txn
}

// call sends a command and waits for its answer.
func (c *client) call(ctx context.Context, name string, values ...amf.Value) (*command, error) {
	txn := c.invoke(name, values...)
	for {
		cmd, err := c.next(ctx)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		case cmd.txn == txn && cmd.name == "_result":
			return cmd, nil
		case cmd.txn == txn && cmd.name == "_error":
			return nil, refusal(name, cmd)
		}
	}
}

// createStream opens the message stream of this client.
func (c *client) createStream(ctx context.Context) error {
	answer, err := c.call(ctx, "createStream", amf.Nul())
	if err == nil {
		c.stream = uint32(answer.number(1))
	}
	return err
}

// awaitStatus waits for an onStatus with that code. Another one of level error
// is a refusal, and so is _error, with which some servers answer.
func (c *client) awaitStatus(ctx context.Context, name string, txn float64, code string) error {
	for {
		cmd, err := c.next(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case cmd.isError() || cmd.name == "_error" && cmd.txn == txn:
			return refusal(name, cmd)
		case cmd.name == "onStatus" && cmd.property(1, "code") == code:
			return nil
		}
	}
}

// next waits for the next command of the server.
func (c *client) next(ctx context.Context) (*command, error) {
	select {
	case cmd := <-c.commands:
		return cmd, nil
	default:
	}
	select {
	case cmd := <-c.commands:
		return cmd, nil
	case <-c.done:
		return nil, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// isError reports whether the command is an onStatus that reports an error.
func (c *command) isError() bool {
	return c.name == "onStatus" && c.property(1, "level") == "error"
}

func refusal(name string, cmd *command) error {
	return &StatusError{name, cmd.property(1, "level"), cmd.property(1, "code"), cmd.property(1, "description")}
}
