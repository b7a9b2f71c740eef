package endpoint

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestConnectAnswers pins the answer to connect byte by byte up to the command,
// from RTMP 1.0 §5.3 and §5.4.
func TestConnectAnswers(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{Version: "1.2"}))
	r.call(0, "connect", 1, amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("objectEncoding", amf.Num(3))))
	want := []Message{
		{Type: 5, Body: []byte{0, 0x26, 0x25, 0xa0}},
		{Type: 6, Body: []byte{0, 0x26, 0x25, 0xa0, 2}},
		{Type: 1, Body: []byte{0, 0, 0x10, 0}},
		{Type: 4, Body: []byte{0, 0, 0, 0, 0, 0}},
	}
	for _, w := range want {
		got := r.await("the next message", func(Message) bool { return true })
		if got.Type != w.Type || got.StreamID != 0 || !bytes.Equal(got.Body, w.Body) {
			t.Fatalf("got type %d %x, want type %d %x", got.Type, got.Body, w.Type, w.Body)
		}
	}
	result := r.await("the result", func(Message) bool { return true })
	if got := show(result); got != "20/0 _result 1 status NetConnection.Connect.Success" {
		t.Errorf("connect: %q", got)
	}
	v := amf.Decode0(result.Body, 0, amfLimits).Values
	if enc := v[3].Get("objectEncoding"); enc == nil || enc.Number != 0 {
		t.Errorf("objectEncoding is %v: AMF3 must not be promised", enc)
	}
	if version := v[3].Get("data").Get("version"); version.Text != "1.2" {
		t.Errorf("version is %q", version.Text)
	}
}

func TestCommands(t *testing.T) {
	addr := serve(t, &Server{})
	r := dialRaw(t, addr)
	r.call(0, "createStream", 7, amf.Nul())
	if got := r.command(); got != "20/0 _error 7 0 error NetConnection.Call.Failed" {
		t.Errorf("createStream before connect: %q", got)
	}
	r.connect("live")
	for _, c := range []struct {
		stream uint32
		name   string
		txn    float64
		values []amf.Value
		want   []string
	}{
		{0, "releaseStream", 3, []amf.Value{amf.Nul(), amf.Str("x")}, []string{"20/0 _result 3 0 0"}},
		{0, "FCPublish", 4, []amf.Value{amf.Nul(), amf.Str("x")}, []string{"20/0 _result 4 0 0", "20/0 onFCPublish 0 0 status NetStream.Publish.Start"}},
		{0, "_checkbw", 5, []amf.Value{amf.Nul()}, []string{"20/0 _result 5 0 0"}},
		{0, "getStreamLength", 6, []amf.Value{amf.Nul(), amf.Str("x")}, []string{"20/0 _result 6 0 0"}},
		{0, "FCSubscribe", 7, []amf.Value{amf.Nul(), amf.Str("x")}, []string{"20/0 _result 7 0 0", "20/0 onFCSubscribe 0 0 status NetStream.Play.Start"}},
		{0, "frobnicate", 8, []amf.Value{amf.Nul()}, []string{"20/0 _error 8 0 error NetConnection.Call.Failed"}},
		{0, "connect", 9, nil, []string{"20/0 _error 9 0 error NetConnection.Call.Failed"}},
		{1, "publish", 0, []amf.Value{amf.Nul(), amf.Str("x?key=secret"), amf.Str("live")}, []string{"20/1 onStatus 0 0 status NetStream.Publish.Start"}},
		{9, "publish", 10, []amf.Value{amf.Nul(), amf.Str("y")}, []string{"20/0 _error 10 0 error NetConnection.Call.Failed"}},
		{0, "FCUnpublish", 11, []amf.Value{amf.Nul(), amf.Str("x")}, []string{"20/0 _result 11 0 0", "20/0 onFCUnpublish 0 0 status NetStream.Unpublish.Success", "20/1 onStatus 0 0 status NetStream.Unpublish.Success"}},
		{1, "pause", 12, []amf.Value{amf.Nul(), amf.Bool(true)}, []string{"20/0 _error 12 0 error NetConnection.Call.Failed"}},
	} {
		r.call(c.stream, c.name, c.txn, c.values...)
		for _, want := range c.want {
			if got := r.command(); got != want {
				t.Errorf("%s: %q, want %q", c.name, got, want)
			}
		}
	}
}

// TestCommandType17 sends createStream as AMF3 command: a zero byte, then AMF0.
func TestCommandType17(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{}))
	r.connect("live")
	m := commandMessage(0, "createStream", 3, amf.Nul())
	r.send(Message{Type: chunk.TypeCommandAMF3, Body: append([]byte{0}, m.Body...)})
	if got := r.command(); got != "20/0 _result 3 0 2" {
		t.Errorf("got %q", got)
	}
}

func TestTooManyStreams(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{}))
	r.connect("live")
	for range maxStreams - 1 {
		r.call(0, "createStream", 3, amf.Nul())
		r.command()
	}
	r.call(0, "createStream", 4, amf.Nul())
	if got := r.command(); got != "20/0 _error 4 0 error NetConnection.Call.Failed" {
		t.Errorf("got %q", got)
	}
	r.call(0, "deleteStream", 0, amf.Nul(), amf.Num(5))
	r.call(0, "createStream", 6, amf.Nul())
	if got := r.command(); got != "20/0 _result 6 0 33" {
		t.Errorf("after deleteStream: %q", got)
	}
}

func TestTooManyConnections(t *testing.T) {
	addr := serve(t, &Server{MaxConnections: 1})
	first := dialRaw(t, addr)
	first.connect("live")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("the second client is served")
	}
	first.call(0, "createStream", 3, amf.Nul())
	first.command()
}

