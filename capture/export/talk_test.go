package export

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// talk records what scripted peers say, a millisecond apart.
type talk struct {
	t       *testing.T
	mem     *source.Memory
	rec     *record.Recorder
	id      uint64
	now     time.Time
	writers [2]chunk.Writer
}

// newTalk opens one connection at 2027-01-15 08:00:00 UTC.
func newTalk(t *testing.T) *talk {
	t.Helper()
	k := &talk{t: t, mem: source.NewMemory(), now: time.Unix(1_800_000_000, 0)}
	rec, err := record.New(k.mem, record.Options{Version: "test"})
	k.rec = rec
	k.must(err)
	return k.open()
}

// open goes on with a new connection.
func (k *talk) open() *talk {
	k.t.Helper()
	k.id++
	k.writers = [2]chunk.Writer{}
	addr := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), 5000+uint16(k.id))
	k.must(k.rec.Open(k.id, k.now, k.now, addr, netip.MustParseAddrPort("10.0.0.2:1935")))
	return k
}

func (k *talk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// bytes says raw bytes.
func (k *talk) bytes(dir decode.Direction, p []byte) *talk {
	k.t.Helper()
	k.now = k.now.Add(time.Millisecond)
	k.must(k.rec.Data(k.id, dir == server, k.now, p))
	return k
}

// say says one message on chunk stream 3, in chunks of 128 bytes.
func (k *talk) say(dir decode.Direction, typ uint8, stream, timestamp uint32, body []byte) *talk {
	k.t.Helper()
	return k.bytes(dir, k.writers[dir].Append(nil, chunk.Out{ChunkStream: 3, Type: typ, StreamID: stream, Timestamp: timestamp, Body: body}))
}

// call says an AMF0 command, data one of data.
func (k *talk) call(dir decode.Direction, stream uint32, values ...amf.Value) *talk {
	k.t.Helper()
	return k.say(dir, 20, stream, 0, encode(values...))
}

func (k *talk) data(dir decode.Direction, stream uint32, values ...amf.Value) *talk {
	k.t.Helper()
	return k.say(dir, 18, stream, 0, encode(values...))
}

func encode(values ...amf.Value) (body []byte) {
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	return body
}

// greet exchanges a plain handshake: rows 2 to 7 of a session.
func (k *talk) greet() *talk {
	k.t.Helper()
	c1, s1 := make([]byte, 1536), make([]byte, 1536)
	for i := 8; i < 1536; i++ {
		c1[i], s1[i] = byte(i), byte(i*3)
	}
	k.bytes(client, append([]byte{3}, c1...))
	k.bytes(server, append(append([]byte{3}, s1...), c1...))
	return k.bytes(client, s1)
}

// end closes both sides and the recording.
func (k *talk) end() source.Source {
	k.t.Helper()
	k.must(k.rec.Fin(k.id, false, k.now, ""))
	k.must(k.rec.Fin(k.id, true, k.now, ""))
	return k.done()
}

func (k *talk) done() source.Source {
	k.t.Helper()
	k.must(k.rec.Close())
	return k.mem
}

func obj(pairs ...string) amf.Value {
	var members []amf.Member
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, amf.Prop(pairs[i], amf.Str(pairs[i+1])))
	}
	return amf.Obj(members...)
}

// written is Write into memory; the error must be nil.
func written(t *testing.T, src source.Source, format string, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, src, format, o); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

// inMemory is a finished source over a capture.
func inMemory(t *testing.T, p []byte) source.Source {
	t.Helper()
	m := source.NewMemory()
	m.Write(p)
	m.Advance(int64(len(p)))
	m.Finish()
	return m
}

// publisher is a session with one message of every usual kind; the key is the
// name of the stream.
func publisher(t *testing.T, key string) *talk {
	t.Helper()
	k := newTalk(t).greet()
	k.call(client, 0, amf.Str("connect"), amf.Num(1), obj("app", "live", "tcUrl", "rtmp://h/live", "flashVer", "FMLE/3.0"))
	k.call(server, 0, amf.Str("_result"), amf.Num(1), obj("fmsVer", "FMS/3"), obj("level", "status", "code", "NetConnection.Connect.Success", "description", "ok"))
	k.call(client, 0, amf.Str("createStream"), amf.Num(2), amf.Nul())
	k.call(server, 0, amf.Str("_result"), amf.Num(2), amf.Nul(), amf.Num(1))
	k.call(client, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str(key), amf.Str("live"))
	k.call(server, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), obj("level", "status", "code", "NetStream.Publish.Start", "description", key+" is published"))
	k.data(client, 1, amf.Str("@setDataFrame"), amf.Str("onMetaData"), amf.ECMA(amf.Prop("width", amf.Num(320)), amf.Prop("title", amf.Str("a & b"))))
	k.say(client, 9, 1, 0, []byte{0x17, 0, 0, 0, 0, 1, 0x42, 0xc0, 0x0d, 0xff, 0xe1, 0, 2, 0x67, 0x42, 1, 0, 2, 0x68, 0xce})
	k.say(client, 8, 1, 0, []byte{0xaf, 0, 0x12, 0x10})
	k.say(client, 9, 1, 0, []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88})
	k.say(client, 8, 1, 23, []byte{0xaf, 1, 0x21, 0x22})
	k.say(client, 9, 1, 40, []byte{0x27, 1, 0, 0, 40, 0, 0, 0, 3, 0x41, 0x9a, 0x01})
	k.say(server, 3, 0, 0, []byte{0, 0, 16, 0})
	return k
}

// rules is a judge that reports a finding on every publish.
type rules struct{ report func(session.Finding) }

func (r *rules) Begin(report func(session.Finding)) { r.report = report }
func (r *rules) Time(time.Time)                     {}
func (r *rules) Held(session.Hold)                  {}
func (r *rules) Paced(session.Pace)                 {}
func (r *rules) Outer(session.Around)               {}
func (r *rules) End()                               {}
func (r *rules) Entry(e *session.Entry) {
	if e.Message.Command == "publish" {
		r.report(session.Finding{Session: e.Session, Rule: "a-rule", Severity: session.Warning, Side: session.ClientSide,
			Rows: []uint32{8, e.Number}, Confidence: 0.75, Summary: "the words of the rule"})
	}
}
