package message

import (
	"cmp"
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var _ = register(Type{
	ID: chunk.TypeUserControl, Name: "User Control", Source: "RTMP 1.0 §6.2, §7.1.7", Note: "an event: Stream Begin, Set Buffer Length, Ping Request and others",
	Parse: parseUserControl, Fields: userControlFields, Summary: eventSummary,
})

// layout is how the data of an event is laid out.
type layout uint8

const (
	opaqueData  layout = iota
	streamData         // message stream ID
	bufferData         // message stream ID, milliseconds
	pingData           // timestamp
	swfRequest         // type, often missing
	swfResponse        // version twice, size twice, HMAC
)

// eventInfo describes one user control event. Size is the length of its data.
type eventInfo struct {
	name, note, source string
	layout             layout
	size               int
}

const flash = "Flash Media Server, librtmp"

// events are the user control events of RTMP 1.0 §7.1.7 and those that Adobe's
// servers added without a specification.
var events = map[uint16]eventInfo{
	0:                 {"Stream Begin", "the stream is usable now", "", streamData, 4},
	1:                 {"Stream EOF", "playback of the stream is over; no more data comes without a new command", "", streamData, 4},
	2:                 {"Stream Dry", "there is no more data on the stream at the moment", "", streamData, 4},
	3:                 {"Set Buffer Length", "the client's buffer, sent before the server begins to process the stream", "", bufferData, 8},
	4:                 {"Stream Is Recorded", "the stream is recorded; some servers say so of live ones too", "", streamData, 4},
	EventPingRequest:  {"Ping Request", "the client is to answer with the same timestamp", "", pingData, 4},
	EventPingResponse: {"Ping Response", "the answer repeats the timestamp of the request", "", pingData, 4},
	26:                {"SWF Verification Request", "the server asks which player program this is", flash, swfRequest, 1},
	27:                {"SWF Verification Response", "size and HMAC of the player program", flash, swfResponse, 42},
	31:                {"Buffer Empty", "the server has filled less than the client's buffer", flash, streamData, 4},
	32:                {"Buffer Ready", "the server has filled the client's buffer", flash, streamData, 4},
}

// The ping events, which sessions pair (RTMP 1.0 §7.1.7).
const (
	EventPingRequest  = 6
	EventPingResponse = 7
)

// eventSummary describes a user control event by its data.
func eventSummary(m *Parsed, _ uint32) string {
	switch events[m.Event].layout {
	case streamData:
		return fmt.Sprintf("message stream %d", m.Value)
	case bufferData:
		return fmt.Sprintf("message stream %d, %d ms", m.Value, m.Value2)
	case pingData:
		return fmt.Sprintf("timestamp %d", m.Value)
	}
	return fmt.Sprintf("event %d", m.Event)
}

// Event says what a user control event means and where it is defined; ok is false for
// one that has no name.
func Event(event uint16) (note, source string, ok bool) {
	e, ok := events[event]
	return e.note, cmp.Or(e.source, "RTMP 1.0 §7.1.7"), ok
}

// EventName returns the name of a user control event type, or "Event 8".
func EventName(event uint16) string {
	if e, ok := events[event]; ok {
		return e.name
	}
	return fmt.Sprintf("Event %d", event)
}

func parseUserControl(_ uint8, body []byte, _ amf.Limits) (p Parsed) {
	if len(body) < 2 {
		p.problem(ShortBody, len(body), "type 4 with length %d", len(body))
		return p
	}
	p.Event = uint16(body[0])<<8 | uint16(body[1])
	p.Name = EventName(p.Event)
	e, known := events[p.Event]
	data := body[2:]
	if len(data) >= 4 && e.layout != swfRequest && e.layout != swfResponse {
		p.Value = be32(data)
	}
	if e.layout == bufferData && len(data) >= 8 {
		p.Value2 = be32(data[4:])
	}
	switch {
	case !known:
		p.problem(UnknownEvent, 0, "no specification names event type %d", p.Event)
	case len(data) < e.size && e.layout != swfRequest:
		p.problem(ShortBody, len(body), "%s with %d bytes of data, %d belong there", e.name, len(data), e.size)
	case len(data) > e.size:
		p.problem(WrongLength, 2+e.size, "%s with %d bytes of data, %d belong there", e.name, len(data), e.size)
	}
	return p
}

// userControlFields shows a User Control message, RTMP 1.0 §6.2 and §7.1.7.
func userControlFields(b *field.Builder, _ uint8, _ Context) {
	b.Source = "RTMP 1.0 §7.1.7"
	v, f := b.Uint("event type", 2)
	if b.Short {
		return
	}
	e, known := events[uint16(v)]
	if f.Symbol = EventName(uint16(v)); !known {
		f.Note, f.Bad = "an event type without specification", true
		if b.Left() > 0 {
			b.Bytes("event data", b.Left())
		}
		return
	}
	f.Note = e.note
	if e.source != "" {
		f.Source, b.Source = e.source, e.source
	}
	eventData(b, e.layout)
	b.Excess("more data than the event has")
}

func eventData(b *field.Builder, l layout) {
	switch l {
	case streamData, bufferData:
		b.Uint("message stream id", 4)
		if l == bufferData {
			if v, f := b.Uint("buffer length", 4); !b.Short {
				f.Value = field.Number(v) + " ms"
			}
		}
	case pingData:
		if _, f := b.Uint("timestamp", 4); !b.Short {
			f.Note = "milliseconds of the server's clock"
		}
	case swfRequest:
		if b.Left() > 0 {
			b.Uint("verification type", 1)
		}
	case swfResponse:
		swfResponseFields(b)
	}
}

func swfResponseFields(b *field.Builder) *field.Field {
	b.Uint("verification type", 1)
	b.Uint("version", 1)
	b.Uint("size of the program", 4)
	b.Uint("size of the program, again", 4)
	return b.Bytes("HMAC-SHA256", 32)
}
