package endpoint

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// serverName is what connect reports as fmsVer. Encoders of Adobe's time look
// for a Flash Media Server of version 3 or later and give up without one.
const serverName = "FMS/3,0,1,123"

// command carries out one command (RTMP 1.0 §7.2; those that are not in the
// specification as Adobe's server answers them).
func (c *conn) command(e *decode.Event) {
	cmd := parseCommand(e.Type, e.StreamID, e.Body)
	switch {
	case cmd == nil:
		c.event("sent a command that cannot be read; ignored", "", nil)
	case cmd.name == "connect":
		c.connect(cmd)
	case !c.connected:
		c.fail(cmd, "connect must come first.")
	case !c.connectionCommand(cmd) && !c.streamCommand(cmd):
		c.fail(cmd, "There is no such method.")
	}
}

// connectionCommand carries out what concerns the NetConnection.
func (c *conn) connectionCommand(cmd *command) bool {
	switch cmd.name {
	case "createStream":
		c.createStream(cmd)
	case "deleteStream":
		c.closeStream(uint32(cmd.number(1)))
	case "releaseStream", "_checkbw":
		c.reply(cmd, amf.Nul())
	case "FCPublish":
		c.reply(cmd, amf.Nul())
		c.notify("onFCPublish", "NetStream.Publish.Start", "The stream may be published.")
	case "FCUnpublish":
		c.unpublish(cmd)
	case "FCSubscribe":
		c.reply(cmd, amf.Nul())
		c.notify("onFCSubscribe", "NetStream.Play.Start", "The stream may be played.")
	case "FCUnsubscribe":
		c.reply(cmd, amf.Nul())
	case "getStreamLength": // live streams have none
		c.reply(cmd, amf.Num(0))
	case "_result", "_error", "onBWDone": // answers to nothing that we asked
	default:
		return false
	}
	return true
}

// streamCommand carries out what concerns a NetStream.
func (c *conn) streamCommand(cmd *command) bool {
	ns := c.streams[cmd.stream]
	switch cmd.name {
	case "publish", "play", "closeStream", "pause", "seek", "receiveAudio", "receiveVideo":
	default:
		return false
	}
	if ns == nil {
		c.fail(cmd, "createStream must come first.")
		return true
	}
	switch cmd.name {
	case "publish":
		c.publish(ns, cmd.text(1))
	case "play":
		c.play(ns, cmd.text(1))
	case "closeStream":
		c.stop(ns)
	default:
		c.adjust(ns, cmd)
	}
	return true
}

// connect answers in the order of Adobe's server (RTMP 1.0 §7.2.1.1): the flow
// control of both sides, then the result. Only AMF0 is spoken, so
// objectEncoding is 0 whatever was asked for.
func (c *conn) connect(cmd *command) {
	if c.connected {
		c.fail(cmd, "The connection is connected already.")
		return
	}
	c.app, c.connected = streamPath(cmd.property(0, "app")), true
	c.link.told = windowSize
	c.send(
		control(chunk.TypeWindowAckSize, windowSize),
		peerBandwidth(windowSize),
		control(chunk.TypeSetChunkSize, chunkSize),
		userControl(eventStreamBegin, 0),
		commandMessage(0, "_result", cmd.txn,
			amf.Obj(amf.Prop("fmsVer", amf.Str(serverName)), amf.Prop("capabilities", amf.Num(31))),
			amf.Obj(
				amf.Prop("level", amf.Str("status")),
				amf.Prop("code", amf.Str("NetConnection.Connect.Success")),
				amf.Prop("description", amf.Str("Connection succeeded.")),
				amf.Prop("objectEncoding", amf.Num(0)),
				amf.Prop("data", amf.ECMA(
					amf.Prop("server", amf.Str("rtmpscope")),
					amf.Prop("version", amf.Str(c.srv.Version)),
				)),
			)),
	)
	c.event("connected to an application", c.app, nil)
}

// streamPath is an application or stream name without its query, which carries
// tokens and settings, and without slashes around it.
func streamPath(s string) string {
	s, _, _ = strings.Cut(s, "?")
	return strings.Trim(s, "/")
}

// nameOf joins application and stream name, so that it does not matter where a
// client cuts a path of several parts.
func (c *conn) nameOf(stream string) string {
	return strings.Trim(c.app+"/"+streamPath(stream), "/")
}

