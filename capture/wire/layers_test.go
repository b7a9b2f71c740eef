package wire

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// sixAround is an IPv6 packet of 2001:db8::1 and 2001:db8::2 by hand (RFC 8200 §3).
func sixAround(next byte, p []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(p)))
	one, two := netip.MustParseAddr("2001:db8::1").As16(), netip.MustParseAddr("2001:db8::2").As16()
	return append(append(append(append(b, next, 64), one[:]...), two[:]...), p...)
}

// udpAround is a UDP datagram (RFC 768).
func udpAround(from, to uint16, p string) []byte {
	b := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, from), to)
	return append(append(b, 0, 0, 0, 0), p...)
}

// ether is an Ethernet header with an EtherType.
func ether(kind string) string { return strings.Repeat("\xaa", 12) + kind }

var inner = string(fourAround(6, 1, 0x4000, []byte(tcp+"hello")))

// around are headers of all sorts before the same IP packet.
var around = []struct {
	name string
	link LinkType
	head string
}{
	{"raw", LinkRaw, ""}, {"raw, old", linkRawOld, ""}, {"raw, BSD", linkRawBSD, ""}, {"IPv4", linkIPv4, ""}, {"IPv6", linkIPv6, ""},
	{"null", linkNull, "\x02\x00\x00\x00"}, {"loop", linkLoop, "\x00\x00\x00\x02"},
	{"Ethernet", linkEthernet, ether("\x08\x00")},
	{"VLAN", linkEthernet, ether("\x81\x00\x00\x05\x08\x00")},
	{"VLAN in VLAN", linkEthernet, ether("\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00")},
	{"old VLAN in VLAN", linkEthernet, ether("\x91\x00\x00\x05\x81\x00\x00\x06\x08\x00")},
	{"MPLS", linkEthernet, ether("\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40")},
	{"MPLS multicast", linkEthernet, ether("\x88\x48\x00\x02\x01\x40")},
	{"PPPoE", linkEthernet, ether("\x88\x64\x11\x00\x00\x01\x00\x43\x00\x21")},
	{"PPP", linkPPP, "\xff\x03\x00\x21"}, {"PPP, bare", linkPPP, "\x00\x21"},
	{"SLL", linkSLL, strings.Repeat("\xaa", 14) + "\x08\x00"},
	{"SLL2", linkSLL2, "\x08\x00" + strings.Repeat("\xaa", 18)},
	{"IP in IP", LinkRaw, string(fourAround(4, 1, 0, []byte(inner)))[:20]},
	{"GRE", LinkRaw, string(fourAround(47, 1, 0, []byte("\x00\x00\x08\x00"+inner)))[:24]},
	{"GRE with all fields", LinkRaw, string(fourAround(47, 1, 0, []byte("\xb0\x00\x08\x00"+"sum.key.seq."+inner)))[:36]},
	{"GRE with a key", LinkRaw, string(fourAround(47, 1, 0, []byte("\x20\x00\x08\x00"+"key."+inner)))[:28]},
	{"Ethernet in GRE", LinkRaw, string(fourAround(47, 1, 0, []byte("\x00\x00\x65\x58"+ether("\x08\x00")+inner)))[:38]},
	{"VXLAN", LinkRaw, string(fourAround(17, 1, 0, append(udpAround(9, 4789, "\x08\x00\x00\x00\x00\x00\x05\x00"+ether("\x08\x00")), inner...)))[:50]},
	{"GTP-U up", LinkRaw, string(fourAround(17, 1, 0, append(udpAround(9, 2152, "\x30\xff\x00\x00\x00\x00\x00\x05"), inner...)))[:36]},
	{"GTP-U down", LinkRaw, string(fourAround(17, 1, 0, append(udpAround(2152, 9, "\x30\xff\x00\x00\x00\x00\x00\x05"), inner...)))[:36]},
	{"GTP-U with a number", LinkRaw, string(fourAround(17, 1, 0, append(udpAround(9, 2152, "\x32\xff\x00\x00\x00\x00\x00\x05\x00\x01\x00\x09"), inner...)))[:40]},
	{"GTP-U with no extension", LinkRaw, string(fourAround(17, 1, 0, append(udpAround(9, 2152, "\x34\xff\x00\x00\x00\x00\x00\x05\x00\x01\x00\x00"), inner...)))[:40]},
	{"GTP-U with two extensions", LinkRaw,
		string(fourAround(17, 1, 0, append(udpAround(9, 2152, "\x34\xff\x00\x00\x00\x00\x00\x05\x00\x01\x00\x85\x01\x10\x09\xc0\x02xxxxxx\x00"), inner...)))[:52]},
}

