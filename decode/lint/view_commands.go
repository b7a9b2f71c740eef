package lint

import (
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxStreams bounds the message streams of one session that are followed.
const maxStreams = 64

// connect is what a client said when it connected, and what became of it.
type connect struct {
	asked, answered rowAt
	object          amf.Value
	app, tcURL      string
	appMarked       text.Marked
	urlMarked       text.Marked
	flashVer        string
	accepted        bool
	code            string
	result          amf.Value // information object
	properties      amf.Value
}

// stream is a NetStream: a message stream that was created, published or
// played.
type stream struct {
	id       uint32
	created  rowAt
	role     session.Role
	name     string
	asked    rowAt // publish or play
	started  rowAt // Publish.Start or Play.Start
	answered rowAt // any status that answers
	code     string
	refused  bool
	stopped  rowAt
	metadata rowAt
	meta     meta
	media    int64
	firstAt  rowAt // first audio or video message
	keyAt    rowAt // first key frame
	config   [2]rowAt
}

// direction is where the media of the stream comes from.
func (s *stream) direction() decode.Direction {
	if s.role == session.Play {
		return server
	}
	return client
}

// command follows a command message.
func (v *view) command(e *session.Entry) {
	m := &e.Message
	v.reply, v.stream = nil, v.streamOf(e.StreamID)
	if m.Command == "" {
		v.emit(onCommand, e)
		return
	}
	if isAnswer(m.Command) {
		v.answer(e)
	} else {
		v.requests.add(&request{
			rowAt: rowAt{e.Number, e.Time}, from: e.From, name: m.Command, txn: m.Transaction,
			hasTxn: m.HasTransaction, streamID: e.StreamID,
		})
		if e.From == client {
			v.asked(e)
		}
	}
	v.fingerprint(e)
	v.emit(onCommand, e)
}

// streamOf finds a followed message stream.
func (v *view) streamOf(id uint32) *stream {
	for _, s := range v.streams {
		if s.id == id {
			return s
		}
	}
	return nil
}

// needStream finds a message stream, or follows it from now on.
func (v *view) needStream(id uint32) *stream {
	s := v.streamOf(id)
	if s == nil {
		s = &stream{id: id}
		if len(v.streams) < maxStreams {
			v.streams = append(v.streams, s)
		}
	}
	return s
}

// asked follows what a client wants.
func (v *view) asked(e *session.Entry) {
	m := &e.Message
	at := rowAt{e.Number, e.Time}
	switch m.Command {
	case "connect":
		v.connected(e)
	case "publish", "play", "play2":
		v.start(e, at)
	case "deleteStream", "closeStream", "FCUnpublish":
		v.stopped = at
		if s := v.stopping(e); s != nil {
			s.stopped = at
		}
	case "seek", "pause", "pauseRaw", "receiveAudio", "receiveVideo":
		v.muted = e.Time + int64(10*time.Second)
		v.wants(e, at)
	case "createStream":
		v.stopped = rowAt{}
	}
}

// wants follows whether a player wants media at all: pause has true when not
// (RTMP 1.0 §7.2.2.8), receiveAudio and receiveVideo false (§7.2.2.5).
func (v *view) wants(e *session.Entry, at rowAt) {
	a := argument(e, 1)
	if e.Message.Command == "seek" || a == nil {
		return
	}
	v.paused = rowAt{}
	if a.Bool == strings.HasPrefix(e.Message.Command, "pause") {
		v.paused = at
	}
}

// stopping is the stream that a command ends.
func (v *view) stopping(e *session.Entry) *stream {
	if e.Message.Command == "deleteStream" {
		if a := argument(e, 1); a != nil {
			return v.streamOf(uint32(a.Number))
		}
	}
	if e.StreamID == 0 {
		return v.main
	}
	return v.stream
}

// start follows a publish or play.
func (v *view) start(e *session.Entry, at rowAt) {
	s := v.needStream(e.StreamID)
	*s = stream{id: s.id, created: s.created, role: session.Play, asked: at}
	if e.Message.Command == "publish" {
		s.role = session.Publish
	}
	if a := argument(e, 1); a != nil {
		s.name = a.Text
	}
	v.stopped, v.paused, v.stream = rowAt{}, rowAt{}, s
	if v.main == nil {
		v.main = s
	}
	v.judge.attempts.join(v, s)
}

// argument returns value number i after the transaction ID, or nil.
func argument(e *session.Entry, i int) *amf.Value {
	if i >= len(e.Message.Args) {
		return nil
	}
	return &e.Message.Args[i]
}

// connected keeps what the client says of itself.
func (v *view) connected(e *session.Entry) {
	c := &v.connect
	*c = connect{asked: rowAt{e.Number, e.Time}}
	a := argument(e, 0)
	if a == nil {
		return
	}
	c.object = *a
	c.app, c.tcURL, c.flashVer = member(a, "app"), member(a, "tcUrl"), member(a, "flashVer")
	v.knock = &stream{asked: c.asked}
	v.judge.attempts.join(v, v.knock)
	c.appMarked, c.urlMarked = e.Mark(0, "app", c.app), e.Mark(0, "tcUrl", c.tcURL)
}

// member returns a string member, or "".
func member(v *amf.Value, name string) string {
	if m := v.Get(name); m != nil && m.Kind == amf.String {
		return m.Text
	}
	return ""
}

// answer ties an answer to its request and follows what it says.
func (v *view) answer(e *session.Entry) {
	m := &e.Message
	if e.ReplyTo > 0 {
		v.reply = v.requests.find(func(r *request) bool { return r.row == e.ReplyTo })
	}
	if r := v.reply; r != nil {
		r.answered, r.code = rowAt{e.Number, e.Time}, m.Code
		r.refused = e.Flags&session.Refused != 0
		switch r.name {
		case "connect":
			v.connectAnswered(e)
		case "createStream":
			v.created(e)
		}
	}
	if m.Command == "onStatus" {
		v.status(e)
	}
}

// connectAnswered keeps what the server says to connect.
func (v *view) connectAnswered(e *session.Entry) {
	c := &v.connect
	if c.answered.yes() {
		return
	}
	c.answered, c.code = rowAt{e.Number, e.Time}, e.Message.Code
	c.accepted = e.Message.Command == "_result"
	if a := argument(e, 0); a != nil {
		c.properties = *a
	}
	if a := argument(e, 1); a != nil {
		c.result = *a
	}
}

// created follows the answer to createStream.
func (v *view) created(e *session.Entry) {
	if a := argument(e, 1); a != nil && e.Message.Command == "_result" {
		v.needStream(uint32(a.Number)).created = rowAt{e.Number, e.Time}
	}
}

// status follows an onStatus: of the stream that was asked for, whatever
// message stream it came on.
func (v *view) status(e *session.Entry) {
	code := e.Message.Code
	s := v.stream
	if v.reply != nil && v.reply.streamID != 0 {
		s = v.streamOf(v.reply.streamID)
	}
	if s == nil || s.role == session.RoleUnknown {
		s = v.main
	}
	switch code {
	case "NetStream.Play.Stop", "NetStream.Play.Complete", "NetStream.Unpublish.Success", "NetStream.Play.UnpublishNotify",
		"NetConnection.Connect.Closed", "NetConnection.Connect.IdleTimeout", "NetConnection.Connect.AppShutdown":
		v.over = rowAt{e.Number, e.Time}
	}
	if s == nil || v.reply == nil {
		return
	}
	at := rowAt{e.Number, e.Time}
	s.answered, s.code = at, code
	s.refused = s.refused || e.Flags&session.Refused != 0
	if strings.HasSuffix(code, ".Start") && !s.started.yes() {
		s.started = at
	}
}
