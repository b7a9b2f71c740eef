package endpoint

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// raw is a client that does nothing by itself.
type raw struct {
	t    *testing.T
	conn net.Conn
	w    chunk.Writer
	dec  *decode.Decoder
	buf  []byte
	got  []Message // not yet taken by await
	sent int       // bytes
}

// dialRaw performs a plain handshake by hand: S2 must repeat C1.
func dialRaw(t *testing.T, addr string) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	r := newRaw(t, conn, true)
	c1 := make([]byte, handshake.Size)
	copy(c1[8:], "any bytes will do")
	r.write(append([]byte{3}, c1...))
	answer := make([]byte, 1+2*handshake.Size)
	if _, err := io.ReadFull(conn, answer); err != nil {
		t.Fatal(err)
	}
	if answer[0] != 3 || !bytes.Equal(answer[1+handshake.Size:], c1) {
		t.Fatal("S0 is not 3, or S2 does not repeat C1")
	}
	if !bytes.Equal(answer[5:9], make([]byte, 4)) {
		t.Errorf("S1 of a plain handshake has version bytes %x, want zeros", answer[5:9])
	}
	r.take(answer)
	r.write(answer[1 : 1+handshake.Size])
	return r
}

func newRaw(t *testing.T, conn net.Conn, peerIsServer bool) *raw {
	peer := decode.FromClient
	if peerIsServer {
		peer = decode.FromServer
	}
	return &raw{t: t, conn: conn, dec: decode.New(peer, decode.DefaultLimits()), buf: make([]byte, 4096)}
}

func (r *raw) write(p []byte) {
	r.t.Helper()
	if _, err := r.conn.Write(p); err != nil {
		r.t.Fatal(err)
	}
	r.sent += len(p)
}

func (r *raw) send(ms ...Message) {
	r.t.Helper()
	var p []byte
	for _, m := range ms {
		p = encode(&r.w, p, m)
	}
	r.write(p)
}

// fill reads once.
func (r *raw) fill() error {
	n, err := r.conn.Read(r.buf)
	r.take(r.buf[:n])
	return err
}

// take decodes bytes of the peer.
func (r *raw) take(p []byte) {
	r.dec.Write(p)
	for e := r.dec.Next(); e != nil; e = r.dec.Next() {
		switch e.Kind {
		case decode.Message:
			r.got = append(r.got, Message{e.Type, e.StreamID, e.Timestamp, bytes.Clone(e.Body)})
		case decode.Lost, decode.Anomaly, decode.Aborted:
			r.t.Errorf("the peer sends bad bytes at %d: %s", e.Offset, e.Reason.Text)
		}
	}
}

// await takes messages until one matches.
func (r *raw) await(what string, match func(Message) bool) Message {
	r.t.Helper()
	for {
		for len(r.got) > 0 {
			m := r.got[0]
			r.got = r.got[1:]
			if match(m) {
				return m
			}
		}
		if err := r.fill(); err != nil {
			r.t.Fatalf("waiting for %s: %v", what, err)
		}
	}
}

// show is a command or data message in one line.
func show(m Message) string {
	words := []string{fmt.Sprint(m.Type, "/", m.StreamID)}
	for _, v := range amf.Decode0(m.Body, 0, amfLimits).Values {
		switch v.Kind {
		case amf.String:
			words = append(words, v.Text)
		case amf.Object:
			for _, p := range v.Members {
				if p.Name == "level" || p.Name == "code" {
					words = append(words, p.Value.Text)
				}
			}
		default:
			words = append(words, fmt.Sprint(v.Number))
		}
	}
	return strings.Join(words, " ")
}

// answers awaits the next command.
func (r *raw) command() string {
	r.t.Helper()
	return show(r.await("a command", func(m Message) bool { return m.Type == chunk.TypeCommandAMF0 }))
}

func (r *raw) call(stream uint32, name string, txn float64, values ...amf.Value) {
	r.t.Helper()
	r.send(commandMessage(stream, name, txn, values...))
}

// connect connects and creates stream 1.
func (r *raw) connect(app string) {
	r.t.Helper()
	r.call(0, "connect", 1, amf.Obj(amf.Prop("app", amf.Str(app))))
	r.command()
	r.call(0, "createStream", 2, amf.Nul())
	if got, want := r.command(), "20/0 _result 2 0 1"; got != want {
		r.t.Fatalf("createStream: %q, want %q", got, want)
	}
}

// closed waits until the server has closed the connection.
func (r *raw) closed() {
	r.t.Helper()
	for {
		if err := r.fill(); err != nil {
			if n, ok := err.(net.Error); ok && n.Timeout() {
				r.t.Error("the server did not close the connection")
			}
			return
		}
	}
}
