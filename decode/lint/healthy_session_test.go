package lint

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
)

// program is what a client says of itself, and how it goes about it.
type program struct {
	flashVer string
	more     []amf.Member // of connect
	early    bool         // it announces its chunk size before connect
	fc       bool         // it sends releaseStream and FCPublish or FCSubscribe
	digest   bool
}

var programs = []program{
	{flashVer: "FMLE/3.0 (compatible; Lavf60.16.100)", fc: true, digest: true},
	{flashVer: "LNX 9,0,124,2", digest: true},
	{flashVer: "FMLE/3.0 (compatible; FMSc/1.0)", early: true, fc: true, more: []amf.Member{prop("swfUrl", str(script.LiveURL)), prop("type", str("nonprivate"))}},
	{flashVer: "FMLE/3.0 (compatible; FMSc/1.0)", fc: true},
	{flashVer: "LNX 10,0,32,18", more: []amf.Member{prop("audioCodecs", num(3191)), prop("videoCodecs", num(252)), prop("capabilities", num(15))}},
	{flashVer: "LNX.11,1,102,55", early: true},
	{flashVer: "WIN 11,1,102,55", digest: true, more: []amf.Member{prop("fpad", amf.Bool(false)), prop("audioCodecs", num(3575)), prop("videoCodecs", num(252))}},
	{flashVer: "LNX 9,0,124,2", early: true},
}

// host is how a server answers.
type host struct {
	fmsVer   string
	word     [4]byte // version in S1
	more     []amf.Member
	answers  bool // it answers releaseStream and FCPublish
	onFC     int  // onFCPublish comes 1 before or 2 behind that answer; 0 for never
	one      bool // the message stream is always 1 when it is free
	size     int
	window   uint32
	bwDone   bool
	reset    bool
	signed   string
	recorded bool // it says Stream Is Recorded of message stream 1, as livego does
	access   bool // |RtmpSampleAccess before the media of a player
}

var hosts = []host{
	{fmsVer: "FMS/3,0,1,123", word: nginxWord, one: true, size: 4096, window: 5_000_000, signed: "NGINX RTMP (github.com/arut/nginx-rtmp-module)"},
	{fmsVer: "FMS/3,5,3,888", one: true, answers: true, onFC: 2, size: 60000, window: 2_500_000, bwDone: true, access: true, more: []amf.Member{prop("data", obj(prop("srs_sig", str("SRS")), prop("srs_server", str("SRS 6"))))}},
	{fmsVer: "LNX 9,0,124,2", one: true, answers: true, size: 65536, window: 2_500_000, reset: true, access: true},
	{fmsVer: "FMS/3,0,1,123", word: [4]byte{1, 2, 3, 4}, size: 60000, window: 5_000_000, reset: true, access: true},
	{fmsVer: "FMS/3,0,1,123", answers: true, onFC: 1, size: 0, window: 2_500_000, bwDone: true, reset: true, signed: "C++ RTMP Server (http://www.rtmpd.com)"},
	{fmsVer: "FMS/3,0,1,123", one: true, answers: true, size: 1024, window: 2_500_000, recorded: true},
	{fmsVer: "FMS/3,5,7,7009", answers: true, onFC: 1, size: 0, window: 2_500_000, bwDone: true, reset: true, access: true},
	{fmsVer: "FMS/5,0,3,3029", word: [4]byte{5, 0, 3, 1}, answers: true, onFC: 2, size: 0, window: 2_500_000, bwDone: true, reset: true, access: true},
}

// sane is one healthy session in the making.
type sane struct {
	*cable
	program program
	host    host
	txn     float64
	free    []uint32
	last    uint32
	feeds   []*feed
	ping    time.Duration // when the next one is due
	twice   bool          // several streams on one connection
}

func (x *sane) next() amf.Value {
	x.txn++
	return num(x.txn)
}

// greet is the handshake and connect.
func (x *sane) greet() {
	c1, s1 := script.Random1(byte(x.between(1, 255))|1), script.Random1(byte(x.between(1, 255))|1)
	if x.program.digest {
		c1 = script.Digest1(7, false)
	}
	copy(s1[4:], x.host.word[:])
	x.bytes(client, script.Version(3, c1))
	x.wait(time.Millisecond, 150*time.Millisecond)
	x.bytes(server, script.Version(3, s1, c1))
	x.wait(time.Millisecond, 150*time.Millisecond)
	x.bytes(client, s1)
	size := pick(x.cable, 128, 4096, 4096, 60000, 65536, 1000)
	if x.program.early && size != 128 {
		x.chunkSize(client, size)
	}
	members := append([]amf.Member{prop("app", str("live")), prop("tcUrl", str(script.LiveURL)), prop("flashVer", str(x.program.flashVer))}, x.program.more...)
	if x.amf3 {
		members = append(members, prop("objectEncoding", num(3)))
	}
	members = append(members, prop("fourCcList", script.List("av01", "hvc1", "vp09", "avc1", "Opus", "mp4a")))
	x.call(client, 0, str("connect"), x.next(), obj(members...))
	x.wait(time.Millisecond, 200*time.Millisecond)
	x.welcome()
	if !x.program.early && size != 128 && x.chance(80) {
		x.chunkSize(client, size)
	}
}

