package capture

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// talk is a capture in which clients and a server speak in turn; sequence
// numbers are kept for each client port.
type talk struct {
	frames []frame
	sent   map[uint16]*[2]uint32
}

// open adds the TCP handshake of a client port.
func (k *talk) open(port uint16) *talk {
	if k.sent == nil {
		k.sent = map[uint16]*[2]uint32{}
	}
	k.sent[port] = &[2]uint32{1001, 9001}
	for _, f := range greeting {
		f.port = port
		k.frames = append(k.frames, f)
	}
	return k
}

func (k *talk) say(port uint16, fromServer bool, data string) *talk {
	i := index(fromServer)
	k.frames = append(k.frames, frame{fromServer: fromServer, seq: k.sent[port][i], ack: k.sent[port][1-i], flags: "A", port: port, data: data})
	return k.skip(port, fromServer, len(data))
}

// skip is bytes that were sent and not captured.
func (k *talk) skip(port uint16, fromServer bool, n int) *talk {
	k.sent[port][index(fromServer)] += uint32(n)
	return k
}

func (k *talk) fin(port uint16, fromServer bool) *talk {
	k.frames = append(k.frames, frame{fromServer: fromServer, seq: k.sent[port][index(fromServer)], flags: "FA", port: port})
	return k.skip(port, fromServer, 1)
}

func (k *talk) capture(t *testing.T) *source.Memory {
	return builder{link: layers.LinkTypeRaw}.capture(t, k.frames...)
}

func post(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Type: application/x-fcs\r\ncontent-length: %d\r\n\r\n%s", path, len(body), body)
}

func answer(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/x-fcs\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func chunkedAnswer(parts ...string) string {
	s := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, p := range parts {
		s += fmt.Sprintf("%x;ext=1\r\n%s\r\n", len(p), p)
	}
	return s + "0\r\nTrailer: 1\r\n\r\n"
}

const opened = "\x00"

var tunnelCases = map[string]struct {
	talk *talk
	want string
}{
	"one connection, to the end": {new(talk).open(1).
		say(1, false, post("/fcs/ident2", opened)).say(1, true, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1\n")).
		say(1, false, post("/send/ID1/0", "abc")).say(1, true, answer("\x01")).
		say(1, false, post("/idle/ID1/1", "\x00")).say(1, true, answer("\x05xyz")).
		say(1, false, post("/close/ID1/2", "\x00")).say(1, true, answer("\x00")),
		"1c:opened@0 1c:outer@0 1c:data@0=abc 1c:outer@3 1s:data@0=xyz 1c:fin@3 1s:fin@3"},
	"a connection for every request": {new(talk).open(1).open(2).open(3).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1\n")).fin(1, true).fin(1, false).
		say(2, false, post("/send/ID1/0", "abc")).say(2, true, answer("\x01xy")).fin(2, true).fin(2, false).
		say(3, false, post("/send/ID1/1", "de")).say(3, true, answer("\x01z")).fin(3, true),
		"1c:opened@0 1c:outer@0 1c:data@0=abc 1s:data@0=xy 1c:data@3=de 1s:data@2=z"},
	"requests overtake each other": {new(talk).open(1).open(2).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")).
		say(1, false, post("/send/ID1/0", "a")).
		say(2, false, post("/send/ID1/2", "c")).say(1, false, post("/send/ID1/1", "b")).
		say(2, true, answer("\x01Z")).say(1, true, answer("\x01X")+answer("\x01Y")),
		"1c:opened@0 1c:outer@0 1c:data@0=a 1c:data@1=b 1c:data@2=c 1s:data@0=X 1s:data@1=Y 1s:data@2=Z"},
	"pipelined, cut anywhere": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")[:30]).say(1, true, answer("ID1")[30:]).
		say(1, false, post("/send/ID1/1", "abc")+post("/send/ID1/2", "de")[:20]).say(1, false, post("/send/ID1/2", "de")[20:]).
		say(1, true, chunkedAnswer("\x01", "x", "yz")+answer("\x01q")[:10]).say(1, true, answer("\x01q")[10:]),
		"1c:opened@0 1c:outer@0 1c:data@0=abc 1c:data@3=de 1s:data@0=x 1s:data@1=yz 1s:data@3=q"},
	"a body as it arrives": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")).
		say(1, false, post("/send/ID1/0", "a")).
		say(1, true, "HTTP/1.0 200 OK\r\n\r\n\x01one").say(1, true, "two").fin(1, true),
		"1c:opened@0 1c:outer@0 1c:data@0=a 1s:data@0=one 1s:data@3=two"},
	"two tunnels on one connection": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("A")).say(1, false, post("/send/A/0", "a")).say(1, true, answer("\x01")).
		say(1, false, post("/open/1", opened)).say(1, true, answer("B")).say(1, false, post("/send/B/0", "b")).say(1, true, answer("\x01")),
		"1c:opened@0 1c:outer@0 1c:data@0=a 2c:opened@0 2c:outer@0 2c:data@0=b"},
	"a hole in a body": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")).
		say(1, false, post("/send/ID1/0", "a")).
		say(1, true, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").skip(1, true, 5).say(1, true, "wxyz").
		say(1, false, post("/send/ID1/1", "b")),
		"1c:opened@0 1c:outer@0 1c:data@0=a 1s:gap@0=4 1s:data@4=wxyz 1c:data@1=b"},
	"a request that was not captured": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")).
		say(1, false, post("/send/ID1/0", "a")).say(1, true, answer("\x01x")).
		skip(1, false, len(post("/send/ID1/1", "bb"))).say(1, true, answer("\x01y")).
		say(1, false, post("/send/ID1/2", "c")).say(1, true, answer("\x01z")),
		"1c:opened@0 1c:outer@0 1c:data@0=a 1s:data@0=x 1s:data@1=y 1c:gap@1=-1 1c:data@1=c 1s:data@2=z"},
	"open before the capture": {&talk{sent: map[uint16]*[2]uint32{1: {5, 7}}, frames: nil},
		""},
	"the server forgot it": {new(talk).open(1).
		say(1, false, post("/open/1", opened)).say(1, true, answer("ID1")).
		say(1, false, post("/send/ID1/0", "a")).say(1, true, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone").
		say(1, false, post("/send/ID1/1", "b")),
		"1c:opened@0 1c:outer@0 1c:data@0=a 1s:reset@0"},
}