func TestPingIsAnswered(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{}))
	r.connect("live")
	r.send(Message{Type: 4, Body: []byte{0, 6, 0xca, 0xfe, 0xba, 0xbe}})
	m := r.await("a user control message", func(m Message) bool { return m.Type == 4 })
	if !bytes.Equal(m.Body, []byte{0, 7, 0xca, 0xfe, 0xba, 0xbe}) {
		t.Errorf("got %x", m.Body)
	}
}

func TestIdleClientIsPingedThenLetGo(t *testing.T) {
	var seen events
	r := dialRaw(t, serve(t, &Server{PingInterval: 20 * time.Millisecond, IdleTimeout: 200 * time.Millisecond, OnEvent: seen.add}))
	r.connect("live")
	for range 2 {
		m := r.await("a ping", func(m Message) bool { return m.Type == 4 && m.Body[1] == 6 })
		r.send(Message{Type: 4, Body: append([]byte{0, 7}, m.Body[2:]...)})
	}
	r.closed()
	eventually(t, "the end is reported", func() bool { _, ok := seen.find("gone"); return ok })
	if e, _ := seen.find("gone"); e.Err != errSilent {
		t.Errorf("reason %v, want %v", e.Err, errSilent)
	}
}

func TestHandshakeTimeout(t *testing.T) {
	var seen events
	addr := serve(t, &Server{HandshakeTimeout: 20 * time.Millisecond, OnEvent: seen.add})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	eventually(t, "the end is reported", func() bool { _, ok := seen.find("gone"); return ok })
	if e, _ := seen.find("gone"); e.Err != errHandshakeTime {
		t.Errorf("reason %v, want %v", e.Err, errHandshakeTime)
	}
}

// TestAcknowledgements announces a window and counts what it sent: every
// acknowledgement must name a number of bytes that was sent, at least a window
// after the one before, and in the end less than a window may be missing.
func TestAcknowledgements(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{}))
	r.connect("live")
	r.send(control(chunk.TypeWindowAckSize, 1000))
	r.send(Message{Type: chunk.TypeAudio, StreamID: 1, Body: make([]byte, 5000)})
	last := 0
	for last <= r.sent-1000 {
		m := r.await("an acknowledgement", func(m Message) bool { return m.Type == chunk.TypeAcknowledgement })
		next := int(binary.BigEndian.Uint32(m.Body))
		if next < last+1000 || next <= 3073 || next > r.sent {
			t.Fatalf("acknowledged %d after %d; %d bytes were sent, 3073 of them the handshake", next, last, r.sent)
		}
		last = next
	}
}

func TestGarbageEndsOnlyItself(t *testing.T) {
	noise := make([]byte, 64<<10)
	rand.Read(noise)
	shaken := append([]byte{3}, make([]byte, 2*1536)...)
	for name, p := range map[string][]byte{
		"http":             []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		"tls":              {0x16, 3, 1, 2, 0, 1},
		"rtmpe":            append([]byte{6}, make([]byte, 1536)...),
		"noise":            append([]byte{0xff}, noise...),
		"fresh stream":     append(slices.Clone(shaken), 0xc5),
		"unknown types":    append(slices.Clone(shaken), bytes.Repeat([]byte("\x03\x00\x00\x00\x00\x00\x00\x63\x00\x00\x00\x00"), 4)...),
		"chunk size zero?": append(slices.Clone(shaken), append([]byte("\x02\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00\x00\x00"), bytes.Repeat([]byte{0xff}, 100)...)...),
	} {
		t.Run(name, func(t *testing.T) {
			var seen events
			addr := serve(t, &Server{OnEvent: seen.add})
			good := dialRaw(t, addr)
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.Write(p) // the server may reset while we write
			eventually(t, "the end is reported", func() bool { _, ok := seen.find("gone"); return ok })
			if e, _ := seen.find("gone"); e.Err == nil {
				t.Error("no reason is given")
			}
			good.connect("live")
		})
	}
}

func TestCommandsOfNoSense(t *testing.T) {
	r := dialRaw(t, serve(t, &Server{}))
	r.connect("live")
	for _, body := range []string{"", "\x02", "\x05", "\x02\xff\xff", "\x02\x00\x07publish", "\x02\x00\x04play\x00", strings.Repeat("\x03\x00\x01a", 5000)} {
		r.send(Message{Type: chunk.TypeCommandAMF0, StreamID: 1, Body: []byte(body)}, Message{Type: chunk.TypeCommandAMF3, Body: []byte(body)})
	}
	r.send(Message{Type: 4, Body: []byte{0}}, Message{Type: 5, Body: []byte{1}}, Message{Type: 6}, Message{Type: chunk.TypeVideo, StreamID: 77}, Message{Type: chunk.TypeAudio})
	r.call(0, "createStream", 99, amf.Nul())
	r.await("the answer", func(m Message) bool { return strings.HasPrefix(show(m), "20/0 _result 99") })
}

func TestShutdownLetsPlayersGo(t *testing.T) {
	s := &Server{}
	addr := serve(t, s)
	ctx, _ := background(t)
	p := collect(ctx, addr, "demo", "clock", Options{})
	eventually(t, "the player receives", func() bool { return len(p.media()) > 3 })
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if end := <-p.done; end.err != errLeft {
		t.Errorf("the player ended with %v", end.err)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the server still listens")
	}
}

func TestShutdownInterrupted(t *testing.T) {
	s := &Server{}
	r := dialRaw(t, serve(t, s))
	r.connect("live")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Shutdown(ctx); err != context.Canceled {
		t.Errorf("got %v", err)
	}
	r.closed()
}
