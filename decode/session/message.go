package session

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

func typeName(t uint8) string { return message.Name(t) }

func messageRow(k Kind, dir decode.Direction, ev *decode.Event) Row {
	return Row{
		Kind: k, From: dir, Offset: ev.Offset, Type: ev.Type, Timestamp: ev.Timestamp, Length: ev.Length,
		StreamID: ev.StreamID, ChunkStream: ev.ChunkStream, Chunks: ev.Chunks,
	}
}

// message turns one whole message into a row and follows what it means.
func (c *conn) message(dir decode.Direction, ev *decode.Event) {
	if !c.pays(dir, wireOf(ev)) && !c.teaches(dir, ev) {
		c.count(dir, ev)
		return
	}
	c.tell(dir, ev)
}

// entryOf is all that a message says by itself. It is valid until the next one.
func (c *conn) entryOf(dir decode.Direction, ev *decode.Event) *Entry {
	e := &c.scratch // there may be ten million of them
	*e = Entry{
		Row: messageRow(Message, dir, ev), Body: ev.Body, Message: message.Parse(ev.Type, ev.Body, c.t.lim.AMF),
		Fmt: ev.Fmt, Extended: ev.Extended, Delta: ev.Delta, End: ev.End, secrets: c.secrets,
	}
	e.Name = e.Message.Name
	return e
}

// tell gives a message its row.
func (c *conn) tell(dir decode.Direction, ev *decode.Event) {
	e := c.entryOf(dir, ev)
	m := &e.Message
	e.Late = c.late[dir].of(e)
	c.info.Messages[dir]++
	switch {
	case chunk.IsMedia(ev.Type):
		c.media(e)
	case ev.Type == chunk.TypeAggregate:
		c.aggregate(e)
	case m.Command != "":
		c.learn(e)
		c.command(dir, e)
	case ev.Type == chunk.TypeUserControl:
		c.ping(dir, e)
	}
	if !e.Row.IsMedia() {
		e.Summary = c.summary(dir, e)
	}
	if ev.Type == chunk.TypeSetChunkSize {
		c.chunk[dir] = c.dec[dir].ChunkSize()
	}
	c.remember(dir, e, c.add(e))
}

// learn takes in the credentials of a command, and hides what is one where none
// belongs.
func (c *conn) learn(e *Entry) {
	if known := c.secrets.with(&e.Message); known != c.secrets {
		c.secrets, c.info.known = known, known.set
		c.passOn()
	}
	e.secrets = c.secrets
	c.secrets.hide(&e.Message)
}

// media sets the flags of an audio or video row.
func (c *conn) media(e *Entry) {
	e.setTag(e.Message.Tag)
	c.counted(e.Message.Tag.Video)
}

// aggregate counts what an aggregate holds.
func (c *conn) aggregate(e *Entry) {
	subs, _ := message.SplitAggregate(0, e.Body)
	for _, s := range subs {
		if chunk.IsMedia(s.Type) {
			c.counted(s.Type == chunk.TypeVideo)
		}
	}
}

// counted counts one audio or video message.
func (c *conn) counted(video bool) {
	if video {
		c.info.Video++
	} else {
		c.info.Audio++
	}
	if c.info.Phase != PhaseClose {
		c.advance(PhaseMedia)
	}
}

// command ties a command to the request it answers and moves the phase.
func (c *conn) command(dir decode.Direction, e *Entry) {
	m := &e.Message
	r, ok := c.pairs.answer(m, dir, e.StreamID)
	if ok {
		e.ReplyTo, e.RTT = r.Row, c.now.Sub(r.at)
		c.answered(e, r)
	}
	if m.Level == "error" || m.Command == "_error" {
		e.Flags |= Refused
		c.refused(e, r.Command)
	}
	if asks(m) {
		e.Flags |= Request
	}
	if dir == decode.FromServer {
		c.redirected(e)
	}
	if dir == decode.FromClient {
		c.asked(e)
	} else if e.ReplyTo == 0 && m.Command == "onStatus" && m.Code == "NetStream.Unpublish.Success" {
		c.advance(PhaseClose)
	}
}

// asked follows what a client wants.
func (c *conn) asked(e *Entry) {
	m := &e.Message
	switch m.Command {
	case "connect":
		c.advance(PhaseConnect)
		c.connected(e)
	case "createStream":
		c.advance(PhaseCreateStream)
	case "publish":
		c.started(e, Publish)
	case "play", "play2":
		c.started(e, Play)
	case "deleteStream", "closeStream", "FCUnpublish":
		c.advance(PhaseClose)
	}
}

