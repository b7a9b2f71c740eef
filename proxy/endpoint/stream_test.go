package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// Small messages by hand (Adobe FLV 10.1, annex E.4).
func keyFrame(ts uint32) Message {
	return Message{Type: chunk.TypeVideo, Timestamp: ts, Body: []byte{0x17, 1, 0, 0, 0, byte(ts)}}
}

func interFrame(ts uint32) Message {
	return Message{Type: chunk.TypeVideo, Timestamp: ts, Body: []byte{0x27, 1, 0, 0, 0, byte(ts)}}
}

func aacFrame(ts uint32) Message {
	return Message{Type: chunk.TypeAudio, Timestamp: ts, Body: []byte{0xaf, 1, byte(ts)}}
}

func avcHeader(b byte) Message {
	return Message{Type: chunk.TypeVideo, Body: []byte{0x17, 0, 0, 0, 0, 1, b}}
}

func aacHeader() Message { return Message{Type: chunk.TypeAudio, Body: []byte{0xaf, 0, 0x12, 0x10}} }

func metaMessage() Message {
	return data(amf.Str("onMetaData"), amf.ECMA(amf.Prop("width", amf.Num(320))))
}

// lines makes messages comparable and readable.
func lines(ms []Message) []string {
	var out []string
	for _, m := range ms {
		out = append(out, fmt.Sprintf("%d@%d %x", m.Type, m.Timestamp, m.Body))
	}
	return out
}

// TestClockOpening wants metadata first, then both sequence headers, then a key
// frame.
func TestClockOpening(t *testing.T) {
	addr := serve(t, &Server{})
	ctx, cancel := background(t)
	p := collect(ctx, addr, "demo", "clock", Options{Digest: true})
	eventually(t, "the player receives a second", func() bool { return len(p.media()) > 60 })
	cancel()
	if end := <-p.done; end.err != nil || end.counts.Video < 20 || end.counts.Audio < 30 || end.counts.Data != 2 {
		t.Errorf("ended with %+v, %v", end.counts, end.err)
	}
	got := p.messages()
	if got[0].Type != chunk.TypeDataAMF0 || !bytes.Contains(got[0].Body, []byte("|RtmpSampleAccess")) {
		t.Errorf("first comes %v", lines(got[:1]))
	}
	for i, prefix := range []string{"\x02\x00\x0aonMetaData", "\x17\x00", "\xaf\x00\x12\x08", "\x17\x01"} {
		if m := got[i+1]; !bytes.HasPrefix(m.Body, []byte(prefix)) || m.Timestamp != 0 {
			t.Errorf("message %d is %.40s, want %x", i, lines([]Message{m})[0], prefix)
		}
	}
}

// TestClockRunsOnDemand: it starts with the first player, is shared with the
// second, stops with the last and can start again.
func TestClockRunsOnDemand(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	for range 2 {
		ctx, cancel := background(t)
		first := collect(ctx, addr, "demo", "clock", Options{})
		eventually(t, "the clock has run a little", func() bool { return len(first.media()) > 10 })
		second := collect(ctx, addr, "/demo/", "/clock?token=x", Options{})
		eventually(t, "the second player receives", func() bool { return len(second.media()) > 5 })
		if n := players(s, ClockStream); n != 2 {
			t.Errorf("%d players of one clock, want 2", n)
		}
		cancel()
		<-first.done
		<-second.done
		eventually(t, "the clock has stopped", func() bool { return !published(s, ClockStream) })
		if !bytes.HasPrefix(second.media()[3].Body, []byte("\x17\x01")) {
			t.Error("the second player does not begin with a keyframe")
		}
	}
}

// TestFanOut wants two players to receive byte for byte what was published.
func TestFanOut(t *testing.T) {
	s := &Server{WaitForStream: patience}
	addr := serve(t, s)
	ctx, _ := background(t)
	one, two := collect(ctx, addr, "live", "x", Options{}), collect(ctx, addr, "live", "x", Options{})
	eventually(t, "both wait", func() bool { return players(s, "live/x") == 2 })
	f, done := publishing(t, ctx, s, addr, "live", "x")
	big := Message{Type: chunk.TypeVideo, Timestamp: 90, Body: append([]byte{0x17, 1, 0, 0, 0}, bytes.Repeat([]byte("frame"), 50_000)...)}
	late := Message{Type: chunk.TypeVideo, Timestamp: 0x1000000, Body: bytes.Repeat([]byte{0x27, 1, 0, 0, 0}, 4000)}
	want := []Message{metaMessage(), avcHeader(1), aacHeader(), keyFrame(0), aacFrame(1), interFrame(40), big, {Type: chunk.TypeAudio, Timestamp: 91}, late}
	f.send(want...)
	close(f)
	if end := <-done; end.err != nil || end.counts != (Counts{Audio: 3, Video: 5, Data: 1, Bytes: size(want) + 16}) {
		t.Errorf("the publisher ended with %+v, %v", end.counts, end.err)
	}
	for _, p := range []*collector{one, two} {
		if end := <-p.done; end.err != nil {
			t.Error(end.err)
		}
		if diff := cmp.Diff(lines(want), lines(p.media())); diff != "" {
			t.Errorf("sent and received differ:\n%.2000s", diff)
		}
	}
}