// welcome is the answer to connect, with what servers put around it.
func (x *sane) welcome() {
	h := &x.host
	x.control(server, chunk.TypeWindowAckSize, script.BigEndian(h.window)...)
	x.control(server, chunk.TypeSetPeerBandwidth, append(script.BigEndian(h.window), 2)...)
	x.window[server] = int64(h.window)
	if h.size > 0 {
		x.chunkSize(server, h.size)
	}
	if x.chance(50) {
		x.event(server, 0, 0)
	}
	props := []amf.Member{prop("fmsVer", str(h.fmsVer)), prop("capabilities", num(31))}
	if x.amf3 {
		props = append(props, prop("objectEncoding", num(3)))
	}
	info := script.Status("status", "NetConnection.Connect.Success", "Connection succeeded.", h.more...)
	x.call(server, 0, str("_result"), num(1), obj(props...), info)
	x.type17 = x.amf3 && x.chance(50)
	if h.bwDone {
		x.call(server, 0, append([]amf.Value{str("onBWDone"), num(0), nul}, x.bandwidth()...)...)
	}
	if x.chance(70) {
		x.control(client, chunk.TypeWindowAckSize, script.BigEndian(h.window)...)
		x.window[client] = int64(h.window)
	}
	if x.chance(20) {
		x.call(client, 0, str("_checkbw"), x.next(), nul)
	}
}

func (x *sane) bandwidth() []amf.Value {
	if x.host.signed != "" && x.host.bwDone {
		return []amf.Value{num(8192)}
	}
	return nil
}

// create asks for a message stream and returns its ID.
func (x *sane) create(role decode.Direction, name string) uint32 {
	if x.program.fc && role == client {
		for _, c := range []string{"releaseStream", "FCPublish"} {
			x.fcCall(c, name, "onFCPublish")
		}
	} else if x.program.fc && x.chance(30) {
		x.fcCall("FCSubscribe", name, "onFCSubscribe")
	}
	id := x.last + 1
	if n := len(x.free); n > 0 && (x.host.one || x.chance(50)) {
		id, x.free = x.free[n-1], x.free[:n-1]
	} else {
		x.last++
	}
	t := x.next()
	x.call(client, 0, str("createStream"), t, nul)
	x.wait(time.Millisecond, 200*time.Millisecond)
	x.call(server, 0, str("_result"), t, nul, num(float64(id)))
	x.wait(0, 100*time.Millisecond)
	return id
}

// fcCall is a call around publish or play, with the answers that servers give.
func (x *sane) fcCall(name, about, on string) {
	t := x.next()
	x.call(client, 0, str(name), t, nul, str(about))
	x.wait(0, 50*time.Millisecond)
	tell := func() {
		x.call(server, 0, str(on), num(0), nul, script.Status("status", "NetStream.Publish.Start", about))
	}
	if x.host.onFC == 1 && name != "releaseStream" {
		tell()
	}
	if x.host.answers {
		x.call(server, 0, str("_result"), t, nul, amf.Value{Kind: amf.Undefined})
	}
	if x.host.onFC == 2 && name != "releaseStream" {
		tell()
	}
}

// begin publishes or plays one more stream; kinds are 1 for audio, 2 for video.
func (x *sane) begin(from decode.Direction, kinds int) {
	f := newFeed(x.cable, 0, from, kinds)
	f.id = x.create(from, f.name)
	x.start(f)
}

// start asks for a stream and begins its media.
func (x *sane) start(f *feed) {
	if f.from == client {
		x.call(client, f.id, str("publish"), x.next(), nul, str(f.name), str("live"))
		x.wait(time.Millisecond, 300*time.Millisecond)
		if x.chance(50) {
			x.event(server, 0, f.id)
		}
		x.status(f.id, publishStart)
	} else {
		x.call(client, f.id, str("play"), x.next(), nul, str(f.name), num(-2000))
		x.event(client, 3, f.id, 3000)
		x.wait(time.Millisecond, 300*time.Millisecond)
		if x.host.recorded {
			x.event(server, 4, 1)
		}
		x.event(server, 0, f.id)
		if x.host.reset {
			x.status(f.id, "NetStream.Play.Reset")
		}
		x.status(f.id, playBegins)
		f.signed = x.host.signed
		if x.host.access {
			f.say(x.cable, str("|RtmpSampleAccess"), amf.Bool(true), amf.Bool(true))
		}
	}
	x.wait(0, 500*time.Millisecond)
	shift := x.now - slices.MaxFunc(f.lanes, func(a, b *lane) int { return int(a.due - b.due) }).due
	for _, l := range f.lanes {
		l.due += shift
	}
	if f.data > 0 {
		f.data = x.now + time.Second
	}
	f.open(x.cable)
	x.feeds = append(x.feeds, f)
}

// end stops a stream as clients do that, and servers answer it.
func (x *sane) end(i int) {
	f := x.feeds[i]
	x.feeds = slices.Delete(x.feeds, i, i+1)
	f.flush(x.cable)
	if f.from == client && x.program.fc {
		x.call(client, 0, str("FCUnpublish"), x.next(), nul, str(f.name))
	}
	if x.chance(30) {
		x.call(client, f.id, str("closeStream"), num(0), nul)
		if f.from == client {
			x.status(f.id, "NetStream.Unpublish.Success")
		}
		if x.chance(40) && x.twice {
			x.again(f) // on the message stream that it has
			return
		}
	}
	x.call(client, 0, str("deleteStream"), num(0), nul, num(float64(f.id)))
	if l := f.next(); l != nil && f.from == server && l.due < x.now+100*time.Millisecond {
		f.step(x.cable, l) // it was on its way
		f.flush(x.cable)
	}
	if f.from == client && x.chance(50) {
		x.status(f.id, "NetStream.Unpublish.Success")
	}
	x.free = append(x.free, f.id)
}

// again publishes or plays on the message stream of another.
func (x *sane) again(old *feed) {
	x.wait(10*time.Millisecond, 3*time.Second)
	f := newFeed(x.cable, old.id, pick(x.cable, client, server), 3)
	x.start(f)
}
