package capture

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

func TestLinkTypes(t *testing.T) {
	frames := greeted(frame{seq: 1001, data: "abc"}, frame{fromServer: true, seq: 9001, data: "xyz"})
	for _, link := range []layers.LinkType{layers.LinkTypeRaw, layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL,
		layers.LinkTypeLinuxSLL2, layers.LinkTypeNull, layers.LinkTypeLoop} {
		for _, ipv6 := range []bool{false, true} {
			b := builder{link: link, ipv6: ipv6}
			r, err := NewReader(b.capture(t, frames...))
			if err != nil {
				t.Fatal(err)
			}
			all, _ := readAll(t, r)
			if got := tell(all); got != "1c:opened@0 1c:data@0=abc 1s:data@0=xyz" {
				t.Errorf("link type %d, IPv6 %v: %s; skipped %+v", link, ipv6, got, r.Skipped())
			}
		}
	}
}

func TestUnknownLinkTypeIsTold(t *testing.T) {
	r, err := NewReader(builder{link: layers.LinkTypeIEEE80211Radio}.capture(t, greeting...))
	if err != nil {
		t.Fatal(err)
	}
	if all, _ := readAll(t, r); len(all) != 0 {
		t.Error(tell(all))
	}
	if s := r.Skipped(); s.Packets != 3 || !strings.Contains(s.Reason, "link type 127") {
		t.Errorf("%+v", s)
	}
}

// classic writes a classic pcap file by hand.
func classic(o binary.AppendByteOrder, magic uint32, unit time.Duration, packets ...[]byte) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(o.AppendUint16(b, 2), 4)
	b = append(b, make([]byte, 8)...)
	b = o.AppendUint32(o.AppendUint32(b, 65535), uint32(layers.LinkTypeRaw))
	for _, p := range packets {
		b = o.AppendUint32(b, uint32(start.Unix()))
		b = o.AppendUint32(b, uint32(time.Duration(start.Nanosecond())/unit))
		b = o.AppendUint32(o.AppendUint32(b, uint32(len(p))), uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

func TestClassicPcap(t *testing.T) {
	raw := builder{link: layers.LinkTypeRaw}
	packets := [][]byte{raw.packet(t, greeting[0]), raw.packet(t, frame{seq: 1001, data: "abc"})}
	for name, file := range map[string][]byte{
		"little endian µs": classic(binary.LittleEndian, 0xA1B2C3D4, time.Microsecond, packets...),
		"big endian µs":    classic(binary.BigEndian, 0xA1B2C3D4, time.Microsecond, packets...),
		"little endian ns": classic(binary.LittleEndian, 0xA1B23C4D, time.Nanosecond, packets...),
		"big endian ns":    classic(binary.BigEndian, 0xA1B23C4D, time.Nanosecond, packets...),
	} {
		all := readMemory(t, memory(file))
		if got := tell(all); got != "1c:opened@0 1c:data@0=abc" {
			t.Errorf("%s: %s", name, got)
		}
		if d := start.Sub(all[0].Time); d < 0 || d >= time.Microsecond || strings.HasSuffix(name, "ns") && d != 0 {
			t.Errorf("%s: time %s", name, all[0].Time)
		}
		if all[1].Pos != 24+16+int64(len(packets[0])) {
			t.Errorf("%s: position %d", name, all[1].Pos)
		}
		checkMarks(t, memory(file), 1)
	}
}

func TestHolesThatNobodyAcknowledgesAreBounded(t *testing.T) {
	frames := greeted()
	big := strings.Repeat("x", 60000)
	for i := range uint32(200) {
		frames = append(frames, frame{seq: 1005 + i*60000, data: big})
	}
	r, err := NewReader(builder{link: layers.LinkTypeRaw}.capture(t, frames...))
	if err != nil {
		t.Fatal(err)
	}
	r.Next()
	gap, err := r.Next()
	if err != nil || gap.Kind != Gap || gap.Length != 4 {
		t.Fatal(gap, err)
	}
	if h := r.byConn[1].flow.half[0]; h.Waits() || r.Offset() > 10<<20 {
		t.Errorf("gave up after %d bytes; pieces still wait: %v", r.Offset(), h.Waits())
	}
}

func TestMarksWhileBytesWait(t *testing.T) {
	src := builder{link: layers.LinkTypeRaw}.capture(t, greeted(
		frame{seq: 1001, data: "abc"}, frame{seq: 1007, data: "g"}, frame{fromServer: true, seq: 9001, ack: 1004, data: "x", flags: "A"},
		frame{seq: 1004, data: "def"}, frame{seq: 1008, data: "h", flags: "F"}, frame{fromServer: true, seq: 9002, flags: "F"})...)
	if usable := checkMarks(t, src, 1); usable != 6 {
		t.Errorf("%d places can be marked; want all 8 but the two while g waits", usable)
	}
}

func TestConnectionsThatAreDoneAreForgotten(t *testing.T) {
	var frames []frame
	for i := range uint16(maxDone + 50) {
		frames = append(frames, frame{seq: 1, flags: "S", port: i}, frame{fromServer: true, ack: 2, flags: "RA", port: i})
	}
	r, err := NewReader(builder{link: layers.LinkTypeRaw}.capture(t, frames...))
	if err != nil {
		t.Fatal(err)
	}
	all, _ := readAll(t, r)
	if last := all[len(all)-1]; last.Conn != maxDone+50 || last.Kind != Reset {
		t.Errorf("%+v", last.Record)
	}
	if len(r.flows) != maxDone || len(r.byConn) != maxDone {
		t.Errorf("%d connections are remembered, want %d", len(r.flows), maxDone)
	}
}

// ipv6With puts extension headers, written by hand, before the TCP header.
func ipv6With(t *testing.T, first byte, headers []byte) *source.Memory {
	t.Helper()
	plain := builder{link: layers.LinkTypeRaw, ipv6: true}.packet(t, frame{seq: 1000, flags: "S", data: "abc"})
	p := append(append(append([]byte(nil), plain[:40]...), headers...), plain[40:]...)
	p[6] = first
	binary.BigEndian.PutUint16(p[4:], uint16(len(p)-40))
	return memory(classic(binary.LittleEndian, pcapNano, time.Nanosecond, p))
}

func TestIPv6ExtensionHeaders(t *testing.T) {
	padded := []byte{6, 0, 1, 4, 0, 0, 0, 0}  // next header TCP, PadN
	for _, first := range []byte{0, 43, 60} { // hop-by-hop, routing, destination options
		if got := tell(readMemory(t, ipv6With(t, first, padded))); got != "1c:opened@0 1c:data@0=abc" {
			t.Errorf("next header %d: %q", first, got)
		}
	}
}

func TestFragmentsAreToldAsSkipped(t *testing.T) {
	r, err := NewReader(ipv6With(t, 44, []byte{6, 0, 0, 1, 0, 0, 0, 9}))
	if err != nil {
		t.Fatal(err)
	}
	all, _ := readAll(t, r)
	if s := r.Skipped(); len(all) != 0 || s.Packets != 1 || !strings.Contains(s.Reason, "fragments") || s.Pos != 24 {
		t.Error(tell(all), s)
	}
}