func size(ms []Message) (n int64) {
	for _, m := range ms {
		n += int64(len(m.Body))
	}
	return n
}

func TestLateJoinerGetsGroupOfPictures(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	ctx, cancel := background(t)
	f, done := publishing(t, ctx, s, addr, "live", "x")
	f.send(metaMessage(), avcHeader(1), aacHeader(), keyFrame(0), interFrame(40), aacFrame(50),
		keyFrame(80), aacFrame(90), interFrame(120))
	eventually(t, "the server has the last one", func() bool { return cached(s, "live/x") == 3 })
	p := collect(ctx, addr, "live", "x", Options{})
	eventually(t, "the player has begun", func() bool { return len(p.media()) == 6 })
	f.send(interFrame(160))
	eventually(t, "the live message has come", func() bool { return len(p.media()) == 7 })
	meta, avc, aac := metaMessage(), avcHeader(1), aacHeader()
	meta.Timestamp, avc.Timestamp, aac.Timestamp = 80, 80, 80
	want := []Message{meta, avc, aac, keyFrame(80), aacFrame(90), interFrame(120), interFrame(160)}
	if diff := cmp.Diff(lines(want), lines(p.media())); diff != "" {
		t.Error(diff)
	}
	cancel()
	<-done
	<-p.done
}

// cached is how many messages the group of pictures of a stream has.
func cached(s *Server, name string) int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	st := s.hub.streams[name]
	if st == nil {
		return 0
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.cache.gop)
}

func TestBadName(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	ctx, _ := background(t)
	f, done := publishing(t, ctx, s, addr, "live", "x")
	for _, name := range []struct{ app, name string }{{"live", "x"}, {"demo", "clock"}} {
		_, err := Publish(ctx, addr, name.app, name.name, NewClock(), Options{})
		var refused *StatusError
		if !errors.As(err, &refused) || refused.Code != "NetStream.Publish.BadName" || refused.Level != "error" || refused.Command != "publish" {
			t.Errorf("publishing %v: %v", name, err)
		}
	}
	f.send(keyFrame(0))
	close(f)
	if end := <-done; end.err != nil {
		t.Errorf("the first publisher ended with %v", end.err)
	}
	again := make(chan error, 1)
	go func() {
		_, err := Publish(ctx, addr, "live", "x", NewClock(), Options{})
		again <- err
	}()
	eventually(t, "the name can be published again", func() bool { return cached(s, "live/x") > 0 })
	s.Close()
	if err := <-again; err == nil {
		t.Error("a publisher whose server went away must be told")
	}
}

// TestUnpacedPublisherOfAnEndlessSource: it sends as fast as the server takes
// it, and ends with ctx or with the server.
func TestUnpacedPublisherOfAnEndlessSource(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	for _, end := range []string{"ctx", "server"} {
		ctx, cancel := background(t)
		done := make(chan outcome, 1)
		go func() {
			counts, err := Publish(ctx, addr, "live", end, NewClock(), Options{Unpaced: true})
			done <- outcome{counts, err}
		}()
		eventually(t, "a minute of it has passed", func() bool { return latest(s, "live/"+end) > 60_000 })
		if end == "ctx" {
			cancel()
		} else {
			s.Close()
		}
		if got := <-done; (got.err == nil) != (end == "ctx") || got.counts.Video < 1500 {
			t.Errorf("ended by %s: %+v, %v", end, got.counts, got.err)
		}
	}
}