// TestEveryLayer takes each off a whole packet, and off one cut at every byte: up to
// the end of the TCP header that is an error or nothing, and behind it the rest of the
// payload is missing.
func TestEveryLayer(t *testing.T) {
	for _, c := range around {
		p := []byte(c.head + inner)
		s, err := take(t, c.link, p, len(p))
		if err != nil || s == nil || string(s.Data) != "hello" || s.Missing != 0 || s.From != netip.MustParseAddrPort("192.0.2.1:5000") {
			t.Errorf("%s: %+v, %v", c.name, s, err)
			continue
		}
		whole := len(p) - len("hello")
		for cut := range len(p) {
			s, err := take(t, c.link, p[:cut], len(p))
			switch {
			case cut < whole && s != nil:
				t.Errorf("%s, cut at %d: a segment", c.name, cut)
			case cut >= whole && (err != nil || s.Missing != len(p)-cut || len(s.Data) != cut-whole):
				t.Errorf("%s, cut at %d: %+v, %v", c.name, cut, s, err)
			}
			if cut > len(c.head) && cut < whole && !errors.Is(err, errShort) {
				t.Errorf("%s, cut at %d, in the IP or TCP header: %v", c.name, cut, err)
			}
			if c.link != LinkRaw && cut > 0 && cut < len(c.head) && !errors.Is(err, errShort) {
				t.Errorf("%s, cut at %d, in the link layer: %v", c.name, cut, err)
			}
		}
	}
}

