package lint

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// connect is what a client said when it connected, and what became of it.
type connect struct {
	asked, answered rowAt
	object          amf.Value
	app, tcURL      string
	appMarked       text.Marked
	urlMarked       text.Marked
	flashVer        string
	typ             uint8 // message type: Command in AMF0 or AMF3
	again           bool  // one before it was accepted
	accepted        bool
	code            string
	result          amf.Value // information object
	ended           rowAt     // the server said, after it had accepted, that the connection ends
	endCode         string    // with which status code, "" for the command close
	properties      amf.Value
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
		q := &request{
			rowAt: rowAt{e.Number, e.Time}, from: e.From, name: m.Command, txn: m.Transaction,
			hasTxn: m.HasTransaction, streamID: e.StreamID,
		}
		if a := argument(e, 1); a != nil && a.Kind == amf.String {
			q.about = a.Text
		} else if a != nil && m.Command == "deleteStream" {
			q.deletes = uint32(a.Number)
		}
		v.requests.add(q)
		switch {
		case e.From == client:
			v.asked(e)
		case m.Command == "close":
			v.hungUp(rowAt{e.Number, e.Time}, "")
		}
	}
	v.fingerprint(e)
	v.emit(onCommand, e)
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
	*c = connect{asked: rowAt{e.Number, e.Time}, typ: e.Type, again: c.accepted}
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
	if m.Command == "onStatus" || m.Command == "_error" {
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
