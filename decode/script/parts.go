package script

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
)

// Short names for the values of examples.
var (
	str  = amf.Str
	num  = amf.Num
	nul  = amf.Nul()
	obj  = amf.Obj
	prop = amf.Prop
)

// Random1 is a C1 or S1 with a fixed pattern instead of random bytes.
func Random1(seed byte) []byte {
	p := make([]byte, handshake.Size)
	for i := 8; i < len(p); i++ {
		p[i] = byte(i)*seed + byte(i>>8)
	}
	return p
}

// Digest1 is a C1 or S1 with a digest.
func Digest1(seed byte, fromServer bool) []byte {
	p := Random1(seed)
	p[4], p[5], p[6], p[7] = 9, 0, 124, 2
	handshake.Sign(p, fromServer, handshake.DigestFirst)
	return p
}

// Version puts a version byte in front of parts of a handshake.
func Version(v byte, parts ...[]byte) []byte {
	out := []byte{v}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Greet exchanges a handshake with these parts.
func Greet(c1, s1, s2, c2 []byte) Act {
	return Do(Raw(client, Version(3, c1)...), Raw(server, Version(3, s1, s2)...), Raw(client, c2...))
}

// Hi is a plain handshake in good order.
var Hi = Greet(Random1(1), Random1(3), Random1(1), Random1(3))

// Status is an information object.
func Status(level, code, words string, more ...amf.Member) amf.Value {
	return obj(append([]amf.Member{prop("level", str(level)), prop("code", str(code)), prop("description", str(words))}, more...)...)
}

// ConnectTo asks for an application; more adds members.
func ConnectTo(app, url string, more ...amf.Member) Act {
	return Call(client, 0, str("connect"), num(1), obj(append([]amf.Member{
		prop("app", str(app)), prop("tcUrl", str(url)), prop("flashVer", str("TEST 1.0"))}, more...)...))
}

// Accept answers connect; more adds members to the information object.
func Accept(more ...amf.Member) Act {
	return Call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str("TEST/1,0"))),
		Status("status", "NetConnection.Connect.Success", "Connection succeeded.", more...))
}

// OnStatus reports on message stream 1.
func OnStatus(level, code, words string) Act {
	return Call(server, 1, str("onStatus"), num(0), nul, Status(level, code, words))
}

// LiveURL is where the usual steps connect to.
const LiveURL = "rtmp://10.0.0.2/live"

// The usual steps, up to the answer that begins publishing or playing.
var (
	Connected  = Do(Hi, ConnectTo("live", LiveURL), Accept())
	Created    = Do(Call(client, 0, str("createStream"), num(2), nul), Call(server, 0, str("_result"), num(2), nul, num(1)))
	PublishKey = Call(client, 1, str("publish"), num(3), nul, str("key-of-mine"), str("live"))
	PlayKey    = Call(client, 1, str("play"), num(3), nul, str("key-of-mine"), num(-2000))
	Started    = OnStatus("status", "NetStream.Publish.Start", "Start publishing")
	Publishing = Do(Connected, Created, PublishKey, Started)
	PlayStart  = OnStatus("status", "NetStream.Play.Start", "Start live")
	Playing    = Do(Connected, Created, PlayKey, PlayStart)
	Stopping   = Do(Call(client, 0, str("FCUnpublish"), num(5), nul, str("key-of-mine")),
		Call(client, 0, str("deleteStream"), num(6), nul, num(1)))
	Goodbye = Do(Stopping, Fin(client), Fin(server))
)

// Metadata describes 640x360 at 25 frames a second with AVC and AAC.
func Metadata(from decode.Direction, more ...amf.Member) Act {
	return Data(from, 1, str("@setDataFrame"), str("onMetaData"), amf.ECMA(append([]amf.Member{
		prop("width", num(640)), prop("height", num(360)), prop("framerate", num(25)),
		prop("videocodecid", num(7)), prop("audiocodecid", num(10)), prop("audiosamplerate", num(44100))}, more...)...))
}

// AVCConfig is the sequence header of 640x360 at 25 frames a second, High
// profile, level 3.0, as x264 writes it.
var AVCConfig = []byte{0x17, 0, 0, 0, 0,
	1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0x19,
	0x67, 0x64, 0x00, 0x1e, 0xac, 0xd9, 0x40, 0xa0, 0x2f, 0xf9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00,
	0x01, 0x00, 0x00, 0x03, 0x00, 0x32, 0x0f, 0x16, 0x2d, 0x96,
	1, 0, 6, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0}

// The configuration of AAC LC at 44.1 kHz in stereo, and frames that are only as long
// as a rule needs them.
var (
	AACConfig  = []byte{0xaf, 0, 0x12, 0x10}
	AACFrame   = []byte{0xaf, 1, 0x21, 0x10, 4}
	KeyFrame   = []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0}
	InterFrame = []byte{0x27, 1, 0, 0, 0, 0, 0, 0, 4, 0x41, 0x9a, 0x24, 0}
)

// Audio and video send one message of media on message stream 1.
func Audio(from decode.Direction, ts uint32, body []byte) Act {
	return Send(from, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: ts, Body: body})
}

// Video sends one message of video on message stream 1.
func Video(from decode.Direction, ts uint32, body []byte) Act {
	return Send(from, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: ts, Body: body})
}

// Headers sends both sequence headers.
func Headers(from decode.Direction) Act {
	return Do(Video(from, 0, AVCConfig), Audio(from, 0, AACConfig))
}

// Frames sends media in real time: n frames of 40 ms from ts on, a keyframe
// first and then every 50, with a frame of audio beside each.
func Frames(from decode.Direction, ts uint32, n int) Act {
	return Repeat(n, func(i int) Act {
		body := InterFrame
		if i%50 == 0 {
			body = KeyFrame
		}
		at := ts + uint32(i)*40
		return Do(After(40*time.Millisecond-pace), Video(from, at, body), Audio(from, at, AACFrame))
	})
}

// Flowing is a publisher that has sent metadata, headers and three seconds.
var Flowing = Do(Publishing, Metadata(client), Headers(client), Frames(client, 0, 75))

// Watching is a player that has received the same.
var Watching = Do(Playing, Metadata(server), Headers(server), Frames(server, 0, 75))

// Out is a message on any chunk stream, at time 0.
func Out(chunkStream uint32, typ uint8, streamID uint32, body []byte) chunk.Out {
	return chunk.Out{ChunkStream: chunkStream, Type: typ, StreamID: streamID, Body: body}
}

// Bulk sends n messages of size bytes, one every 40 ms.
func Bulk(from decode.Direction, n, size int) Act {
	return Repeat(n, func(i int) Act {
		return Do(After(40*time.Millisecond), Video(from, uint32(i)*40, append([]byte{0x22}, make([]byte, size-1)...)))
	})
}

// List is a strict array of strings.
func List(items ...string) amf.Value {
	var out []amf.Value
	for _, s := range items {
		out = append(out, str(s))
	}
	return amf.List(out...)
}
