package lint

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// life is a client with several streams, made from a seed: all of them healthy.
type life struct {
	rand  *rand.Rand
	acts  script.Example
	txn   float64
	free  []uint32 // message stream IDs that were given back
	next  uint32
	alive []*liveStream
}

// liveStream is one publish or play that goes on.
type liveStream struct {
	id   uint32
	from decode.Direction
	ts   uint32
	name string
}

func (l *life) do(acts ...script.Act) { l.acts = append(l.acts, acts...) }

// begin creates, publishes or plays a stream, as servers answer that: on its own
// message stream or on 0, with or without Play.Reset.
func (l *life) begin() {
	id := l.next
	if n := len(l.free); n > 0 {
		id, l.free = l.free[n-1], l.free[:n-1]
	} else {
		l.next++
	}
	l.txn++
	s := &liveStream{id: id, name: fmt.Sprintf("stream-%d", l.rand.IntN(1000))}
	l.do(created(l.txn, float64(id)))
	on := []uint32{id, id, id, 0}[l.rand.IntN(4)]
	if l.rand.IntN(2) == 0 {
		s.from = client
		l.do(publishOn(id, s.name), statusOn(id, "status", publishStart, "x"))
	} else {
		s.from = server
		l.do(playOn(id, s.name))
		if on == id && l.rand.IntN(2) == 0 {
			l.do(statusOn(id, "status", "NetStream.Play.Reset", "x"))
		}
		l.do(statusOn(id, "status", playBegins, "x"))
	}
	l.do(l.media(s, script.AVCConfig, true), l.media(s, script.AACConfig, false))
	l.alive = append(l.alive, s)
}

func (l *life) media(s *liveStream, body []byte, video bool) script.Act {
	m := chunk.Out{ChunkStream: 4 + 2*s.id, Type: chunk.TypeAudio, StreamID: s.id, Timestamp: s.ts, Body: body}
	if video {
		m.ChunkStream, m.Type = m.ChunkStream+1, chunk.TypeVideo
	}
	return script.Send(s.from, m)
}

// goOn lets all streams flow for n frames of 40 ms.
func (l *life) goOn(n int) {
	for i := range n {
		between := time.Duration(2*len(l.alive)-1) * 2 * time.Millisecond // messages are 2 ms apart
		l.do(script.After(40*time.Millisecond - between))
		for _, s := range l.alive {
			body := script.InterFrame
			if s.ts%2000 == 0 || i == 0 && s.ts == 0 {
				body = script.KeyFrame
			}
			l.do(l.media(s, body, true), l.media(s, script.AACFrame, false))
			s.ts += 40
		}
	}
}

// end stops a stream, as clients do that.
func (l *life) end(i int) {
	s := l.alive[i]
	l.alive = append(l.alive[:i:i], l.alive[i+1:]...)
	if s.from == client && l.rand.IntN(2) == 0 {
		l.do(script.Call(client, 0, str("FCUnpublish"), num(0), nul, str(s.name)))
	}
	if l.rand.IntN(3) == 0 {
		l.do(script.Call(client, s.id, str("closeStream"), num(0), nul))
	}
	l.do(script.Call(client, 0, str("deleteStream"), num(0), nul, num(float64(s.id))))
	if s.from == server && l.rand.IntN(2) == 0 {
		l.do(l.media(s, script.InterFrame, true)) // it was on its way
	}
	if s.from == client && l.rand.IntN(2) == 0 {
		l.do(statusOn(s.id, "status", "NetStream.Unpublish.Success", "x"))
	}
	l.free = append(l.free, s.id)
}

// healthyLife is one such session, to its orderly end.
func healthyLife(seed uint64) script.Example {
	l := &life{rand: rand.New(rand.NewPCG(seed, 1)), txn: 1, next: 1}
	l.do(script.Connected)
	for range 1 + l.rand.IntN(5) {
		switch {
		case len(l.alive) > 0 && l.rand.IntN(3) == 0:
			l.end(l.rand.IntN(len(l.alive)))
		case len(l.alive) < 3:
			l.begin()
		}
		l.goOn(l.rand.IntN(150))
	}
	for len(l.alive) > 0 {
		l.end(0)
	}
	if l.rand.IntN(2) == 0 {
		l.do(statusOn(0, "status", "NetConnection.Connect.Closed", "bye"))
	}
	first, second := client, server
	if l.rand.IntN(4) == 0 {
		first, second = second, first
	}
	l.do(script.Fin(first), script.Fin(second))
	return l.acts
}

// TestHealthyStreams wants no error and no warning of sessions in which several
// streams begin, go on beside each other, end and begin again.
func TestHealthyStreams(t *testing.T) {
	for seed := range uint64(few(400)) {
		found, j := judged(healthyLife(seed), Config{})
		for _, f := range found {
			if f.Severity > session.Note {
				t.Errorf("seed %d: %s", seed, line(f))
			}
		}
		if r, _ := j.Report(1); r.Shortfall != "" && len(r.Streams) > 0 {
			t.Errorf("seed %d: %s", seed, r.Shortfall)
		}
	}
}