// connected keeps what a connect says about the client.
func (c *conn) connected(e *Entry) {
	if len(e.Message.Args) == 0 {
		return
	}
	get := func(key string) string {
		if v := e.Message.Args[0].Get(key); v != nil {
			return v.Text
		}
		return ""
	}
	c.info.App = e.Mark(0, "app", get("app"))
	c.info.TCURL = e.Mark(0, "tcUrl", get("tcUrl"))
	c.info.Agent = e.Mark(0, "flashVer", get("flashVer"))
}

// started keeps the first name that is published or played.
func (c *conn) started(e *Entry, role Role) {
	c.advance(PhaseStart)
	c.info.Streams++
	if len(e.Message.Args) > 1 {
		c.join(string(c.info.App), e.Message.Args[1].Text, role)
		e.secrets = c.secrets
	}
	if c.info.Role != RoleUnknown {
		return
	}
	c.info.Role = role
	if len(e.Message.Args) > 1 {
		c.info.Stream = e.Mark(1, "", e.Message.Args[1].Text)
	}
}

// answered keeps what the answer to connect says about the server, and that publish or
// play was accepted.
func (c *conn) answered(e *Entry, r request) {
	switch e.Message.Code {
	case "NetStream.Publish.Start", "NetStream.Play.Start":
		c.info.Accepted = true
	}
	if r.Command != "connect" || len(e.Message.Args) == 0 {
		return
	}
	if v := e.Message.Args[0].Get("fmsVer"); v != nil {
		c.info.Engine = e.Mark(0, "fmsVer", v.Text)
	}
}

// ping ties a ping response to its request by the timestamp it repeats.
func (c *conn) ping(dir decode.Direction, e *Entry) {
	if e.Message.Event != message.EventPingResponse {
		return
	}
	r, ok := c.pairs.take(false, func(r *request) bool {
		return r.Command == pingCommand && r.From != dir && r.value == e.Message.Value
	})
	if ok {
		e.ReplyTo, e.RTT = r.Row, c.now.Sub(r.at)
	}
}

// pingCommand is what a Ping Request is called among the pending requests.
const pingCommand = "Ping Request"

// remember notes a request, now that its row has a number.
func (c *conn) remember(dir decode.Direction, e *Entry, number uint32) {
	m := &e.Message
	p := Pending{Row: number, Command: m.Command, From: dir, Since: c.now}
	switch {
	case m.Command != "" && asks(m):
		c.pairs.ask(request{Pending: p, txn: m.Transaction, streamID: e.StreamID, at: c.now})
	case e.Type == chunk.TypeUserControl && m.Event == message.EventPingRequest:
		p.Command = pingCommand
		c.pairs.ask(request{Pending: p, at: c.now, value: m.Value, txn: -1})
	}
}

// advance moves the phase forward, never back: a late createStream on a session
// that already has media is still a session with media.
func (c *conn) advance(p Phase) {
	c.info.Phase = max(c.info.Phase, p)
}

// refused keeps the words of a refusal, and of an error that is reported later on.
// A call beside connect, createStream, publish and play may fail without harm.
func (c *conn) refused(e *Entry, command string) {
	switch command {
	case "", "connect", "createStream", "publish", "play", "play2":
	default:
		return
	}
	words := e.Message.Command
	if e.Message.Code != "" {
		words = e.Message.Code
	}
	words = text.Safe(words)
	did := " refused: "
	if c.info.Phase >= PhaseMedia {
		did = " reported: " // what had been granted before
	}
	c.trouble(wasRefused, "the "+e.From.String()+did+words, words)
	switch {
	case c.info.Phase < PhaseMedia && c.info.Refusal == "":
		c.info.Refusal = words
	case c.info.Phase >= PhaseMedia && c.info.Failed == "" && e.From == decode.FromServer:
		c.info.Failed = words
	}
	if step, ok := LoginStep(e.Message.Description); ok {
		c.info.Login = step
	}
}

// redirected keeps where the server sends the client; a reconnect request
// without an address means the same one again.
func (c *conn) redirected(e *Entry) {
	switch to := e.RedirectTo(); {
	case c.info.Redirect != "":
	case to != "":
		c.info.Redirect = e.Mark(1, "redirect", to)
	case e.Message.Code == reconnectRequest:
		c.info.Redirect = c.info.TCURL
	}
}

// Duration prints a duration in the unit a person reads it in.
func Duration(d time.Duration) string { return text.Lapse(d) }

// Counted is a number with its noun: "1 message", "2 messages".
func Counted[T ~int | ~int64 | ~uint32](n T, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