func TestTunnels(t *testing.T) {
	late := tunnelCases["open before the capture"]
	late.talk.say(1, false, post("/send/ID1/7", "abc")).say(1, true, answer("\x01xyz"))
	late.want = "1c:opened@0 1c:outer@0 1c:gap@0=-1 1s:gap@0=-1 1c:data@0=abc 1s:data@0=xyz"
	tunnelCases["open before the capture"] = late
	for name, c := range tunnelCases {
		t.Run(name, func(t *testing.T) {
			src := c.talk.capture(t)
			all := readMemory(t, src)
			if got := tell(all); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if usable := checkMarks(t, src, 1); usable != len(all) {
				t.Errorf("%d of %d places can be marked", usable, len(all))
			}
		})
	}
}

func TestATunnelSaysWhatCarriedIt(t *testing.T) {
	all := readMemory(t, tunnelCases["one connection, to the end"].talk.capture(t))
	if first := all[0]; !strings.Contains(first.Reason, "RTMPT") || !strings.Contains(first.Reason, "ID1") || first.Client != ap("192.0.2.1:50001") {
		t.Errorf("%+v", first.Record)
	}
	if last := all[len(all)-1]; last.Reason != "RTMPT over 1 TCP connection" {
		t.Errorf("%+v", last.Record)
	}
}

func TestAnAttemptAtATunnelIsShown(t *testing.T) {
	k := new(talk).open(1).say(1, false, post("/open/1", opened)).say(1, true, "HTTP/1.1 405 Not Allowed\r\nContent-Length: 0\r\n\r\n").fin(1, true).fin(1, false)
	src := k.capture(t)
	all := readMemory(t, src)
	if len(all) != 5 || all[0].Kind != Opened || !strings.Contains(all[0].Reason, "RTMPT was asked for") || !strings.HasPrefix(all[1].data, "POST /open/1") {
		t.Error(tell(all))
	}
	checkMarks(t, src, 1)
}

// TestARealTunnelCanBeReadAgain takes marks all over the recorded one.
func TestARealTunnelCanBeReadAgain(t *testing.T) {
	path := filepath.Join(captureDir, "rtmpdump__crtmpserver__rtmpt_vod_play.pcapng")
	all := readFile(t, path)
	if usable := checkMarks(t, openFile(t, path), 1); usable != len(all) {
		t.Errorf("%d of %d places can be marked", usable, len(all))
	}
}

// TestATunnelWithHugeNumbers is bounded work and bounded memory. A request is told
// when its number is the highest so far: the server answers it before the next
// comes, so that it has, or will never have, those before.
func TestATunnelWithHugeNumbers(t *testing.T) {
	k := new(talk).open(1).say(1, false, post("/open/1", opened)).say(1, true, answer("A"))
	highest, want := -1, ""
	for i := range 200 {
		n := (i * 7919 % 1000) * 2_000_000
		if n > highest {
			highest, want = n, want+"x"
		}
		k.say(1, false, post(fmt.Sprintf("/send/A/%d", n), "x")).say(1, true, answer("\x01y"))
	}
	r, err := NewReader(k.capture(t))
	if err != nil {
		t.Fatal(err)
	}
	all, _ := readAll(t, r)
	var said [2]string
	for _, rec := range all {
		said[index(rec.FromServer)] += rec.data
	}
	if said[0] != want || strings.Trim(said[1], "y") != "" || len(said[1]) < len(said[0]) {
		t.Errorf("the client said %q, want %q; the server %q", said[0], want, said[1])
	}
	if len(all) > 2000 {
		t.Errorf("%d records", len(all))
	}
	for _, g := range r.groups {
		for _, tu := range g.byID {
			t.Errorf("%d parts are kept", len(tu.lane[0].parts))
		}
	}
}
