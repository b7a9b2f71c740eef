package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Event is one thing that happens in an Example.
type Event struct {
	At   time.Duration // since the beginning
	Conn int           // number of the connection, from 0
	Kind EventKind
	From decode.Direction
	// Bytes are what is sent, for EventBytes; to be read only.
	Bytes []byte
	// Length is that of a gap.
	Length int64
	// Reason is what the recorder knows of an end, in words.
	Reason string
	// Since and Waiting are those of EventHeld: see session.Hold.
	Since   time.Duration
	Waiting int64
}

// EventKind says what happens.
type EventKind uint8

// The kinds of event.
const (
	EventOpen  EventKind = iota // a connection is opened
	EventBytes                  // one side sends bytes
	EventGap                    // bytes that were not captured
	EventFin                    // one side closes
	EventReset                  // one side resets the connection
	EventTick                   // nothing happens, but time has passed
	EventHeld                   // the other side takes nothing of what this one sends
	EventPoll                   // the client of a tunnel asks for bytes and sends none
)

// Example is a conversation: what two peers say to each other, byte by byte.
type Example []act

// Events writes the conversation down.
func (x Example) Events() []Event {
	s := &speaker{}
	s.open()
	for _, a := range x {
		a(s)
	}
	s.add(Event{Kind: EventTick})
	return s.events
}

// Play feeds the conversation to a timeline, as if it had been captured from
// the given time on.
func (x Example) Play(t *session.Timeline, start time.Time) {
	for _, e := range x.Events() {
		id, at := uint32(e.Conn+1), start.Add(e.At)
		switch e.Kind {
		case EventOpen:
			t.Open(session.Connection{ID: id, At: at, Client: "10.0.0.1:50000", Server: "10.0.0.2:1935"})
		case EventBytes:
			t.Data(id, e.From, at, e.Bytes)
		case EventGap:
			t.Gap(id, e.From, at, e.Length)
		case EventFin:
			t.Close(id, e.From, at, session.Fin, e.Reason)
		case EventReset:
			t.Close(id, e.From, at, session.Reset, e.Reason)
		case EventTick:
			t.Tick(at)
		case EventHeld:
			t.Held(id, e.From, at, e.Since, e.Waiting)
		case EventPoll:
			t.Outer(id, e.From, at, session.Around{Poll: true})
		}
	}
	t.Finish()
}

// act is one step of an example.
type act func(*speaker)

// pace is the time between two events for which nothing else is said.
const pace = 2 * time.Millisecond

// speaker turns steps into events.
type speaker struct {
	events  []Event
	now     time.Duration
	conn    int
	writers [2]chunk.Writer
}

func (s *speaker) add(e Event) {
	s.now += pace
	e.At, e.Conn = s.now, s.conn
	s.events = append(s.events, e)
}

func (s *speaker) open() {
	s.writers = [2]chunk.Writer{}
	s.add(Event{Kind: EventOpen})
}

// do joins steps into one.
func do(acts ...act) act {
	return func(s *speaker) {
		for _, a := range acts {
			a(s)
		}
	}
}

// repeat does a step n times; it is told which time it is.
func repeat(n int, f func(i int) act) act {
	return func(s *speaker) {
		for i := range n {
			f(i)(s)
		}
	}
}

// after lets time pass.
func after(d time.Duration) act {
	return func(s *speaker) { s.now += d - pace }
}

// silence lets time pass and says so.
func silence(d time.Duration) act {
	return func(s *speaker) {
		s.now += d
		s.add(Event{Kind: EventTick})
	}
}

// again opens a new connection.
func again(s *speaker) {
	s.conn++
	s.open()
}

// raw sends bytes as they are.
func raw(from decode.Direction, p ...byte) act {
	return func(s *speaker) { s.add(Event{Kind: EventBytes, From: from, Bytes: p}) }
}

// text sends characters as they are.
func plain(from decode.Direction, p string) act { return raw(from, []byte(p)...) }

func fin(from decode.Direction) act {
	return func(s *speaker) { s.add(Event{Kind: EventFin, From: from}) }
}

func reset(from decode.Direction) act {
	return func(s *speaker) { s.add(Event{Kind: EventReset, From: from}) }
}

func resetFor(from decode.Direction, reason string) act {
	return func(s *speaker) { s.add(Event{Kind: EventReset, From: from, Reason: reason}) }
}

func gap(from decode.Direction, n int64) act {
	return func(s *speaker) { s.add(Event{Kind: EventGap, From: from, Length: n}) }
}

// held says that bytes of one side wait for the other, which has taken nothing for
// so long; when none wait any more it is over. Time passes until then.
func held(from decode.Direction, since time.Duration, waiting int64) act {
	return func(s *speaker) {
		s.now += time.Second
		s.add(Event{Kind: EventHeld, From: from, Since: since, Waiting: waiting})
	}
}

// poll asks for bytes through a tunnel (RTMPT). The first one says that there is
// a tunnel.
func poll(s *speaker) { s.add(Event{Kind: EventPoll, From: client}) }

// send sends one message.
func send(from decode.Direction, m chunk.Out) act {
	return func(s *speaker) {
		s.add(Event{Kind: EventBytes, From: from, Bytes: s.writers[from].Append(nil, m)})
	}
}

// control sends a protocol control or user control message.
func control(from decode.Direction, typ uint8, body ...byte) act {
	return send(from, chunk.Out{ChunkStream: 2, Type: typ, Body: body})
}

// chunkSize announces a chunk size and keeps to it.
func chunkSize(from decode.Direction, n int) act {
	return do(control(from, 1, be(uint32(n))...), func(s *speaker) { s.writers[from].SetSize(n) })
}

// be writes 32-bit numbers.
func be(numbers ...uint32) (out []byte) {
	for _, n := range numbers {
		out = append(out, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return out
}

// values writes AMF0.
func values(list ...amf.Value) (out []byte) {
	for _, v := range list {
		out = amf.Append0(out, v)
	}
	return out
}

// call sends a command on a message stream.
func call(from decode.Direction, streamID uint32, list ...amf.Value) act {
	return send(from, chunk.Out{ChunkStream: 3, Type: 20, StreamID: streamID, Body: values(list...)})
}

// data sends a data message.
func data(from decode.Direction, streamID uint32, list ...amf.Value) act {
	return send(from, chunk.Out{ChunkStream: 4, Type: 18, StreamID: streamID, Body: values(list...)})
}

// exampleTime is when examples happen, where it does not matter.
var exampleTime = time.Unix(1_800_000_000, 0).UTC()