// latest is the timestamp that a stream has reached.
func latest(s *Server, name string) uint32 {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	st := s.hub.streams[name]
	if st == nil {
		return 0
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.cache.now
}

// TestAggregateIsSplit publishes an aggregate; the player gets its parts.
func TestAggregateIsSplit(t *testing.T) {
	s := &Server{WaitForStream: patience}
	addr := serve(t, s)
	ctx, cancel := background(t)
	p := collect(ctx, addr, "live", "x", Options{})
	eventually(t, "the player waits", func() bool { return players(s, "live/x") == 1 })
	f, done := publishing(t, ctx, s, addr, "live", "x")
	f.send(Message{Type: chunk.TypeAggregate, Timestamp: 500, Body: appendTag(appendTag(nil, keyFrame(7)), aacFrame(9))})
	eventually(t, "both parts have come", func() bool { return len(p.media()) == 2 })
	want := []string{"9@500 170100000007", "8@502 af0109"}
	if diff := cmp.Diff(want, lines(p.media())); diff != "" {
		t.Error(diff)
	}
	cancel()
	<-done
	<-p.done
}

func TestStreamNotFound(t *testing.T) {
	s := &Server{WaitForStream: -1}
	addr := serve(t, s)
	ctx, _ := background(t)
	_, err := Play(ctx, addr, "live", "none", Options{})
	var refused *StatusError
	if !errors.As(err, &refused) || refused.Code != "NetStream.Play.StreamNotFound" {
		t.Fatalf("got %v", err)
	}
	if want := `play refused: NetStream.Play.StreamNotFound "Nobody publishes this stream."`; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if players(s, "live/none") != 0 {
		t.Error("the player is still there")
	}
}

// TestPublisherComesAndGoes watches one player over two publications.
func TestPublisherComesAndGoes(t *testing.T) {
	s := &Server{WaitForStream: patience}
	addr := serve(t, s)
	r := dialRaw(t, addr)
	r.connect("live")
	r.call(1, "play", 0, amf.Nul(), amf.Str("x"))
	eventually(t, "the player waits", func() bool { return players(s, "live/x") == 1 })
	ctx, _ := background(t)
	for _, want := range [][]string{
		{"NetStream.Play.Reset", "NetStream.Play.Start"}, {"NetStream.Play.PublishNotify"},
	} {
		f, done := publishing(t, ctx, s, addr, "live", "x")
		r.await("Stream Begin", func(m Message) bool { return m.Type == 4 && bytes.Equal(m.Body, []byte{0, 0, 0, 0, 0, 1}) })
		for _, code := range want {
			if got := r.command(); got != "20/1 onStatus 0 0 status "+code {
				t.Errorf("got %q, want %q", got, code)
			}
		}
		f.send(keyFrame(7))
		r.await("the keyframe", func(m Message) bool { return m.StreamID == 1 && bytes.Equal(m.Body, keyFrame(7).Body) })
		close(f)
		<-done
		if got := r.command(); got != "20/1 onStatus 0 0 status NetStream.Play.UnpublishNotify" {
			t.Errorf("got %q", got)
		}
		r.await("Stream EOF", func(m Message) bool { return m.Type == 4 && bytes.Equal(m.Body, []byte{0, 1, 0, 0, 0, 1}) })
	}
}

func TestPause(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	ctx, cancel := background(t)
	f, done := publishing(t, ctx, s, addr, "live", "x")
	f.send(avcHeader(1), keyFrame(0))
	eventually(t, "the stream has a picture", func() bool { return cached(s, "live/x") == 1 })
	r := dialRaw(t, addr)
	r.connect("live")
	r.call(1, "play", 0, amf.Nul(), amf.Str("x"))
	r.await("the keyframe", isVideo(keyFrame(0)))
	r.call(1, "pause", 0, amf.Nul(), amf.Bool(true), amf.Num(0))
	if got := r.command(); got != "20/1 onStatus 0 0 status NetStream.Pause.Notify" {
		t.Errorf("got %q", got)
	}
	f.send(interFrame(1), avcHeader(2), keyFrame(2), interFrame(3), interFrame(3)) // two from the first keyframe on, three from the second
	eventually(t, "they have arrived", func() bool { return cached(s, "live/x") == 3 })
	r.call(1, "pause", 0, amf.Nul(), amf.Bool(false), amf.Num(0))
	if got := r.command(); got != "20/1 onStatus 0 0 status NetStream.Unpause.Notify" {
		t.Errorf("got %q", got)
	}
	f.send(interFrame(4), keyFrame(5))
	// What was missed must come again before the picture that needs it.
	var got []Message
	for len(got) < 2 {
		got = append(got, r.await("video", func(m Message) bool { return m.Type == chunk.TypeVideo }))
	}
	header := avcHeader(2)
	header.Timestamp = 5
	if diff := cmp.Diff(lines([]Message{header, keyFrame(5)}), lines(got)); diff != "" {
		t.Error(diff)
	}
	r.call(1, "seek", 0, amf.Nul(), amf.Num(1000))
	if got := r.command(); got != "20/1 onStatus 0 0 error NetStream.Seek.Failed" {
		t.Errorf("got %q", got)
	}
	cancel()
	<-done
}

func isVideo(want Message) func(Message) bool {
	return func(m Message) bool { return m.Type == chunk.TypeVideo && bytes.Equal(m.Body, want.Body) }
}

func TestPlayerOfSoundOnly(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	ctx, cancel := background(t)
	f, done := publishing(t, ctx, s, addr, "live", "x")
	f.send(aacHeader(), aacFrame(1))
	p := collect(ctx, addr, "live", "x", Options{BufferLength: time.Second})
	eventually(t, "it has begun", func() bool { return len(p.media()) >= 1 })
	f.send(aacFrame(2))
	eventually(t, "sound comes", func() bool { n := len(p.media()); return n > 0 && p.media()[n-1].Timestamp == 2 })
	cancel()
	<-done
	<-p.done
}
