package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fourAround is an IPv4 packet of addresses 192.0.2.1 and 192.0.2.2, written by
// hand: RFC 791 §3.1. The word is the flags and the fragment offset.
func fourAround(protocol byte, id, word uint16, p []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x45, 0}, uint16(20+len(p)))
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, id), word)
	return append(append(b, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2), p...)
}

// tcp is a TCP header by hand (RFC 9293 §3.1): port 5000 to 1935, sequence
// number 7, acknowledgement 9, PSH and ACK, with an option of four bytes.
const tcp = "\x13\x88\x07\x8f" + "\x00\x00\x00\x07" + "\x00\x00\x00\x09" + "\x60\x18\xff\xff" + "\x00\x00\x00\x00" + "\x01\x01\x01\x00"

func take(t *testing.T, link LinkType, p []byte, length int) (*Segment, error) {
	t.Helper()
	return NewImporter(func(int) {}).Take(link, p, length, start, 0)
}

func TestASegmentByHand(t *testing.T) {
	p := append(fourAround(6, 1, 0x4000, []byte(tcp+"hello")), "padding"...)
	s, err := take(t, LinkRaw, p, len(p))
	if err != nil || s == nil {
		t.Fatal(s, err)
	}
	if s.From != netip.MustParseAddrPort("192.0.2.1:5000") || s.To != netip.MustParseAddrPort("192.0.2.2:1935") ||
		s.Seq != 7 || s.Ack != 9 || !s.Is(FlagPSH|FlagACK) || s.Is(FlagSYN) || string(s.Data) != "hello" || s.Missing != 0 {
		t.Errorf("%+v", s)
	}
	for cut := range len(p) - len("padding") {
		s, err := take(t, LinkRaw, p[:cut], len(p))
		head := 20 + len(tcp)
		switch {
		case cut >= head && (err != nil || len(s.Data)+s.Missing != len("hello") || s.Missing != head+5-cut):
			t.Errorf("cut at %d: %+v, %v", cut, s, err)
		case cut > 0 && cut < head && (s != nil || err == nil):
			t.Errorf("cut at %d: %+v, %v", cut, s, err)
		}
	}
}

// TestWhatIsNotRead tells packets that are no TCP from those that may be.
func TestWhatIsNotRead(t *testing.T) {
	deep := fourAround(6, 1, 0, []byte(tcp))
	for range maxNesting {
		deep = fourAround(protocolIPv4, 1, 0, deep)
	}
	short := fourAround(6, 1, 0, []byte(tcp))
	short[20+dataOffset] = 0x40
	for name, c := range map[string]struct {
		link LinkType
		p    []byte
		want error
	}{
		"UDP":                     {LinkRaw, fourAround(protocolUDP, 1, 0, make([]byte, 30)), nil},
		"ARP":                     {linkEthernet, append(make([]byte, 12), 8, 6, 0, 0), nil},
		"tunnels without end":     {LinkRaw, deep, errNested},
		"a header of four words":  {LinkRaw, short, errHeader},
		"half an Ethernet header": {linkEthernet, make([]byte, 13), errShort},
		"nothing":                 {LinkRaw, nil, nil},
		"a piece of no datagram":  {LinkRaw, fourAround(6, 1, 0x2000, make([]byte, 7)), errFragmentSize},
	} {
		if s, err := take(t, c.link, c.p, len(c.p)); s != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := take(t, 127, nil, 0); err == nil || err.Error() != "link type 127 (RadioTap) is not supported" {
		t.Error(err)
	}
	if _, err := take(t, 147, nil, 0); err == nil || err.Error() != "link type 147 (UnknownLinkType) is not supported" {
		t.Error(err)
	}
}

// TestFragmentsInAnyOrder puts datagrams together, whose pieces overlap.
func TestFragmentsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for run := range 200 {
		payload := make([]byte, 200+rng.IntN(400))
		for i := range payload {
			payload[i] = byte(rng.IntN(256))
		}
		whole := append([]byte(tcp), payload...)
		var pieces [][]byte
		for at := 0; at < len(whole); {
			n := min(8*(1+rng.IntN(12)), len(whole)-at)
			from := max(0, at-8*rng.IntN(2))
			word := uint16(from / 8)
			if at+n < len(whole) {
				word |= 0x2000
			}
			pieces = append(pieces, fourAround(6, uint16(run), word, whole[from:at+n]))
			at += n
		}
		rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		im, found := NewImporter(func(int) { t.Error("given up") }), 0
		for i, p := range pieces {
			s, err := im.Take(LinkRaw, p, len(p), start, i)
			if err != nil {
				t.Fatal(err)
			}
			if at, waits := im.Oldest(); waits != (s == nil) && found == 0 || waits && at != 0 {
				t.Fatalf("run %d, piece %d of %d: %v waits, from %d", run, i, len(pieces), waits, at)
			}
			if s != nil {
				if found++; !bytes.Equal(s.Data, payload) {
					t.Fatalf("run %d: wrong bytes", run)
				}
				break
			}
		}
		if found != 1 {
			t.Fatalf("run %d: %d segments out of %d pieces", run, found, len(pieces))
		}
	}
}

