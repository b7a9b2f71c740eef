package capture

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

var c0c1 = "\x03\x00\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", 1528)

const clientHello = "\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03"

// sniffCases are what a client and a server say, and as what it is left out on a
// port that means nothing; "" is a connection that is told.
var sniffCases = map[string]struct {
	talk *talk
	left string
}{
	"RTMP":                         {new(talk).open(1).say(1, false, c0c1), ""},
	"RTMP, only its first bytes":   {new(talk).open(1).say(1, false, c0c1[:4]).fin(1, false), ""},
	"RTMP, cut by the snap length": {new(talk).open(1).say(1, false, c0c1[:20]).skip(1, false, 1500).say(1, true, "\x03"), ""},
	"RTMPE":                        {new(talk).open(1).say(1, false, "\x06"+c0c1[1:]).say(1, true, "\x06"), ""},
	"the answer captured first":    {new(talk).open(1).say(1, true, "\x03").say(1, false, c0c1), ""},
	"begins with 6, no answer":     {new(talk).open(1).say(1, false, "\x06abc").fin(1, false), "other protocols"},
	"begins with 8, other answer":  {new(talk).open(1).say(1, false, "\x08abc").say(1, true, "no"), "other protocols"},
	"remote desktop": {new(talk).open(1).say(1, false,
		"\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=admin\r\n"), "remote desktops"},
	"SSH":                 {new(talk).open(1).say(1, false, "SSH-2.0-OpenSSH_9.6\r\n"), "SSH"},
	"SSH, server first":   {new(talk).open(1).say(1, true, "SSH-2.0-OpenSSH_9.6\r\n"), "SSH"},
	"mail":                {new(talk).open(1).say(1, true, "220 mail.example.com ESMTP\r\n"), "other protocols"},
	"DNS":                 {new(talk).open(1).say(1, false, "\x00\x1d\x12\x34\x01\x00\x00\x01"), "other protocols"},
	"HTTP":                {new(talk).open(1).say(1, false, "GET / HTTP/1.1\r\n\r\n"), "HTTP"},
	"HTTP, another post":  {new(talk).open(1).say(1, false, post("/send/a", "x")), "HTTP"},
	"HTTP, half a line":   {new(talk).open(1).say(1, false, "POST /open").fin(1, false), "HTTP"},
	"HTTP, an answer":     {(&talk{sent: map[uint16]*[2]uint32{1: {1, 1}}}).say(1, true, answer("x")).fin(1, true), "HTTP"},
	"TLS":                 {new(talk).open(1).say(1, false, clientHello).say(1, true, "\x15\x03\x01\x00\x02\x02\x28"), "TLS"},
	"TLS, begun before":   {(&talk{sent: map[uint16]*[2]uint32{1: {1, 1}}}).say(1, false, "\x17\x03\x03\x01\x00abc"), "TLS"},
	"scan":                {new(talk).open(1), "connections without bytes"},
	"noise, begun before": {(&talk{sent: map[uint16]*[2]uint32{1: {1, 1}}}).say(1, false, strings.Repeat("noise", 5000)), "connections that began before the capture"},
	"RTMP, begun before": {(&talk{sent: map[uint16]*[2]uint32{1: {1, 1}}}).say(1, false, "rest of a body"+
		"\x46\x00\x00\x17\x00\x00\x08\x08\xaf\x01abcdef"+"\x46\x00\x00\x17\x00\x00\x08\x08\xaf\x01ghijkl"), ""},
}

// onPort reads what was said on a port.
func onPort(t *testing.T, k *talk, port uint16, o OpenOptions) ([]kept, []LeftOut) {
	t.Helper()
	in := openInput(t, saveBytes(t, "x.pcap", toPort(t, k.frames, port)), o)
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := readAll(t, r)
	return all, r.LeftOut()
}

func TestWhatIsLeftOut(t *testing.T) {
	for name, c := range sniffCases {
		t.Run(name, func(t *testing.T) {
			all, left := onPort(t, c.talk, 7777, OpenOptions{})
			if want := []LeftOut{{c.left, 1}}; c.left != "" && (len(all) > 0 || fmt.Sprint(left) != fmt.Sprint(want)) {
				t.Errorf("%s, left out %v", tell(all), left)
			}
			if c.left == "" && (len(all) < 2 || all[0].Conn != 1 || len(left) > 0) {
				t.Errorf("%d records, left out %v", len(all), left)
			}
			for _, shown := range []struct {
				port uint16
				o    OpenOptions
			}{{1935, OpenOptions{}}, {7777, OpenOptions{AllTCP: true}}, {7777, OpenOptions{Ports: []uint16{80, 7777}}}} {
				if all, left := onPort(t, c.talk, shown.port, shown.o); len(all) == 0 || len(left) > 0 {
					t.Errorf("%+v: %s, left out %v", shown, tell(all), left)
				}
			}
			if all, left := onPort(t, c.talk, 1935, OpenOptions{Ports: []uint16{80}}); len(all) != 0 || len(left) != 1 {
				t.Errorf("another port: %s, left out %v", tell(all), left)
			}
		})
	}
}

