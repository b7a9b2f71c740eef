package endpoint

import (
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// Message is one RTMP message. Its body must not be changed: it may be shared
// by many receivers.
type Message struct {
	Type      uint8  // message type ID: 8 audio, 9 video, 18 data
	StreamID  uint32 // message stream ID; the sender of a message sets it
	Timestamp uint32 // milliseconds
	Body      []byte
}

// User control event types (RTMP 1.0 §7.1.7).
const (
	eventStreamBegin  = 0
	eventStreamEOF    = 1
	eventBufferLength = 3
	eventPingRequest  = 6
	eventPingResponse = 7
)

// dynamicLimit is the limit type that every server sends (RTMP 1.0 §5.4.5).
const dynamicLimit = 2

// overhead is what a waiting message costs besides its body.
const overhead = 64

func (m Message) cost() int { return len(m.Body) + overhead }

// chunkStream is the chunk stream on which we send a message: control messages
// on 2 as the specification demands, every kind of message on one of its own,
// so that headers compress and no two kinds wait for each other.
func (m Message) chunkStream() uint32 {
	switch {
	case m.Type < chunk.TypeAudio:
		return 2
	case m.Type == chunk.TypeAudio:
		return 6
	case m.Type == chunk.TypeVideo:
		return 7
	case m.Type == chunk.TypeCommandAMF0 && m.StreamID == 0:
		return 3
	}
	return 5
}

func control(typ uint8, values ...uint32) Message {
	var body []byte
	for _, v := range values {
		body = binary.BigEndian.AppendUint32(body, v)
	}
	return Message{Type: typ, Body: body}
}

func peerBandwidth(window uint32) Message {
	m := control(chunk.TypeSetPeerBandwidth, window)
	m.Body = append(m.Body, dynamicLimit)
	return m
}

func userControl(event uint16, values ...uint32) Message {
	m := control(chunk.TypeUserControl, values...)
	m.Body = append(binary.BigEndian.AppendUint16(nil, event), m.Body...)
	return m
}

// commandMessage builds a command message in AMF0 (RTMP 1.0 §7.2).
func commandMessage(stream uint32, name string, txn float64, values ...amf.Value) Message {
	body := amf.AppendNumber(amf.AppendString(nil, name), txn)
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	return Message{Type: chunk.TypeCommandAMF0, StreamID: stream, Body: body}
}

// info is the information object of onStatus, _result and _error.
func info(level, code, description string) amf.Value {
	return amf.Obj(
		amf.Prop("level", amf.Str(level)),
		amf.Prop("code", amf.Str(code)),
		amf.Prop("description", amf.Str(description)),
	)
}

// status builds onStatus for a message stream (RTMP 1.0 §7.2.2).
func status(stream uint32, level, code, description string) Message {
	return commandMessage(stream, "onStatus", 0, amf.Nul(), info(level, code, description))
}

// data builds a data message in AMF0 (RTMP 1.0 §7.1.2).
func data(values ...amf.Value) Message {
	m := Message{Type: chunk.TypeDataAMF0}
	for _, v := range values {
		m.Body = amf.Append0(m.Body, v)
	}
	return m
}

// command is a command that a peer sent.
type command struct {
	name   string
	txn    float64
	stream uint32
	args   []amf.Value // what follows the transaction ID
}

// amfLimits bound what one command of a peer may cost.
var amfLimits = amf.Limits{Depth: 32, Values: 4096}

// parseCommand reads a command message of type 20, or 17 which has a format
// byte before its AMF0 values. It returns nil when the body is none.
func parseCommand(typ uint8, stream uint32, body []byte) *command {
	start := 0
	if typ == chunk.TypeCommandAMF3 {
		start = 1
	}
	v := amf.Decode0(body, start, amfLimits).Values
	if len(v) == 0 || v[0].Kind != amf.String {
		return nil
	}
	c := &command{name: v[0].Text, stream: stream}
	if len(v) > 1 {
		c.txn, c.args = v[1].Number, v[2:]
	}
	return c
}

// text is the argument at i when it is a string, or "".
func (c *command) text(i int) string {
	if i < len(c.args) && c.args[i].Kind == amf.String {
		return c.args[i].Text
	}
	return ""
}

// number is the argument at i when it is a number, or 0.
func (c *command) number(i int) float64 {
	if i < len(c.args) {
		return c.args[i].Number
	}
	return 0
}

// isTrue reports whether the argument at i is the boolean true.
func (c *command) isTrue(i int) bool { return i < len(c.args) && c.args[i].Bool }

// property is a string member of the argument at i, or "".
func (c *command) property(i int, name string) string {
	if i < len(c.args) {
		if v := c.args[i].Get(name); v != nil && v.Kind == amf.String {
			return v.Text
		}
	}
	return ""
}