// TestFloodsAreBounded keeps little of fragments that are never completed.
func TestFloodsAreBounded(t *testing.T) {
	lost := 0
	im := NewImporter(func(int) { lost++ })
	for i := range 100_000 {
		p := fourAround(6, uint16(i), uint16(0x2000|i%7), make([]byte, 512))
		if s, _ := im.Take(LinkRaw, p, len(p), start, i); s != nil {
			t.Fatal("a segment")
		}
	}
	fs := &im.fragments
	if len(fs.waiting) > maxDatagrams || fs.bytes > maxFragmentBytes || len(fs.order) > 4*maxDatagrams || lost < 60_000 {
		t.Errorf("%d datagrams, %d bytes, %d in order; %d given up", len(fs.waiting), fs.bytes, len(fs.order), lost)
	}
	late := fourAround(6, 1, 0x2000, make([]byte, 8))
	if im.Take(LinkRaw, late, len(late), start.Add(time.Hour), 0); len(fs.waiting) != 1 {
		t.Errorf("%d datagrams are still waited for after an hour", len(fs.waiting))
	}
	before := lost
	if im.End(); lost != before+1 || len(fs.waiting) != 0 || fs.bytes != 0 {
		t.Errorf("%d given up at the end, %d wait, %d bytes", lost-before, len(fs.waiting), fs.bytes)
	}
}

// TestHeadersAreWhatGopacketReads compares with a decoder that is not ours,
// checksums included, and with our own importer.
func TestHeadersAreWhatGopacketReads(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, ends := range [][2]string{{"192.0.2.1:5000", "192.0.2.2:1935"}, {"[2001:db8::1]:5000", "[2001:db8::2]:1935"}} {
		for _, size := range []int{0, 1, 2, 3, 7, 8, 9, 1460, MaxSegment} {
			h := Header{From: netip.MustParseAddrPort(ends[0]), To: netip.MustParseAddrPort(ends[1]), Seq: rng.Uint32(), Ack: rng.Uint32(),
				Flags: FlagPSH | FlagACK, Shut: size == 7}
			if size == 0 {
				h.Flags = FlagSYN
			}
			payload := make([]byte, size)
			for i := range payload {
				payload[i] = byte(rng.IntN(256))
			}
			p := h.Append(nil, payload)
			checkHeader(t, h, p, payload)
			s, err := take(t, LinkRaw, p, len(p))
			if err != nil || s.From != h.From || s.To != h.To || s.Seq != h.Seq || s.Ack != h.Ack || s.Flags != h.Flags || !bytes.Equal(s.Data, payload) {
				t.Errorf("%v with %d bytes: %+v, %v", h, size, s, err)
			}
		}
		if s, err := take(t, LinkRaw, Header{From: netip.MustParseAddrPort(ends[0]), To: netip.MustParseAddrPort(ends[1])}.AppendEmpty(nil), 40); s != nil || err != nil {
			t.Errorf("a packet without content is read as %+v, %v", s, err)
		}
	}
}

func checkHeader(t *testing.T, h Header, p, payload []byte) {
	t.Helper()
	first, ipChecksum := gopacket.LayerType(layers.LayerTypeIPv4), uint16(0)
	if h.From.Addr().Is6() {
		first = layers.LayerTypeIPv6
	} else {
		ipChecksum = checksum(p[:20], 0)
	}
	packet := gopacket.NewPacket(p, first, gopacket.Default)
	seg, _ := packet.Layer(layers.LayerTypeTCP).(*layers.TCP)
	if packet.ErrorLayer() != nil || seg == nil || ipChecksum != 0 {
		t.Fatalf("%v: %v, checksum %x", h, packet.ErrorLayer(), ipChecksum)
	}
	want := seg.Checksum
	if err := seg.SetNetworkLayerForChecksum(packet.NetworkLayer()); err != nil {
		t.Fatal(err)
	}
	got, err := seg.ComputeChecksum()
	if err != nil || got != 0 && got != want {
		t.Errorf("%v with %d bytes: checksum %x, %x is computed, %v", h, len(payload), want, got, err)
	}
	if seg.Seq != h.Seq || seg.Ack != h.Ack || seg.SYN != (h.Flags&FlagSYN != 0) || seg.PSH != (h.Flags&FlagPSH != 0) ||
		(seg.Window == 0) != h.Shut || !bytes.Equal(seg.Payload, payload) || uint16(seg.SrcPort) != h.From.Port() {
		t.Errorf("%v: %+v", h, seg)
	}
}
