package wire

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// Protocol numbers that lead to TCP (IANA protocol numbers).
const (
	protocolIPv4        = 4
	protocolUDP         = 17
	protocolIPv6        = 41
	protocolRouting     = 43
	protocolFragment    = 44
	protocolGRE         = 47
	protocolDestination = 60
	protocolHopByHop    = 0
)

const (
	fragmentHeader = 8
	optionJumbo    = 0xC2 // RFC 2675 §2
)

// ip reads an IP packet of either version.
func (im *Importer[At]) ip(v view) (*Segment, error) {
	if im.nesting++; im.nesting > maxNesting {
		return nil, errNested
	}
	if len(v.b) == 0 {
		return nil, nil
	}
	switch v.b[0] >> 4 {
	case 4:
		return im.ipv4(v)
	case 6:
		return im.ipv6(v)
	}
	return nil, nil
}

// ipv4 reads an IPv4 packet (RFC 791 §3.1). A total length of 0 is what
// segmentation offload and BIG TCP leave: then the packet is as long as the
// capture says.
func (im *Importer[At]) ipv4(v view) (*Segment, error) {
	if len(v.b) < ipv4Header {
		return nil, errShort
	}
	b, head := v.b, int(v.b[0]&15)*4
	if total := int(binary.BigEndian.Uint16(b[2:])); total != 0 {
		if v = v.limit(total); total < head {
			return nil, errHeader
		}
	}
	if head < ipv4Header || head > len(v.b) {
		return nil, errHeader
	}
	from, to, body := netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), v.from(head)
	const moreFragments, offsets = 0x2000, 0x1fff
	if word := binary.BigEndian.Uint16(b[6:]); word&(moreFragments|offsets) != 0 {
		f := fragment{
			key:  fragmentKey{from: from, to: to, id: uint32(binary.BigEndian.Uint16(b[4:])), protocol: b[9]},
			body: body, offset: int64(word&offsets) * 8, more: word&moreFragments != 0,
		}
		return im.fragment(f)
	}
	return im.protocol(b[9], body, from, to)
}

// ipv6 reads an IPv6 packet and its extension headers (RFC 8200 §3, §4).
func (im *Importer[At]) ipv6(v view) (*Segment, error) {
	if len(v.b) < ipv6Header {
		return nil, errShort
	}
	b := v.b
	from, to := netip.AddrFrom16([16]byte(b[8:24])).Unmap(), netip.AddrFrom16([16]byte(b[24:40])).Unmap()
	next, body := b[6], v.from(ipv6Header)
	if length := payloadLength(v); length != 0 {
		body = body.limit(length)
	}
	for next == protocolHopByHop || next == protocolDestination || next == protocolRouting {
		if len(body.b) < 8 || len(body.b) < 8+8*int(body.b[1]) {
			return nil, errShort
		}
		next, body = body.b[0], body.from(8+8*int(body.b[1]))
	}
	if next != protocolFragment {
		return im.protocol(next, body, from, to)
	}
	if len(body.b) < fragmentHeader {
		return nil, errShort
	}
	h := body.b
	word := binary.BigEndian.Uint16(h[2:])
	f := fragment{
		key:  fragmentKey{from: from, to: to, id: binary.BigEndian.Uint32(h[4:]), protocol: h[0]},
		body: body.from(fragmentHeader), offset: int64(word &^ 7), more: word&1 != 0,
	}
	return im.fragment(f)
}

// payloadLength is the length of what follows the IPv6 header: from the jumbo
// payload option where the length field is 0 (RFC 2675 §2, used by BIG TCP), 0
// when neither says it.
func payloadLength(v view) int {
	b := v.b
	if n := int(binary.BigEndian.Uint16(b[4:])); n != 0 || b[6] != protocolHopByHop {
		return n
	}
	if b = b[ipv6Header:]; len(b) >= 8 && b[2] == optionJumbo && b[3] == 4 {
		return int(min(binary.BigEndian.Uint32(b[4:]), math.MaxInt32))
	}
	return 0
}

// fragment keeps a fragment, and reads the packet that it completes.
func (im *Importer[At]) fragment(f fragment) (*Segment, error) {
	if f.offset == 0 && !f.more { // RFC 6946: an atomic fragment
		return im.protocol(f.key.protocol, f.body, f.key.from, f.key.to)
	}
	whole, err := im.fragments.add(f, im.time, im.at)
	if whole == nil {
		return nil, err
	}
	return im.protocol(f.key.protocol, view{b: whole}, f.key.from, f.key.to)
}

// protocol reads what an IP packet carries.
func (im *Importer[At]) protocol(number byte, v view, from, to netip.Addr) (*Segment, error) {
	switch number {
	case protocolTCP:
		return im.tcp(v, from, to)
	case protocolUDP:
		return im.udp(v)
	case protocolIPv4, protocolIPv6:
		return im.ip(v)
	case protocolGRE:
		return im.gre(v)
	}
	return nil, nil
}
