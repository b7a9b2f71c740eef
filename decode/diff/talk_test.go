package diff

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// said is one thing that a scripted peer does.
type said struct {
	name  string // to find it in a script
	from  decode.Direction
	typ   uint8 // 0: the raw bytes of body
	csid  uint32
	id    uint32 // message stream
	ts    uint32
	body  []byte
	after time.Duration // since what was said before; 0 means a millisecond
	close bool
	how   session.How
}

func call(name string, from decode.Direction, id uint32, values ...amf.Value) said {
	s := said{name: name, from: from, typ: 20, csid: 3, id: id}
	for _, v := range values {
		s.body = amf.Append0(s.body, v)
	}
	return s
}

func status(level, code, words string) amf.Value {
	return amf.Obj(amf.Prop("level", amf.Str(level)), amf.Prop("code", amf.Str(code)), amf.Prop("description", amf.Str(words)))
}

func unhex(s string) []byte {
	p, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return p
}

// The sequence headers of a test picture, 320x240 High at 25 frames a second,
// and of AAC LC at 44100 Hz, as libavformat writes them.
const (
	avcHeader = "17000000000164000dffe100176764000dacb40a0fd808800000030080000019078a155001000468ef3cb0fdf8f800"
	aacHeader = "af00121056e500"
)

// parts are the raw bytes of a plain handshake.
func parts() (c0c1, s0s1s2, c2 []byte) {
	c1, s1 := make([]byte, 1536), make([]byte, 1536)
	for i := 8; i < 1536; i++ {
		c1[i], s1[i] = byte(i), byte(i*3)
	}
	return append([]byte{3}, c1...), append(append([]byte{3}, s1...), c1...), s1
}

var (
	metadata = amf.ECMA(amf.Prop("width", amf.Num(320)), amf.Prop("framerate", amf.Num(25)), amf.Prop("videocodecid", amf.Num(7)))
	connect  = []amf.Member{amf.Prop("app", amf.Str("live")), amf.Prop("type", amf.Str("nonprivate")),
		amf.Prop("flashVer", amf.Str("FMLE/3.0")), amf.Prop("tcUrl", amf.Str("rtmp://one.example/live"))}
)

// good is a publish that goes well: 100 video frames, a keyframe every 25.
func good() []said {
	c0c1, s0s1s2, c2 := parts()
	s := []said{
		{name: "c0c1", from: client, body: c0c1}, {name: "s0s1s2", from: server, body: s0s1s2}, {name: "c2", from: client, body: c2},
		call("connect", client, 0, amf.Str("connect"), amf.Num(1), amf.Obj(connect...)),
		{name: "window", from: server, typ: 5, csid: 2, body: []byte{0, 0x26, 0x25, 0xa0}},
		{name: "chunk", from: server, typ: 1, csid: 2, body: []byte{0, 0, 0x10, 0}},
		call("connected", server, 0, amf.Str("_result"), amf.Num(1), amf.Obj(amf.Prop("fmsVer", amf.Str("FMS/3"))), status("status", "NetConnection.Connect.Success", "ok")),
		call("createStream", client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul()),
		call("created", server, 0, amf.Str("_result"), amf.Num(2), amf.Nul(), amf.Num(1)),
		call("publish", client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("first-key-123"), amf.Str("live")),
		call("started", server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), status("status", "NetStream.Publish.Start", "first-key-123 is on air")),
		{name: "metadata", from: client, typ: 18, csid: 4, id: 1, body: amf.Append0(amf.Append0(amf.Append0(nil, amf.Str("@setDataFrame")), amf.Str("onMetaData")), metadata)},
		{name: "avc", from: client, typ: 9, csid: 6, id: 1, body: unhex(avcHeader)},
		{name: "aac", from: client, typ: 8, csid: 5, id: 1, body: unhex(aacHeader)},
	}
	for i := range uint32(100) {
		head := []byte{0x27, 1, 0, 0, 0}
		if i%25 == 0 {
			head[0] = 0x17
		}
		s = append(s, said{name: "video", from: client, typ: 9, csid: 6, id: 1, ts: i * 40, body: append(head, 0, 0, 0, 1, 9), after: 20 * time.Millisecond},
			said{name: "audio", from: client, typ: 8, csid: 5, id: 1, ts: i * 40, body: []byte{0xaf, 1, 7, 7}, after: 20 * time.Millisecond})
	}
	return append(s, call("deleteStream", client, 0, amf.Str("deleteStream"), amf.Num(0), amf.Nul(), amf.Num(1)),
		said{name: "bye", from: client, close: true})
}

// fold runs a script and returns its only session.
func fold(t testing.TB, script []said) *Session {
	t.Helper()
	const id = 7
	c := NewCollector()
	tl := session.New(session.Options{OnEntry: c.OnEntry})
	now := time.Unix(1_800_000_000, 0)
	tl.Open(session.Connection{ID: id, At: now, Client: "10.0.0.1:5000", Server: "10.0.0.2:1935"})
	writers := [2]*chunk.Writer{{}, {}}
	for _, s := range script {
		now = now.Add(max(s.after, time.Millisecond))
		switch {
		case s.close:
			tl.Close(id, s.from, now, session.End{How: s.how})
		case s.typ == 0:
			tl.Data(id, s.from, now, s.body)
		default:
			tl.Data(id, s.from, now, writers[s.from].Append(nil, chunk.Out{ChunkStream: s.csid, Type: s.typ, StreamID: s.id, Timestamp: s.ts, Body: s.body}))
		}
		if s.typ == 1 {
			writers[s.from].SetSize(int(s.body[0])<<24 | int(s.body[1])<<16 | int(s.body[2])<<8 | int(s.body[3]))
		}
	}
	tl.Finish()
	if len(c.Sessions()) != 1 {
		t.Fatalf("%d sessions", len(c.Sessions()))
	}
	s := c.Sessions()[0]
	s.File, s.Of = "script", 1
	return s
}

// at finds what is said in a script by its name.
func at(script []said, name string) int {
	for i := range script {
		if script[i].name == name {
			return i
		}
	}
	panic(name)
}

// replace says something else instead.
func replace(script []said, name string, with ...said) []said {
	i := at(script, name)
	out := append([]said(nil), script[:i]...)
	return append(append(out, with...), script[i+1:]...)
}

// until keeps what is said up to and with name.
func until(script []said, name string, more ...said) []said {
	return append(append([]said(nil), script[:at(script, name)+1]...), more...)
}
