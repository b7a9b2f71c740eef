package endpoint

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// TestClassify: bodies by hand from Adobe FLV 10.1 annex E.4 and Enhanced RTMP.
func TestClassify(t *testing.T) {
	for _, c := range []struct {
		name string
		typ  uint8
		body string
		want class
	}{
		{"AVC header", 9, "1700000000", config},
		{"AVC keyframe", 9, "1701000000", key},
		{"AVC inter frame", 9, "2701000000", other},
		{"AVC end of sequence", 9, "1702000000", other},
		{"H.263 keyframe", 9, "12", key},
		{"H.263 inter frame", 9, "22", other},
		{"command frame", 9, "5700", other},
		{"hvc1 SequenceStart", 9, "90" + "68766331" + "01", config},
		{"hvc1 key CodedFrames", 9, "91" + "68766331" + "000000", key},
		{"hvc1 inter CodedFramesX", 9, "a3" + "68766331", other},
		{"av01 metadata", 9, "d4" + "61763031", config},
		{"vp09 key CodedFrames", 9, "91" + "76703039" + "00", key},
		{"one track of many, SequenceStart", 9, "96" + "00" + "61766331" + "01" + "01", config},
		{"AAC header", 8, "af001210", config},
		{"AAC frame", 8, "af01", sound},
		{"MP3", 8, "2f", sound},
		{"Opus SequenceStart", 8, "90" + "4f707573", config},
		{"Opus CodedFrames", 8, "91" + "4f707573", sound},
		{"no audio at all", 8, "", sound},
		{"no video at all", 9, "", other},
		{"onMetaData", 18, "02000a" + hex.EncodeToString([]byte("onMetaData")), metadata},
		{"onMetaData of type 15", 15, "0002000a" + hex.EncodeToString([]byte("onMetaData")), metadata},
		{"another data message", 18, "020004" + hex.EncodeToString([]byte("text")), other},
	} {
		body, err := hex.DecodeString(c.body)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := classify(Message{Type: c.typ, Body: body}); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestUnwrapData(t *testing.T) {
	for _, c := range []struct {
		typ      uint8
		in, want string
		ok       bool
	}{
		{18, "\x02\x00\x0d@setDataFrame\x02\x00\x0aonMetaData\x05", "\x02\x00\x0aonMetaData\x05", true},
		{15, "\x00\x02\x00\x0d@setDataFrame\x02\x00\x0aonMetaData\x05", "\x00\x02\x00\x0aonMetaData\x05", true},
		{18, "\x02\x00\x04text\x05", "\x02\x00\x04text\x05", true},
		{18, "\x02\x00\x0f@clearDataFrame\x02\x00\x0aonMetaData", "", false},
		{15, "", "", true},
		{8, "\x02\x00\x0d@setDataFrame", "\x02\x00\x0d@setDataFrame", true},
	} {
		m, ok := unwrapData(Message{Type: c.typ, Body: []byte(c.in)})
		if ok != c.ok || ok && string(m.Body) != c.want {
			t.Errorf("%q: %q, %v", c.in, m.Body, ok)
		}
	}
	published := wrapData(metaMessage())
	if back, ok := unwrapData(published); !ok || !bytes.Equal(back.Body, metaMessage().Body) || bytes.Equal(published.Body, back.Body) {
		t.Error("a publisher's metadata does not come out as it went in")
	}
}

// TestAggregate: RTMP 1.0 §7.1.6, by hand; the last back pointer is missing, as
// some senders leave it out.
func TestAggregate(t *testing.T) {
	body := "\x08\x00\x00\x02\x00\x00\x0a\x00\x00\x00\x00" + "\xaf\x01" + "\x00\x00\x00\x0d" +
		"\x09\x00\x00\x01\x00\x00\x1e\x00\x00\x00\x00" + "\x27"
	got := splitAggregate(Message{Type: chunk.TypeAggregate, Timestamp: 1000, Body: []byte(body)})
	if diff := cmp.Diff([]string{"8@1000 af01", "9@1020 27"}, lines(got)); diff != "" {
		t.Error(diff)
	}
	if got := splitAggregate(Message{Body: []byte(body[:20])}); len(got) != 1 {
		t.Errorf("of a cut aggregate %d messages are left", len(got))
	}
}

// TestClockTimestamps goes through three rounds: each kind has the spacing of
// its frames across the seam, and every round has a keyframe each second.
func TestClockTimestamps(t *testing.T) {
	c := NewClock()
	video, audio, keys := 0, 0, 0
	for last := uint32(0); last < 3*clockLength; {
		m, err := c.Next()
		if err != nil || m.Timestamp < last {
			t.Fatalf("%d after %d, %v", m.Timestamp, last, err)
		}
		last = m.Timestamp
		what, _ := classify(m)
		switch {
		case m.Type == chunk.TypeVideo && what != config:
			if want := uint32(video * 40); m.Timestamp != want {
				t.Fatalf("picture %d at %d, want %d", video, m.Timestamp, want)
			}
			if (video%256%25 == 0) != (what == key) {
				t.Fatalf("picture %d: a keyframe is at the wrong place", video)
			}
			if what == key {
				keys++
			}
			video++
		case m.Type == chunk.TypeAudio && what != config:
			if exact := float64(audio) * 1024 / 44.1; m.Timestamp != uint32(exact) && m.Timestamp != uint32(exact+0.5) {
				t.Fatalf("AAC frame %d at %d, exactly %f", audio, m.Timestamp, exact)
			}
			audio++
		}
	}
	if keys != 34 { // eleven each round, and the first of the fourth
		t.Errorf("%d keyframes", keys)
	}
	if len(clockFLV) > 300<<10 {
		t.Errorf("the asset has %d bytes", len(clockFLV))
	}
}

func TestFLV(t *testing.T) {
	head := "FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
	tag := "\x09\x00\x00\x03\x00\x00\x05\x01\x00\x00\x00abc\x00\x00\x00\x0e"
	f, err := NewFLV(bytes.NewReader([]byte(head + tag + tag[:16])))
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.Next()
	if diff := cmp.Diff(Message{Type: 9, Timestamp: 0x01000005, Body: []byte("abc")}, m); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := f.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut tag: %v", err)
	}
	if f, err = NewFLV(bytes.NewReader([]byte(head))); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Next(); err != io.EOF {
		t.Errorf("the end: %v", err)
	}
	if _, err := NewFLV(bytes.NewReader([]byte("RIFF........."))); !errors.Is(err, errNotFLV) {
		t.Errorf("another file: %v", err)
	}
}

// TestServerHandshake: a C1 with digest in either layout is answered in the same
// layout with a signature over it; a C1 whose digest is wrong is plain.
func TestServerHandshake(t *testing.T) {
	for _, layout := range []handshake.Layout{handshake.DigestFirst, handshake.KeyFirst} {
		c1 := randomPart(clientWord)
		digest := handshake.Sign(c1, false, layout)
		answer := answerC1(c1)
		s1, s2 := answer[1:1537], answer[1537:]
		if got, _ := handshake.Digest(s1, true); answer[0] != 3 || got != layout {
			t.Errorf("S1 is %v, want %v", got, layout)
		}
		if !handshake.Answers(s2, digest, true) {
			t.Errorf("S2 is not signed (%v)", layout)
		}
		c1[8] ^= 1 // the digest now is wrong, wherever it stands
		c1[1500] ^= 1
		if s1 = answerC1(c1)[1:1537]; !bytes.Equal(answerC1(c1)[1537:], c1) || s1[4] != 0 {
			t.Errorf("a broken digest is not answered plainly (%v)", layout)
		}
	}
}

func TestClientHandshake(t *testing.T) {
	c1, digest := firstC1(true)
	if layout, at := handshake.Digest(c1, false); layout == handshake.NoDigest || !bytes.Equal(c1[at:at+32], digest) {
		t.Fatal("C1 has no digest")
	}
	answer := answerC1(c1)
	s1, s2 := answer[1:1537], answer[1537:]
	c2, err := answerS1(s1, s2, digest)
	_, at := handshake.Digest(s1, true)
	if err != nil || !handshake.Answers(c2, s1[at:at+32], false) {
		t.Errorf("C2 is not signed: %v", err)
	}
	s2[0] ^= 1
	if _, err := answerS1(s1, s2, digest); err != errSignature {
		t.Errorf("a wrong signature: %v", err)
	}
	plain := make([]byte, handshake.Size)
	if c2, err := answerS1(plain, c1, digest); err != nil || !bytes.Equal(c2, plain) {
		t.Errorf("a plain server is not answered plainly: %v", err)
	}
}

// TestClientAnswersServer lets a server by hand ask for everything that a
// client owes: an answer to Set Peer Bandwidth, to a ping, acknowledgements.
func TestClientAnswersServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, _ := background(t)
	done := make(chan outcome, 1)
	go func() {
		counts, err := Play(ctx, l.Addr().String(), "live", "x", Options{FlashVersion: "TEST 1"})
		done <- outcome{counts, err}
	}()
	r := acceptRaw(t, l)
	connect := r.await("connect", func(m Message) bool { return m.Type == chunk.TypeCommandAMF0 })
	if cmd := parseCommand(chunk.TypeCommandAMF0, 0, connect.Body); cmd.property(0, "flashVer") != "TEST 1" || cmd.property(0, "tcUrl") != "rtmp://"+l.Addr().String()+"/live" {
		t.Errorf("connect has %+v", cmd.args)
	}
	r.send(control(chunk.TypeWindowAckSize, 100), peerBandwidth(12345), userControl(eventPingRequest, 77))
	if m := r.await("a window", func(m Message) bool { return m.Type == chunk.TypeWindowAckSize }); !bytes.Equal(m.Body, []byte{0, 0, 0x30, 0x39}) {
		t.Errorf("window %x", m.Body)
	}
	if m := r.await("a pong", func(m Message) bool { return m.Type == chunk.TypeUserControl }); !bytes.Equal(m.Body, []byte{0, 7, 0, 0, 0, 77}) {
		t.Errorf("pong %x", m.Body)
	}
	r.await("an acknowledgement", func(m Message) bool { return m.Type == chunk.TypeAcknowledgement })
	r.send(commandMessage(0, "_error", 1, info("error", "NetConnection.Connect.Rejected", "no")))
	r.conn.Close()
	var refused *StatusError
	if end := <-done; !errors.As(end.err, &refused) && !errors.Is(end.err, errLeft) {
		t.Errorf("the player ended with %v", end.err)
	}
}

