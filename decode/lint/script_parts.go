package lint

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

// random1 is a C1 or S1 with a fixed pattern instead of random bytes.
func random1(seed byte) []byte {
	p := make([]byte, handshake.Size)
	for i := 8; i < len(p); i++ {
		p[i] = byte(i)*seed + byte(i>>8)
	}
	return p
}

// digest1 is a C1 or S1 with a digest.
func digest1(seed byte, fromServer bool) []byte {
	p := random1(seed)
	p[4], p[5], p[6], p[7] = 9, 0, 124, 2
	handshake.Sign(p, fromServer, handshake.DigestFirst)
	return p
}

// version puts a version byte in front of parts of a handshake.
func version(v byte, parts ...[]byte) []byte {
	out := []byte{v}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// greet exchanges a handshake with these parts.
func greet(c1, s1, s2, c2 []byte) act {
	return do(raw(client, version(3, c1)...), raw(server, version(3, s1, s2)...), raw(client, c2...))
}

// hi is a plain handshake in good order.
var hi = greet(random1(1), random1(3), random1(1), random1(3))

// status is an information object.
func status(level, code, words string, more ...amf.Member) amf.Value {
	return obj(append([]amf.Member{prop("level", str(level)), prop("code", str(code)), prop("description", str(words))}, more...)...)
}

// connectTo asks for an application; more adds members.
func connectTo(app, url string, more ...amf.Member) act {
	return call(client, 0, str("connect"), num(1), obj(append([]amf.Member{
		prop("app", str(app)), prop("tcUrl", str(url)), prop("flashVer", str("TEST 1.0"))}, more...)...))
}

// accept answers connect; more adds members to the information object.
func accept(more ...amf.Member) act {
	return call(server, 0, str("_result"), num(1), obj(prop("fmsVer", str("TEST/1,0"))),
		status("status", "NetConnection.Connect.Success", "Connection succeeded.", more...))
}

// onStatus reports on message stream 1.
func onStatus(level, code, words string) act {
	return call(server, 1, str("onStatus"), num(0), nul, status(level, code, words))
}

const liveURL = "rtmp://10.0.0.2/live"

// The usual steps, up to the answer that begins publishing or playing.
var (
	connected  = do(hi, connectTo("live", liveURL), accept())
	createdS   = do(call(client, 0, str("createStream"), num(2), nul), call(server, 0, str("_result"), num(2), nul, num(1)))
	publishKey = call(client, 1, str("publish"), num(3), nul, str("key-of-mine"), str("live"))
	playKey    = call(client, 1, str("play"), num(3), nul, str("key-of-mine"), num(-2000))
	started    = onStatus("status", "NetStream.Publish.Start", "Start publishing")
	publishing = do(connected, createdS, publishKey, started)
	playStart  = onStatus("status", "NetStream.Play.Start", "Start live")
	playing    = do(connected, createdS, playKey, playStart)
	stopping   = do(call(client, 0, str("FCUnpublish"), num(5), nul, str("key-of-mine")),
		call(client, 0, str("deleteStream"), num(6), nul, num(1)))
	goodbye = do(stopping, fin(client), fin(server))
)

// metadata describes 640x360 at 25 frames a second with AVC and AAC.
func metadata(from decode.Direction, more ...amf.Member) act {
	return data(from, 1, str("@setDataFrame"), str("onMetaData"), amf.ECMA(append([]amf.Member{
		prop("width", num(640)), prop("height", num(360)), prop("framerate", num(25)),
		prop("videocodecid", num(7)), prop("audiocodecid", num(10)), prop("audiosamplerate", num(44100))}, more...)...))
}

// avcConfig is the sequence header of 640x360 at 25 frames a second, High
// profile, level 3.0, as x264 writes it.
var avcConfig = []byte{0x17, 0, 0, 0, 0,
	1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0x19,
	0x67, 0x64, 0x00, 0x1e, 0xac, 0xd9, 0x40, 0xa0, 0x2f, 0xf9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00,
	0x01, 0x00, 0x00, 0x03, 0x00, 0x32, 0x0f, 0x16, 0x2d, 0x96,
	1, 0, 6, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0}

var (
	aacConfig  = []byte{0xaf, 0, 0x12, 0x10}
	aacFrame   = []byte{0xaf, 1, 0x21, 0x10, 4}
	keyFrame   = []byte{0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0}
	interFrame = []byte{0x27, 1, 0, 0, 0, 0, 0, 0, 4, 0x41, 0x9a, 0x24, 0}
)

// audio and video send one message of media on message stream 1.
func audio(from decode.Direction, ts uint32, body []byte) act {
	return send(from, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: ts, Body: body})
}

func video(from decode.Direction, ts uint32, body []byte) act {
	return send(from, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: ts, Body: body})
}

// headers sends both sequence headers.
func headers(from decode.Direction) act {
	return do(video(from, 0, avcConfig), audio(from, 0, aacConfig))
}

// frames sends media in real time: n frames of 40 ms from ts on, a key frame
// first and then every 50, with a frame of audio beside each.
func frames(from decode.Direction, ts uint32, n int) act {
	return repeat(n, func(i int) act {
		body := interFrame
		if i%50 == 0 {
			body = keyFrame
		}
		at := ts + uint32(i)*40
		return do(after(40*time.Millisecond-pace), video(from, at, body), audio(from, at, aacFrame))
	})
}

// flowing is a publisher that has sent metadata, headers and three seconds.
var flowing = do(publishing, metadata(client), headers(client), frames(client, 0, 75))

// watching is a player that has received the same.
var watching = do(playing, metadata(server), headers(server), frames(server, 0, 75))

// out is a message on any chunk stream, at time 0.
func out(chunkStream uint32, typ uint8, streamID uint32, body []byte) chunk.Out {
	return chunk.Out{ChunkStream: chunkStream, Type: typ, StreamID: streamID, Body: body}
}

// bulk sends n messages of size bytes, one every 40 ms.
func bulk(from decode.Direction, n, size int) act {
	return repeat(n, func(i int) act {
		return do(after(40*time.Millisecond), video(from, uint32(i)*40, append([]byte{0x22}, make([]byte, size-1)...)))
	})
}

// amfList is a strict array of strings.
func amfList(items ...string) amf.Value {
	var out []amf.Value
	for _, s := range items {
		out = append(out, str(s))
	}
	return amf.List(out...)
}
