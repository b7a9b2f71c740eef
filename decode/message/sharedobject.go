package message

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var (
	_ = register(Type{ID: chunk.TypeSharedObjectAMF0, Name: "Shared Object (AMF0)", Source: "RTMP 1.0 §7.1.3", Note: "data that all clients of an application share; of no use for streaming", Parse: parseSharedObject, Fields: sharedObjectFields})
	_ = register(Type{ID: chunk.TypeSharedObjectAMF3, Name: "Shared Object (AMF3)", Source: "RTMP 1.0 §7.1.3", Note: "data that all clients of an application share; of no use for streaming", Parse: parseSharedObject, Fields: sharedObjectFields})
)

// sharedHead is the least length of a shared object: name length, version, flags.
const sharedHead = 2 + 4 + 8

// maxSharedEvents bounds the events listed of one message.
const maxSharedEvents = 4096

const sharedSource = "RTMP 1.0 §7.1.3"

var sharedEvents = [...]struct{ name, note string }{
	1:  {"Use", "the client wants the object"},
	2:  {"Release", "the client no longer wants the object"},
	3:  {"Request Change", "the client asks to change one property"},
	4:  {"Change", "the server tells the others that a property changed"},
	5:  {"Success", "the server accepts the requested change"},
	6:  {"Send Message", "a call to everybody who uses the object"},
	7:  {"Status", "the server reports an error"},
	8:  {"Clear", "all properties are gone"},
	9:  {"Remove", "the server removes a property"},
	10: {"Request Remove", "the client asks to remove a property"},
	11: {"Use Success", "the server has opened the object"},
}

// SharedEventName returns the name of a shared object event, or "Event 12".
func SharedEventName(event uint8) string {
	if event > 0 && int(event) < len(sharedEvents) {
		return sharedEvents[event].name
	}
	return fmt.Sprintf("Event %d", event)
}

// parseSharedObject reads the name of a shared object and checks that the events
// cover the rest.
func parseSharedObject(typ uint8, body []byte, _ amf.Limits) (p Parsed) {
	at := 0
	if typ == chunk.TypeSharedObjectAMF3 && len(body) > 0 && body[0] == 0 {
		at = 1
	}
	if len(body) < at+sharedHead {
		p.problem(ShortBody, len(body), "type %d with length %d", typ, len(body))
		return p
	}
	n := int(body[at])<<8 | int(body[at+1])
	if at+sharedHead+n > len(body) {
		p.problem(ShortBody, at, "the name of %d bytes runs past the message", n)
		return p
	}
	p.Object = string(body[at+2 : at+2+n])
	p.Value = be32(body[at+2+n:])
	for at += sharedHead + n; at < len(body); {
		if len(body)-at < 5 || uint64(be32(body[at+1:])) > uint64(len(body)-at-5) {
			p.problem(ShortBody, at, "an event runs past the message")
			return p
		}
		at += 5 + int(be32(body[at+1:]))
	}
	return p
}

// sharedObjectFields shows a shared object message. Its name has no AMF marker.
func sharedObjectFields(b *field.Builder, typ uint8, ctx Context) {
	b.Source = sharedSource
	if typ == chunk.TypeSharedObjectAMF3 && b.Left() > 0 && b.Body[0] == 0 {
		encoding{start: 1}.field(b)
	}
	name(b, "shared object name")
	b.Uint("current version", 4)
	b.Span("flags", func(b *field.Builder) {
		v, f := b.Uint("persistence", 4)
		f.Symbol = [3]string{"not persistent", "", "persistent"}[min(v, 2)]
		b.Uint("reserved", 4)
	})
	for n := 0; n < maxSharedEvents && b.Left() > 0 && !b.Short; n++ {
		b.Span("event", func(b *field.Builder) { sharedEventFields(b, ctx) })
	}
	b.Excess("more events than are listed")
}

func sharedEventFields(b *field.Builder, ctx Context) {
	kind, f := b.Uint("event type", 1)
	f.Symbol = SharedEventName(uint8(kind))
	if int(kind) < len(sharedEvents) {
		f.Note = sharedEvents[kind].note
	}
	f.Bad = f.Bad || kind == 0 || int(kind) >= len(sharedEvents)
	n, f := b.Num("event data length", 4)
	if b.Short {
		return
	}
	if n > b.Left() {
		f.Bad, f.Note = true, "runs past the message"
		b.Bytes("cut event data", b.Left())
		b.Short = true
		return
	}
	c := b.Sub(b.At, b.At+n)
	sharedEventData(c, kind, ctx)
	c.Excess("bytes after the event data")
	b.Out = append(b.Out, c.Out...)
	b.At = c.End
}

func sharedEventData(b *field.Builder, kind uint32, ctx Context) {
	switch kind {
	case 3, 4:
		for n := 0; n < maxSharedEvents && b.Left() > 0 && !b.Short; n++ {
			name(b, "property name")
			value(b, "property value", ctx.Limits)
		}
	case 5, 9, 10:
		for n := 0; n < maxSharedEvents && b.Left() > 0 && !b.Short; n++ {
			name(b, "property name")
		}
	case 6:
		values(b, "value", ctx.Limits)
	case 7:
		for n := 0; n < maxSharedEvents && b.Left() > 0 && !b.Short; n++ {
			name(b, "status text")
		}
	}
}