func TestRTMPIsSessionOneInABusyCapture(t *testing.T) {
	var k talk
	for name, c := range sniffCases {
		if c.left != "" && c.left != "connections to other ports" && !strings.Contains(name, "before") && !strings.Contains(name, "an answer") {
			port := uint16(len(k.frames) + 2)
			for _, f := range c.talk.frames {
				f.port = port
				k.frames = append(k.frames, f)
			}
		}
	}
	noise := len(k.frames)
	k.open(1).say(1, false, c0c1)
	all, left := onPort(t, &k, 8080, OpenOptions{})
	if noise < 30 || len(all) != 2 || all[0].Conn != 1 || all[0].Client.Port() != 50001 || len(left) < 4 {
		t.Errorf("%d packets before, %d records, left out %v", noise, len(all), left)
	}
}

// TestAServerNameCanSayRTMP tells of TLS on port 443 when a name says what it is.
func TestAServerNameCanSayRTMP(t *testing.T) {
	name := "a.rtmps.example.com"
	sni := cat("\x00\x00", uint16(len(name)+5), uint16(len(name)+3), 0, uint16(len(name)), name)
	body := cat("\x03\x03", make([]byte, 32), 0, uint16(2), "\x13\x01", "\x01\x00", uint16(len(sni)), sni)
	message := cat(1, 0, uint16(len(body)), body)
	k := new(talk).open(1).say(1, false, string(cat("\x16\x03\x01", uint16(len(message)), message))).fin(1, true).fin(1, false)
	all, _ := onPort(t, k, 443, OpenOptions{})
	if len(all) == 0 || !strings.HasPrefix(all[0].Reason, "TLS to "+name) {
		t.Error(tell(all))
	}
}

// TestASilentConnectionIsTold does not wait for its end when it goes to RTMP's
// port.
func TestASilentConnectionIsTold(t *testing.T) {
	raw := builder{link: layers.LinkTypeRaw}
	var packets []ipPacket
	for i, f := range []frame{greeting[0], greeting[1], greeting[2], {seq: 1000, flags: "S", port: 9}} {
		packets = append(packets, ipPacket{start.Add(time.Duration(i) * 700 * time.Millisecond), raw.packet(t, f)})
	}
	packets[3].at = start.Add(5 * time.Second)
	file := pcapFile(binary.LittleEndian, pcapNano, 101, time.Nanosecond, packets, wrappings[0].wrap)
	m := source.NewMemory()
	m.Write(file)
	m.Advance(int64(len(file)))
	defer m.Close()
	r, err := NewReader(m)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next() // would wait for ever
	if err != nil || rec.Kind != Opened || rec.Conn != 1 || !rec.Time.Equal(start) {
		t.Fatal(rec, err)
	}
}

// TestNoiseHasNoChunkHeaders bounds how often random bytes are taken for RTMP.
func TestNoiseHasNoChunkHeaders(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	wrong := 0
	for range 200 {
		var c chunkScan
		if c.scan([2][]byte{randomBytes(rng, 64<<10)}) >= chunksWanted {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of 200 times", wrong)
	}
}

// TestNetworkDamageInventsNothing loses, repeats, reorders and cuts the packets
// of real captures; every byte that is told must be the one at that offset.
func TestNetworkDamageInventsNothing(t *testing.T) {
	for _, path := range realCaptures(t) {
		packets, whole := ipPackets(t, path), map[string][2]string{}
		for _, r := range readFile(t, path) {
			said := whole[r.Client.String()]
			said[index(r.FromServer)] += r.data
			whole[r.Client.String()] = said
		}
		if strings.Contains(path, "midstream") || strings.Contains(path, "rtmpt_") {
			continue // offsets depend on the first packet that is there; see TestTunnels
		}
		for seed := range uint64(4) {
			checkDamaged(t, damaged(seed, packets), whole)
		}
	}
}

func damaged(seed uint64, packets []ipPacket) []byte {
	rng := rand.New(rand.NewPCG(seed, 5))
	var out []ipPacket
	for i, p := range packets {
		if i < 12 || rng.IntN(20) > 0 {
			out = append(out, p)
		}
		if rng.IntN(20) == 0 {
			out = append(out, p)
		}
	}
	for i := 12; i+3 < len(out); i++ {
		if j := i + rng.IntN(3); rng.IntN(10) == 0 {
			out[i], out[j] = out[j], out[i]
		}
	}
	b := pcapFile(binary.LittleEndian, pcapMicro, 101, time.Microsecond, nil, nil)
	for _, p := range out {
		cut := len(p.ip)
		if seed%2 == 1 {
			cut = min(cut, 200)
		}
		b = append(b, words(uint32(p.at.Unix()), 0, uint32(cut), uint32(len(p.ip)))...)
		b = append(b, p.ip[:cut]...)
	}
	return b
}

func checkDamaged(t *testing.T, file []byte, whole map[string][2]string) {
	t.Helper()
	unknown := map[string]bool{}
	for _, r := range readMemory(t, memory(file)) {
		lane := fmt.Sprint(r.Client, r.FromServer)
		unknown[lane] = unknown[lane] || r.Kind == Gap && r.Length < 0
		said := whole[r.Client.String()][index(r.FromServer)]
		if r.Kind == Data && !unknown[lane] && (r.End() > int64(len(said)) || said[r.Offset:r.End()] != r.data) {
			t.Fatalf("wrong bytes: %+v", r.Record)
		}
	}
}
