package capture

import (
	"testing"

	"github.com/gopacket/gopacket/layers"
)

func TestReassembly(t *testing.T) {
	raw := builder{link: layers.LinkTypeRaw}
	for name, c := range reassemblyCases {
		t.Run(name, func(t *testing.T) {
			if got := tell(readMemory(t, raw.capture(t, c.frames...))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

var reassemblyCases = map[string]struct {
	frames []frame
	want   string
}{
	"retransmission and overlap": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1001, data: "abc"}, frame{seq: 1003, data: "Xde"}, frame{seq: 1006, data: "f"}),
		"1c:opened@0 1c:data@0=abc 1c:data@3=de 1c:data@5=f"},
	"out of order": {greeted(
		frame{seq: 1004, data: "def"}, frame{seq: 1007, data: "g", flags: "F"}, frame{seq: 1001, data: "abc"}),
		"1c:opened@0 1c:data@0=abc 1c:data@3=def 1c:data@6=g 1c:fin@7"},
	"out of order, overlapping: the first bytes stay": {greeted(
		frame{seq: 1005, data: "ef"}, frame{seq: 1003, data: "cdXXgh"}, frame{seq: 1001, data: "ab"}),
		"1c:opened@0 1c:data@0=ab 1c:data@2=cd 1c:data@4=ef 1c:data@6=gh"},
	"lost but acknowledged": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1009, data: "ij"}, frame{fromServer: true, seq: 9001, ack: 1004, flags: "A"},
		frame{fromServer: true, seq: 9001, ack: 1011, flags: "A", data: "ok"}),
		"1c:opened@0 1c:data@0=abc 1c:gap@3=5 1c:data@8=ij 1s:data@0=ok"},
	"lost at the end": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1009, data: "ij"}),
		"1c:opened@0 1c:data@0=abc 1c:gap@3=5 1c:data@8=ij"},
	"lost before the end of the direction": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1009, flags: "FA"}, frame{fromServer: true, seq: 9001, ack: 1010, flags: "A"}),
		"1c:opened@0 1c:data@0=abc 1c:gap@3=5 1c:fin@8"},
	"acknowledged, never seen": {greeted(
		frame{fromServer: true, seq: 9001, ack: 1101, flags: "A"}),
		"1c:opened@0 1c:gap@0=-1"},
	"an acknowledged end is no byte": {greeted(
		frame{fromServer: true, seq: 9001, ack: 1002, flags: "A"}),
		"1c:opened@0"},
	"keep-alive": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1003, data: "\x00"}, frame{seq: 1003, flags: "A"}),
		"1c:opened@0 1c:data@0=abc"},
	"ends once": {greeted(
		frame{seq: 1001, flags: "FA"}, frame{seq: 1001, flags: "FA"}, frame{fromServer: true, seq: 9001, flags: "R"}, frame{fromServer: true, seq: 9001, flags: "R"}),
		"1c:opened@0 1c:fin@0 1s:reset@0"},
	"cut by the snap length": {greeted(
		frame{seq: 1001, data: "abcdef", cut: 4}, frame{seq: 1007, data: "ghi"}),
		"1c:opened@0 1c:data@0=ab 1c:gap@2=4 1c:data@6=ghi"},
	"no beginning, client first": {[]frame{
		{seq: 77, data: "abc", ack: 5, flags: "A"}, {fromServer: true, seq: 5, ack: 80, data: "xy", flags: "A"}},
		"1c:opened@0 1c:gap@0=-1 1c:data@0=abc 1s:gap@0=-1 1s:data@0=xy"},
	"no beginning, server first": {[]frame{
		{fromServer: true, seq: 5, ack: 80, data: "xy", flags: "A"}},
		"1c:opened@0 1s:gap@0=-1 1s:data@0=xy"},
	"first packet lost": {append(greeting[1:3:3], frame{seq: 1001, ack: 9001, flags: "A", data: "abc"}),
		"1c:opened@0 1c:data@0=abc"},
	"second packet lost": {[]frame{greeting[0], greeting[2], {fromServer: true, seq: 9001, ack: 1001, flags: "A", data: "xy"}},
		"1c:opened@0 1s:data@0=xy"},
	"repeated SYN": {[]frame{greeting[0], greeting[0], greeting[1], greeting[1], greeting[2], {seq: 1001, data: "abc"}, greeting[1]},
		"1c:opened@0 1c:data@0=abc"},
	"addresses used again": {greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 5000, flags: "S"}, frame{fromServer: true, seq: 100, ack: 5001, flags: "SA"},
		frame{seq: 5001, data: "new"}, frame{fromServer: true, seq: 101, data: "srv"}),
		"1c:opened@0 1c:data@0=abc 2c:opened@0 2c:data@0=new 2s:data@0=srv"},
	"addresses used again, SYN not captured": {greeted(
		frame{seq: 1001, data: "abc", flags: "F"}, frame{fromServer: true, seq: 9001, flags: "F"},
		frame{seq: 1001, data: "abc"}, frame{seq: 0x70000000, data: "new"}),
		"1c:opened@0 1c:data@0=abc 1c:fin@3 1s:fin@0 2c:opened@0 2c:gap@0=-1 2c:data@0=new"},
	"addresses used again, only the answer captured": {greeted(
		frame{seq: 1001, data: "abc"}, frame{fromServer: true, seq: 100, ack: 5001, flags: "SA"}, frame{seq: 5001, data: "new"}),
		"1c:opened@0 1c:data@0=abc 2c:opened@0 2c:data@0=new"},
	"scan": {[]frame{{seq: 1, flags: "S"}, {fromServer: true, seq: 0, ack: 2, flags: "RA"}, {seq: 1, flags: "S", port: 1}},
		"1c:opened@0 1s:reset@0 2c:opened@0"},
	"tail of an older connection": {[]frame{{seq: 5, flags: "A"}, {seq: 5, flags: "FA"}, {seq: 6, flags: "R"}}, ""},
	"sequence numbers wrap": {[]frame{{seq: 0xfffffffd, flags: "S"}, {seq: 0xfffffffe, data: "abcd"}, {seq: 4, data: "gh"}, {seq: 2, data: "ef"}},
		"1c:opened@0 1c:data@0=abcd 1c:data@4=ef 1c:data@6=gh"},
	"data on the SYN": {[]frame{{seq: 1000, flags: "S", data: "abc"}, {fromServer: true, seq: 9000, ack: 1004, flags: "SA"}, {seq: 1004, data: "d"}},
		"1c:opened@0 1c:data@0=abc 1c:data@3=d"},
}