// acceptRaw is the server's side of a plain handshake, by hand.
func acceptRaw(t *testing.T, l net.Listener) *raw {
	t.Helper()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	r := newRaw(t, conn, false)
	c := make([]byte, 1+handshake.Size)
	if _, err := io.ReadFull(conn, c); err != nil {
		t.Fatal(err)
	}
	r.write(append(append([]byte{3}, make([]byte, handshake.Size)...), c[1:]...))
	c2 := make([]byte, handshake.Size)
	if _, err := io.ReadFull(conn, c2); err != nil || !bytes.Equal(c2, make([]byte, handshake.Size)) {
		t.Fatalf("C2 does not repeat S1: %v", err)
	}
	r.take(append(c, c2...))
	return r
}

func TestSetupTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Play(context.Background(), l.Addr().String(), "live", "x", Options{SetupTimeout: 10 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that says nothing: %v", err)
	}
}

// moodyListener fails to accept, then is closed.
type moodyListener struct {
	net.Listener
	errs chan error
}

func (l moodyListener) Accept() (net.Conn, error) {
	err, ok := <-l.errs
	if !ok {
		return nil, net.ErrClosed
	}
	return nil, err
}

// TestAcceptFailures: what passes is waited out, a closed listener ends Serve.
func TestAcceptFailures(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var seen events
	s := &Server{OnEvent: seen.add}
	errs := make(chan error, 1)
	errs <- &net.OpError{Op: "accept", Err: errors.New("too many open files")}
	close(errs)
	if err := s.Serve(moodyListener{l, errs}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve returned %v", err)
	}
	if _, ok := seen.find("a connection could not be accepted"); !ok {
		t.Error("the failure is not reported")
	}
	s.Close()
	if err := s.Serve(l); err != ErrServerClosed {
		t.Errorf("Serve after Close returned %v", err)
	}
}

// TestPacer: what is due passes at once, what is not waits for its time or for
// the end, and after a long pause time is not made up for.
func TestPacer(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var p pacer
	before := time.Now()
	for _, ts := range []uint32{5000, 5000, 5030} {
		if err := p.wait(ctx, ts); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(before); took < 30*time.Millisecond {
		t.Errorf("30 ms passed in %v", took)
	}
	p.start = p.start.Add(-time.Hour)
	if err := p.wait(ctx, 5060); err != nil {
		t.Fatal(err)
	}
	if due := p.start.Add(60 * time.Millisecond); time.Since(due) > patience {
		t.Error("it would send an hour's worth at once")
	}
	cancel()
	if err := p.wait(ctx, 99_000_000); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
