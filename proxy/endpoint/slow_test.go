package endpoint

import (
	"errors"
	"net"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestSlowPlayer publishes far more than a player's queue and the sockets hold
// while the player does not read. Nobody waits for it, its queue stays bounded,
// and when it reads again it goes on with a keyframe.
func TestSlowPlayer(t *testing.T) {
	const queue = 1 << 20
	var seen events
	s := &Server{QueueBytes: queue, OnEvent: seen.add, IdleTimeout: patience}
	addr := serve(t, s)
	ctx, cancel := background(t)
	f, done := publishing(t, ctx, s, addr, "live", "x")
	f.send(avcHeader(1))
	slow := dialRaw(t, addr)
	slow.conn.(*net.TCPConn).SetReadBuffer(64 << 10) // only to be full sooner
	slow.connect("live")
	slow.call(1, "play", 0, amf.Nul(), amf.Str("x"))
	slow.await("Play.Start", func(m Message) bool { return show(m) == "20/1 onStatus 0 0 status NetStream.Play.Start" })
	fast := collect(ctx, addr, "live", "x", Options{})
	eventually(t, "both play", func() bool { return players(s, "live/x") == 2 })

	// In step with the fast player, so that only the slow one can lose any.
	padding := make([]byte, 60<<10)
	ts := uint32(1)
	for lost := false; !lost; ts++ {
		m := interFrame(ts)
		if ts%10 == 1 {
			m = keyFrame(ts)
		}
		m.Body = append(m.Body, padding...)
		f.send(m)
		eventually(t, "the fast player has it", func() bool { return len(fast.media()) == int(ts)+1 })
		if n := longest(s); n > queue {
			t.Fatalf("%d bytes wait for a player; the bound is %d", n, queue)
		}
		_, lost = seen.find("is too slow: messages are left out")
	}
	var got []Message
	for longest(s) > 0 {
		got = append(got, slow.await("what was queued", func(m Message) bool { return m.Type == chunk.TypeVideo && m.Timestamp > 0 }))
	}
	end := interFrame(ts + 1)
	f.send(keyFrame(ts), end)
	for len(got) == 0 || got[len(got)-1].Timestamp != end.Timestamp {
		got = append(got, slow.await("the end", func(m Message) bool { return m.Type == chunk.TypeVideo && m.Timestamp > 0 }))
	}
	onlyKeyFramesAfterLoss(t, got)
	cancel()
	<-done
	<-fast.done
}

// onlyKeyFramesAfterLoss wants timestamps without a hole but before keyframes,
// and one such hole.
func onlyKeyFramesAfterLoss(t *testing.T, got []Message) {
	t.Helper()
	holes := 0
	for i := 1; i < len(got); i++ {
		if got[i].Timestamp == got[i-1].Timestamp+1 {
			continue
		}
		holes++
		if what, _ := classify(got[i]); what != key {
			t.Errorf("after %d comes %d, which is no keyframe", got[i-1].Timestamp, got[i].Timestamp)
		}
	}
	if holes == 0 {
		t.Error("nothing was left out")
	}
}

// longest is the longest queue of all clients in bytes.
func longest(s *Server) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		n = max(n, c.link.out.backlog())
	}
	return n
}

// TestPusherOfPingsIsLetGo: answers must not pile up for one who does not read.
func TestPusherOfPingsIsLetGo(t *testing.T) {
	var seen events
	r := dialRaw(t, serve(t, &Server{QueueBytes: 4096, OnEvent: seen.add}))
	r.connect("live")
	var batch []byte
	for range 10_000 {
		batch = encode(&r.w, batch, userControl(eventPingRequest, 1))
	}
	for {
		if _, err := r.conn.Write(batch); err != nil {
			break
		}
	}
	eventually(t, "the end is reported", func() bool { _, ok := seen.find("gone"); return ok })
	if e, _ := seen.find("gone"); !errors.Is(e.Err, errBacklog) {
		t.Errorf("reason %v", e.Err)
	}
}
