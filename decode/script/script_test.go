package script

import (
	"bytes"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// TestCommandOnTheWire compares a command with bytes written by hand from RTMP 1.0
// §5.3.1.2.1 (chunk header of format 0, little-endian message stream ID) and AMF0.
func TestCommandOnTheWire(t *testing.T) {
	got := Example{Call(client, 1, str("play"), num(1), nul)}.Events()[1]
	want := []byte{3, 0, 0, 0, 0, 0, 17, 20, 1, 0, 0, 0,
		2, 0, 4, 'p', 'l', 'a', 'y', 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 5}
	if got.Kind != EventBytes || got.From != client || !bytes.Equal(got.Bytes, want) {
		t.Errorf("play is % x, want % x", got.Bytes, want)
	}
}

func TestTimesAndConnections(t *testing.T) {
	events := Example{After(time.Second), Fin(client), Silence(time.Minute), Again, Reset(server)}.Events()
	want := []Event{
		{Kind: EventOpen, At: pace}, {Kind: EventFin, At: pace + time.Second}, {Kind: EventTick, At: 2*pace + 61*time.Second},
		{Kind: EventOpen, At: 3*pace + 61*time.Second, Conn: 1}, {Kind: EventReset, From: server, At: 4*pace + 61*time.Second, Conn: 1},
		{Kind: EventTick, At: 5*pace + 61*time.Second, Conn: 1},
	}
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d", len(events), len(want))
	}
	for i, e := range events {
		if e.Kind != want[i].Kind || e.At != want[i].At || e.Conn != want[i].Conn || e.From != want[i].From {
			t.Errorf("event %d is %+v, want %+v", i, e, want[i])
		}
	}
}

// TestChunkSizeIsKept cuts what follows at the size that was announced, and begins
// again with 128 on a new connection.
func TestChunkSizeIsKept(t *testing.T) {
	long := make([]byte, 300)
	sizes := func(x Example) (out []int) {
		for _, e := range x.Events() {
			if e.Kind == EventBytes {
				out = append(out, len(e.Bytes))
			}
		}
		return out
	}
	got := sizes(Example{ChunkSize(client, 4096), Video(client, 0, long), Again, Video(client, 0, long)})
	if len(got) != 3 || got[0] != 16 || got[1] != 12+300 || got[2] != 12+300+2 {
		t.Errorf("lengths on the wire are %d, want 16, 312 and 314 (two continuations at 128)", got)
	}
}

func TestPlayMakesRows(t *testing.T) {
	var names []string
	line := session.New(session.Options{OnEntry: func(e *session.Entry) {
		if e.Kind == session.Message && e.Message.Command != "" {
			names = append(names, e.Message.Command)
		}
	}})
	Example{Flowing, Goodbye}.Play(line, Time)
	want := []string{"connect", "_result", "createStream", "_result", "publish", "onStatus", "@setDataFrame", "FCUnpublish", "deleteStream"}
	if len(names) != len(want) {
		t.Fatalf("commands %q, want %q", names, want)
	}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("command %d is %q, want %q", i, names[i], want[i])
		}
	}
	if got := line.Snapshot().Sessions()[0]; got.Role != session.Publish {
		t.Errorf("the session's role is %v", got.Role)
	}
}

// TestEventsOfTheRelay checks what only a recording of the relay tells.
func TestEventsOfTheRelay(t *testing.T) {
	for _, e := range (Example{Held(client, 2*time.Second, 100), Poll, Gap(server, 7), NotReached(session.DialRefused, "why:1")}).Events() {
		switch {
		case e.Kind == EventHeld && (e.Since != 2*time.Second || e.Waiting != 100 || e.From != client),
			e.Kind == EventPoll && e.From != decode.FromClient,
			e.Kind == EventGap && (e.Length != 7 || e.From != server),
			e.Kind == EventReset && (e.Cause != session.DialRefused || e.Target != "why:1" || e.From != server):
			t.Errorf("wrong: %+v", e)
		}
	}
}
