package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// optional are the messages that many programs leave out or add without harm.
var optional = []string{"onBWDone", "_checkbw", "checkBandwidth", "onFCPublish", "onFCSubscribe", "onFCUnpublish",
	"getStreamLength", "FCSubscribe", "FCUnpublish", "deleteStream", "closeStream", "releaseStream", "FCPublish"}

// optionalCodes are the status codes of the same kind.
var optionalCodes = []string{"NetStream.Play.Reset", "NetStream.Data.Start", "NetStream.Unpublish.Success", "NetStream.Play.PublishNotify", "NetStream.Play.UnpublishNotify"}

// goodbyes are the commands with which a stream is ended, and what a server says to them.
var goodbyes = []string{"FCUnpublish", "deleteStream", "closeStream", "onFCUnpublish"}

// isGoodbye reports whether a message only ends a stream.
func isGoodbye(m *message.Parsed) bool {
	return slices.Contains(goodbyes, m.Command) || m.Code == "NetStream.Unpublish.Success"
}

func commandWeight(m *message.Parsed) Importance {
	switch {
	case m.Level == "error" || m.Command == "_error":
		return Decisive
	case slices.Contains(optional, m.Command) || slices.Contains(optionalCodes, m.Code):
		return Minor
	}
	switch m.Command {
	case "connect", "createStream", "publish", "play":
		return Decisive
	}
	return Notable
}

// command is the step of a command or of an answer.
func (c *Collector) command(s *Session, e *session.Entry) {
	m := &e.Message
	t := newStep(e, Command, name(m.Command), commandWeight(m))
	s.answer(&t, e)
	if m.Code != "" {
		t.plain += " " + name(m.Code)
		t.short += " " + name(m.Code)
		t.key = t.from.String() + " " + t.short
	}
	t.goodbye = isGoodbye(m) || t.replyTo >= 0 && s.steps[t.replyTo].goodbye
	t.message(s, e)
	c.values(s, &t, e)
	s.learn(&t, e)
	if e.Flags&session.Request != 0 {
		t.request = name(m.Command)
	}
	i := c.step(s, t)
	if t.request != "" && i >= 0 && len(s.pending) < maxPending {
		s.requests[e.Number] = i
		s.pending = append(s.pending, e.Number)
	}
	s.txn[e.From].note(m, e)
}

// answer ties an answer to the step it answers.
func (s *Session) answer(t *step, e *session.Entry) {
	m := &e.Message
	if m.Code != "" || m.Command == "_result" || m.Command == "_error" {
		t.area = Answer
		t.loose = t.from.String() + " status"
	}
	i, known := s.requests[e.ReplyTo]
	if e.ReplyTo == 0 || !known {
		return
	}
	asked := &s.steps[i]
	if !asked.replied {
		asked.replied, asked.rtt = true, e.RTT
	}
	s.pending = slices.DeleteFunc(s.pending, func(row uint32) bool { return row == e.ReplyTo })
	t.replyTo, t.area, t.loose = i, Answer, t.from.String()+" answer to "+asked.request
	if m.Command == "_result" || m.Command == "_error" {
		t.answer = t.short
		t.short += " to " + asked.request
		t.key = t.from.String() + " " + t.short
		t.weight = min(t.weight, asked.weight)
	}
	switch asked.request {
	case "publish", "play":
		s.accepted = s.accepted || e.Flags&session.Refused == 0
	}
}

// message adds what a command or data message shows besides its values.
func (s *step) message(of *Session, e *session.Entry) {
	encoding := "AMF0"
	if e.Type == chunk.TypeCommandAMF3 || e.Type == chunk.TypeDataAMF3 {
		encoding = "AMF3"
	}
	s.add("message type", fmt.Sprintf("%d (%s)", e.Type, encoding), Notable)
	s.add("message stream", of.streamName(float64(e.StreamID)), Notable)
	if m := &e.Message; isCommand(e.Type) {
		s.add("transaction ID", transactionWords(m), Notable)
	}
	s.wire(e)
}

// streamName names a message stream by the createStream that gave it, because
// servers number them differently.
func (s *Session) streamName(id float64) string {
	if n, ok := s.streams[id]; ok && id != 0 {
		return fmt.Sprintf("the one of createStream %d", n)
	}
	return fmt.Sprintf("%v", id)
}

// values adds the facts of the arguments.
func (c *Collector) values(s *Session, t *step, e *session.Entry) {
	r := reader{e: e, s: t, left: maxFacts, app: s.app, weigh: weigher(&e.Message), stream: func(id float64) (string, bool) {
		_, ok := s.streams[id]
		return s.streamName(id), ok
	}}
	if e.Message.Command == "connect" && len(e.Message.Args) > 0 {
		if v := e.Message.Args[0].Get("app"); v != nil {
			r.app, s.app = v.Text, v.Text
		}
	}
	for i := range e.Message.Args {
		r.arg = i
		r.value(argName(&e.Message, i), "", &e.Message.Args[i], 1)
	}
	if t.replyTo >= 0 && s.steps[t.replyTo].request == "createStream" {
		for i := range t.facts {
			f := &t.facts[i]
			f.chance = f.chance || f.name == argName(&e.Message, 1)
		}
	}
}

// argName names an argument as the specification does.
func argName(m *message.Parsed, i int) string {
	switch {
	case m.HasTransaction && i == 0:
		return "command object"
	case strings.HasSuffix(m.Command, "DataFrame") && i == 1, m.Command == onMetaData && i == 0:
		return "metadata"
	case !m.HasTransaction && m.Command != "" && i == 0:
		return "value"
	case m.HasTransaction && i == 1 && message.NamesStream(m.Command):
		return "stream name"
	}
	return fmt.Sprintf("argument %d", i)
}

// weigher says how much another value matters, by where it stands.
func weigher(m *message.Parsed) func(key string) Importance {
	return func(key string) Importance {
		switch key {
		case "level", "code", "app", "tcUrl", "objectEncoding", "type", "videocodecid", "audiocodecid":
			return Notable
		case "":
			if strings.HasPrefix(m.Command, "_") || m.Command == "onBWDone" || !m.HasTransaction {
				return Minor
			}
			return Notable
		}
		return Minor
	}
}

// learn keeps what the head of a comparison shows, and the streams.
func (s *Session) learn(t *step, e *session.Entry) {
	m := &e.Message
	if t.refused && s.refusal == "" {
		s.refusal = text.Marked(name(m.Code))
		if m.Code == "" {
			s.refusal = text.Marked(t.short)
		}
	}
	get := func(key string) text.Marked {
		if len(m.Args) == 0 {
			return ""
		}
		if v := m.Args[0].Get(key); v != nil {
			return bounded(v.Text, e.Mark(0, key, v.Text))
		}
		return ""
	}
	switch {
	case m.Command == "connect" && e.From == decode.FromClient:
		s.agent = get("flashVer")
	case m.Command == "publish" && s.Role == session.RoleUnknown:
		s.Role = session.Publish
	case (m.Command == "play" || m.Command == "play2") && s.Role == session.RoleUnknown:
		s.Role = session.Play
	case t.replyTo >= 0 && m.Command == "_result":
		s.answered(s.steps[t.replyTo].request, m.Args, get)
	}
}

func (s *Session) answered(request string, args []amf.Value, get func(string) text.Marked) {
	switch {
	case request == "connect":
		s.engine = get("fmsVer")
	case request == "createStream" && len(args) > 1 && len(s.streams) < maxPending:
		if _, seen := s.streams[args[1].Number]; !seen {
			s.streams[args[1].Number] = len(s.streams) + 1
		}
	}
}
