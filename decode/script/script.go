// Package script writes down what two RTMP peers say to each other, step by step:
// the examples of the rules in decode/lint, conversations for tests, and what
// test/misbehave speaks over sockets.
//
// An [Example] is a list of steps ([Act]): handshakes, commands, media, silence,
// ends. [Example.Events] lays them out in time as bytes on a wire; [Example.Play]
// feeds them to a timeline. Nothing is judged here and no clock is read: the same
// steps always make the same bytes. Values belong to the package and are shared:
// do not change them.
package script

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
	// Cause is what the recorder knows of an end, Detail what that leaves open; Target is
	// what was not reached.
	Cause  session.Cause
	Target string
	Detail string
	// Since and Waiting are those of EventHeld: see session.Hold.
	Since   time.Duration
	Waiting int64
	// Pace is that of EventPaced; From, At and Session are set when it is played.
	Pace session.Pace
	// Facts are those of EventOpen.
	Facts session.Facts
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
	EventPaced                  // the other side lags behind what this one sends
	EventPoll                   // the client of a tunnel asks for bytes and sends none
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// Example is a conversation: what two peers say to each other, byte by byte.
type Example []Act

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
			t.Open(session.Connection{ID: id, At: at, Client: "10.0.0.1:50000", Server: "10.0.0.2:1935", Facts: e.Facts, Relayed: e.Facts != nil})
		case EventBytes:
			t.Data(id, e.From, at, e.Bytes)
		case EventGap:
			t.Gap(id, e.From, at, e.Length)
		case EventFin:
			t.Close(id, e.From, at, session.End{How: session.Fin, Cause: e.Cause, Target: e.Target})
		case EventReset:
			t.Close(id, e.From, at, session.End{How: session.Reset, Cause: e.Cause, Target: e.Target, Detail: e.Detail})
		case EventTick:
			t.Tick(at)
		case EventHeld:
			t.Held(id, e.From, at, e.Since, e.Waiting)
		case EventPaced:
			t.Paced(id, e.paced(at))
		case EventPoll:
			t.Outer(id, e.From, at, session.Around{Poll: true})
		}
	}
	t.Finish()
}

// Act is one step of an example.
type Act func(*speaker)

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

// Known are facts of the connection, from its beginning on. It is the first step of one.
func Known(facts ...session.Fact) Act {
	return func(s *speaker) { s.events[len(s.events)-1].Facts = facts }
}

// Do joins steps into one.
func Do(acts ...Act) Act {
	return func(s *speaker) {
		for _, a := range acts {
			a(s)
		}
	}
}

// Repeat does a step n times; it is told which time it is.
func Repeat(n int, f func(i int) Act) Act {
	return func(s *speaker) {
		for i := range n {
			f(i)(s)
		}
	}
}

// After lets time pass.
func After(d time.Duration) Act {
	return func(s *speaker) { s.now += d - pace }
}

// Silence lets time pass and says so.
func Silence(d time.Duration) Act {
	return func(s *speaker) {
		s.now += d
		s.add(Event{Kind: EventTick})
	}
}

// Again opens a new connection.
func Again(s *speaker) {
	s.conn++
	s.open()
}

// Raw sends bytes as they are.
func Raw(from decode.Direction, p ...byte) Act {
	return func(s *speaker) { s.add(Event{Kind: EventBytes, From: from, Bytes: p}) }
}

// Text sends characters as they are.
func Text(from decode.Direction, p string) Act { return Raw(from, []byte(p)...) }

// Fin ends one direction in order.
func Fin(from decode.Direction) Act {
	return func(s *speaker) { s.add(Event{Kind: EventFin, From: from}) }
}

// Reset breaks the connection off.
func Reset(from decode.Direction) Act {
	return func(s *speaker) { s.add(Event{Kind: EventReset, From: from}) }
}

// Ended ends one direction in order, with what the recorder knows of its cause.
func Ended(from decode.Direction, cause session.Cause) Act {
	return func(s *speaker) { s.add(Event{Kind: EventFin, From: from, Cause: cause}) }
}

// NotReached is the end of a connection whose server, target, was not reached.
func NotReached(cause session.Cause, target string) Act {
	return func(s *speaker) {
		s.add(Event{Kind: EventReset, From: decode.FromServer, Cause: cause, Target: target})
	}
}

// Broken is the end of one side for a reason that only the relay knows, and what that
// leaves open.
func Broken(from decode.Direction, cause session.Cause, detail string) Act {
	return func(s *speaker) { s.add(Event{Kind: EventReset, From: from, Cause: cause, Detail: detail}) }
}

// Gap says that n bytes were sent and not captured.
func Gap(from decode.Direction, n int64) Act {
	return func(s *speaker) { s.add(Event{Kind: EventGap, From: from, Length: n}) }
}

// Held says that bytes of one side wait for the other, which has taken nothing for
// so long; when none wait any more it is over. Time passes until then.
func Held(from decode.Direction, since time.Duration, waiting int64) Act {
	return func(s *speaker) {
		s.now += time.Second
		s.add(Event{Kind: EventHeld, From: from, Since: since, Waiting: waiting})
	}
}

// Paced says how fast the other side takes what this one sends, at this moment.
func Paced(from decode.Direction, p session.Pace) Act {
	return func(s *speaker) { s.add(Event{Kind: EventPaced, From: from, Pace: p}) }
}

// paced is the pace of an event at its time.
func (e *Event) paced(at time.Time) session.Pace {
	p := e.Pace
	p.From, p.At = e.From, at
	return p
}

// Poll asks for bytes through a tunnel (RTMPT). The first one says that there is
// a tunnel.
func Poll(s *speaker) { s.add(Event{Kind: EventPoll, From: client}) }

// Send sends one message.
func Send(from decode.Direction, m chunk.Out) Act {
	return func(s *speaker) {
		s.add(Event{Kind: EventBytes, From: from, Bytes: s.writers[from].Append(nil, m)})
	}
}

// Control sends a protocol control or user control message.
func Control(from decode.Direction, typ uint8, body ...byte) Act {
	return Send(from, chunk.Out{ChunkStream: 2, Type: typ, Body: body})
}

// ChunkSize announces a chunk size and keeps to it.
func ChunkSize(from decode.Direction, n int) Act {
	return Do(Control(from, 1, BigEndian(uint32(n))...), func(s *speaker) { s.writers[from].SetSize(n) })
}

// BigEndian writes 32-bit numbers.
func BigEndian(numbers ...uint32) (out []byte) {
	for _, n := range numbers {
		out = append(out, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return out
}

// Values writes AMF0.
func Values(list ...amf.Value) (out []byte) {
	for _, v := range list {
		out = amf.Append0(out, v)
	}
	return out
}

// Call sends a command on a message stream.
func Call(from decode.Direction, streamID uint32, list ...amf.Value) Act {
	return Send(from, chunk.Out{ChunkStream: 3, Type: 20, StreamID: streamID, Body: Values(list...)})
}

// Data sends a data message.
func Data(from decode.Direction, streamID uint32, list ...amf.Value) Act {
	return Send(from, chunk.Out{ChunkStream: 4, Type: 18, StreamID: streamID, Body: Values(list...)})
}

// Time is when examples happen, where it does not matter.
var Time = time.Unix(1_800_000_000, 0).UTC()