func (c *conn) createStream(cmd *command) {
	if len(c.streams) >= maxStreams {
		c.fail(cmd, fmt.Sprintf("There are %d streams already.", maxStreams))
		return
	}
	c.lastID++
	c.streams[c.lastID] = &netStream{id: c.lastID}
	c.send(commandMessage(0, "_result", cmd.txn, amf.Nul(), amf.Num(float64(c.lastID))))
}

// publish lets a client publish under a name that nobody else publishes.
func (c *conn) publish(ns *netStream, name string) {
	c.stop(ns)
	full := c.nameOf(name)
	s := c.srv.hub.publish(full, ns)
	if s == nil {
		c.send(status(ns.id, "error", "NetStream.Publish.BadName", "The name is taken."))
		c.event("publish refused: the name is taken", full, nil)
		return
	}
	ns.published = s
	c.send(userControl(eventStreamBegin, ns.id),
		status(ns.id, "status", "NetStream.Publish.Start", "Publishing."))
	c.event("publishes", full, nil)
}

// play lets a client play a stream, now or when it will be published.
func (c *conn) play(ns *netStream, name string) {
	c.stop(ns)
	full := c.nameOf(name)
	ns.viewer = &viewer{out: c.link.out, id: ns.id, report: func(lost int) {
		if lost == 0 {
			c.event("is too slow: messages are left out", full, nil)
			return
		}
		c.event(fmt.Sprintf("goes on; %d messages were left out", lost), full, nil)
	}}
	c.event("plays", full, nil)
	ns.played = c.srv.hub.play(full, ns.viewer)
}

// adjust carries out the wishes of a player.
func (c *conn) adjust(ns *netStream, cmd *command) {
	if ns.played == nil {
		c.fail(cmd, "Nothing is being played.")
		return
	}
	v := ns.viewer
	ns.played.change(func() {
		switch on := cmd.isTrue(1); cmd.name {
		case "pause":
			v.pause(on)
		case "receiveAudio":
			v.noAudio = !on
		case "receiveVideo":
			v.noVideo, v.skip = !on, true
		}
	})
	switch {
	case cmd.name == "seek":
		c.send(status(ns.id, "error", "NetStream.Seek.Failed", "This is a live stream."))
	case cmd.name == "pause" && cmd.isTrue(1):
		c.send(status(ns.id, "status", "NetStream.Pause.Notify", "Paused."))
	case cmd.name == "pause":
		c.send(status(ns.id, "status", "NetStream.Unpause.Notify", "Goes on with the next keyframe."))
	}
}

// unpublish ends what is published under the name that FCUnpublish gives.
func (c *conn) unpublish(cmd *command) {
	c.reply(cmd, amf.Nul())
	full := c.nameOf(cmd.text(1))
	for _, ns := range c.streams {
		if ns.published != nil && ns.published.name == full {
			c.stop(ns)
			c.notify("onFCUnpublish", "NetStream.Unpublish.Success", "The stream is no longer published.")
			c.send(status(ns.id, "status", "NetStream.Unpublish.Success", "The stream is no longer published."))
		}
	}
}

// closeStream ends a message stream.
func (c *conn) closeStream(id uint32) {
	if ns := c.streams[id]; ns != nil {
		c.stop(ns)
		delete(c.streams, id)
	}
}

// stop ends what a message stream publishes or plays.
func (c *conn) stop(ns *netStream) {
	if ns.published != nil {
		c.event("publishes no longer", ns.published.name, nil)
		c.srv.hub.unpublish(ns.published)
	}
	if ns.played != nil {
		c.event("plays no longer", ns.played.name, nil)
		c.srv.hub.leave(ns.played, ns.viewer)
	}
	ns.published, ns.played, ns.viewer = nil, nil, nil
}

// reply answers a command that expects an answer: one with a transaction ID.
func (c *conn) reply(cmd *command, value amf.Value) {
	if cmd.txn != 0 {
		c.send(commandMessage(0, "_result", cmd.txn, amf.Nul(), value))
	}
}

func (c *conn) fail(cmd *command, why string) {
	if cmd.txn != 0 {
		c.send(commandMessage(0, "_error", cmd.txn, amf.Nul(), info("error", "NetConnection.Call.Failed", why)))
	}
	c.event("a command was refused: "+why, "", nil)
}

// notify sends one of the on… commands that belong to no message stream.
func (c *conn) notify(name, code, description string) {
	c.send(commandMessage(0, name, 0, amf.Nul(), info("status", code, description)))
}