// TestWhatIsNoTunnel: one wrong bit each, and what is inside is not looked at.
func TestWhatIsNoTunnel(t *testing.T) {
	for name, p := range map[string][]byte{
		"GRE of another version":   fourAround(47, 1, 0, []byte("\x00\x01\x08\x00"+inner)),
		"GRE of something else":    fourAround(47, 1, 0, []byte("\x00\x00\x08\x06"+inner)),
		"VXLAN without identifier": fourAround(17, 1, 0, append(udpAround(9, 4789, "\x00\x00\x00\x00\x00\x00\x05\x00"+ether("\x08\x00")), inner...)),
		"UDP from the VXLAN port":  fourAround(17, 1, 0, append(udpAround(4789, 9, "\x08\x00\x00\x00\x00\x00\x05\x00"+ether("\x08\x00")), inner...)),
		"UDP to another port":      fourAround(17, 1, 0, append(udpAround(9, 2153, "\x30\xff\x00\x00\x00\x00\x00\x05"), inner...)),
		"GTP of version 2":         fourAround(17, 1, 0, append(udpAround(9, 2152, "\x40\xff\x00\x00\x00\x00\x00\x05"), inner...)),
		"GTP'":                     fourAround(17, 1, 0, append(udpAround(9, 2152, "\x20\xff\x00\x00\x00\x00\x00\x05"), inner...)),
		"a GTP echo":               fourAround(17, 1, 0, append(udpAround(9, 2152, "\x30\x01\x00\x00\x00\x00\x00\x05"), inner...)),
		"IP of version 5":          append([]byte{0x55}, inner[1:]...),
		"another protocol":         fourAround(132, 1, 0, []byte(tcp)),
	} {
		if s, err := take(t, LinkRaw, p, len(p)); s != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	for name, c := range map[string]struct {
		link LinkType
		head string
	}{
		"PPP of something else": {linkPPP, "\xff\x03\xc0\x21"}, "ARP in a VLAN": {linkEthernet, ether("\x81\x00\x00\x05\x08\x06")},
	} {
		p := []byte(c.head + inner)
		if s, err := take(t, c.link, p, len(p)); s != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// TestIPv6Headers: extension headers in a row, the jumbo payload option, an atomic
// fragment, and lengths that are shorter than the packet.
func TestIPv6Headers(t *testing.T) {
	body := tcp + "hello"
	hop := func(next byte) string { return string([]byte{next, 0, 1, 4, 0, 0, 0, 0}) }
	long := func(next byte) string { return string([]byte{next, 1, 1, 12}) + strings.Repeat("\x00", 12) }
	jumbo := sixAround(0, []byte("\x06\x00\xc2\x04\x00\x00\x00\x25"+body+"padding"))
	binary.BigEndian.PutUint16(jumbo[4:], 0)
	offloaded := sixAround(6, []byte(body))
	binary.BigEndian.PutUint16(offloaded[4:], 0)
	for name, p := range map[string][]byte{
		"none": sixAround(6, []byte(body)), "padded": append(sixAround(6, []byte(body)), "padding"...),
		"hop by hop": sixAround(0, []byte(hop(6)+body)), "destination": sixAround(60, []byte(hop(6)+body)), "routing": sixAround(43, []byte(long(6)+body)),
		"three": sixAround(0, []byte(hop(43)+long(60)+hop(6)+body)), "jumbo": jumbo, "no length": offloaded,
		"atomic fragment": sixAround(44, []byte("\x06\x00\x00\x00\x00\x00\x00\x07"+body)),
		"in IPv4":         fourAround(41, 1, 0, sixAround(6, []byte(body))),
	} {
		s, err := take(t, LinkRaw, p, len(p))
		if err != nil || s == nil || s.From != netip.MustParseAddrPort("[2001:db8::1]:5000") {
			t.Errorf("%s: %+v, %v", name, s, err)
			continue
		}
		if string(s.Data) != "hello" || s.Missing != 0 {
			t.Errorf("%s: %q", name, s.Data)
		}
	}
	for _, p := range [][]byte{sixAround(0, []byte(hop(6)))[:47], sixAround(43, []byte(long(6)))[:55], sixAround(44, []byte("\x06\x00\x00\x00\x00\x00\x00"))} {
		if s, err := take(t, LinkRaw, p, len(p)); s != nil || !errors.Is(err, errShort) {
			t.Errorf("a cut extension header: %+v, %v", s, err)
		}
	}
	piece := func(word string, p string) []byte {
		return sixAround(44, []byte("\x06\x00"+word+"\x00\x00\x00\x07"+p))
	}
	im := NewImporter(func(int) { t.Error("given up") })
	for i, p := range [][]byte{piece("\x00\x01", body[:24]), piece("\x00\x18", body[24:])} {
		s, err := im.Take(LinkRaw, p, len(p), start, i)
		if err != nil || (s != nil) != (i == 1) || s != nil && string(s.Data) != "hello" {
			t.Errorf("piece %d: %+v, %v", i, s, err)
		}
	}
}

// TestIPv4Headers: options, total lengths, and what contradicts itself.
func TestIPv4Headers(t *testing.T) {
	with := func(change func([]byte)) []byte { p := []byte(inner); change(p); return p }
	options := append([]byte{0x46, 0, 0, byte(24 + len(tcp) + 5)}, inner[4:20]...)
	options = append(append(options, 1, 1, 1, 1), tcp+"hello"...)
	for name, c := range map[string]struct {
		p    []byte
		want error
	}{
		"options":              {options, nil},
		"no total length":      {with(func(p []byte) { p[2], p[3] = 0, 0 }), nil},
		"a header of 16 bytes": {with(func(p []byte) { p[0] = 0x44 }), errHeader},
		"a header of 60 bytes": {fourAround(6, 1, 0, []byte("short"))[:25], errShort},
		"a header too long":    {with(func(p []byte) { p[0] = 0x4f; p[3] = 59 }), errHeader},
		"total within header":  {with(func(p []byte) { p[3] = 19 }), errHeader},
		"total is the header":  {with(func(p []byte) { p[3] = 20 }), errShort},
	} {
		s, err := take(t, LinkRaw, c.p, len(c.p))
		if !errors.Is(err, c.want) || c.want == nil && string(s.Data) != "hello" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// TestFragmentsAreWaitedForAMinute by the clock of the capture, and no longer.
func TestFragmentsAreWaitedForAMinute(t *testing.T) {
	for after, want := range map[time.Duration]int{time.Minute: 0, time.Minute + 1: 1} {
		lost := 0
		im := NewImporter(func(at int) { lost += at })
		for i, p := range [][]byte{fourAround(6, 1, 0x2000, make([]byte, 8)), fourAround(6, 2, 0x2000, make([]byte, 8))} {
			if s, err := im.Take(LinkRaw, p, len(p), start.Add(time.Duration(i)*after), 1+5*i); s != nil || err != nil {
				t.Fatal(s, err)
			}
		}
		if lost != want {
			t.Errorf("after %v: %d is lost, want %d", after, lost, want)
		}
	}
}

// TestFragmentsThatCannotBe: longer than a datagram, of odd lengths, behind the end.
func TestFragmentsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		word uint16
		n    int
		want error
	}{
		"the last of 7 bytes": {1, 7, nil}, "one of 8": {0x2000, 8, nil}, "one of 12": {0x2000, 12, errFragmentSize},
		"to the end": {8191, 7, nil}, "beyond the end": {8191, 8, errFragmentSize},
	} {
		p := fourAround(6, 1, c.word, make([]byte, c.n))
		if _, err := NewImporter(func(int) {}).Take(LinkRaw, p, len(p), start, 0); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	lost := 0
	im := NewImporter(func(int) { lost++ })
	for _, p := range [][]byte{fourAround(6, 1, 4, make([]byte, 8)), fourAround(6, 1, 0x2000|8, make([]byte, 8))} {
		if _, err := im.Take(LinkRaw, p, len(p), start, 0); err != nil {
			t.Fatal(err)
		}
	}
	if lost != 1 || len(im.fragments.waiting) != 0 || im.fragments.bytes != 0 {
		t.Errorf("a fragment behind the last one: %d lost, %d wait", lost, len(im.fragments.waiting))
	}
}

// TestFlags: all that are asked for must be set.
func TestFlags(t *testing.T) {
	for have := range byte(32) {
		for want := range byte(32) {
			if got := (&Segment{Flags: have}).Is(want); got != (have&want == want) {
				t.Errorf("%05b of %05b: %v", want, have, got)
			}
		}
	}
}

// TestEmptyPackets have a checksum that holds, and a length of nothing.
func TestEmptyPackets(t *testing.T) {
	h := Header{From: netip.MustParseAddrPort("192.0.2.1:5000"), To: netip.MustParseAddrPort("192.0.2.2:1935")}
	p := h.AppendEmpty([]byte("before"))[len("before"):]
	if len(p) != 20 || checksum(p, 0) != 0 || p[9] != 253 || binary.BigEndian.Uint16(p[2:]) != 20 {
		t.Errorf("% x, checksum %x", p, checksum(p, 0))
	}
	h = Header{From: netip.MustParseAddrPort("[2001:db8::1]:5000"), To: netip.MustParseAddrPort("[2001:db8::2]:1935")}
	p = h.AppendEmpty([]byte("before"))[len("before"):]
	if len(p) != 40 || p[6] != 253 || binary.BigEndian.Uint16(p[4:]) != 0 {
		t.Errorf("% x", p)
	}
}
