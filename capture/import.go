package capture

import (
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// segment is one TCP segment of a packet. The data is borrowed.
type segment struct {
	from, to netip.AddrPort
	seq, ack uint32
	flags    byte
	data     []byte
	missing  int // bytes of payload that the capture cut off
}

func (s *segment) is(flags byte) bool { return s.flags&flags == flags }

// Link types that pcapgo does not name: what tcpdump writes for raw IP on some
// systems (DLT_RAW, https://www.tcpdump.org/linktypes.html).
const (
	linkRaw    layers.LinkType = 12
	linkRawBSD layers.LinkType = 14
)

// importer takes the layers around TCP off a packet. Its layers are reused:
// nothing is allocated for a packet.
type importer struct {
	eth    layers.Ethernet
	vlan   layers.Dot1Q
	sll    layers.LinuxSLL
	sll2   layers.LinuxSLL2
	loop   layers.Loopback
	ip4    layers.IPv4
	ip6    layers.IPv6
	ext    layers.IPv6ExtensionSkipper
	tcp    layers.TCP
	seg    segment
	nobody gopacket.DecodeFeedback
}

func newImporter() *importer { return &importer{nobody: gopacket.NilDecodeFeedback} }

// take returns the TCP segment in p, or nil. A packet that is not TCP is no
// error; one that may be TCP and cannot be read is.
func (im *importer) take(p *packet) (*segment, error) {
	im.seg = segment{}
	version, body, err := im.network(p)
	if err != nil {
		return nil, err
	}
	cut := max(p.length-len(p.data), 0)
	switch version {
	case layers.EthernetTypeIPv4:
		return im.fromIPv4(body, cut)
	case layers.EthernetTypeIPv6:
		return im.fromIPv6(body)
	}
	return nil, nil
}

// network returns the IP packet and its version as an EtherType.
func (im *importer) network(p *packet) (layers.EthernetType, []byte, error) {
	switch p.link {
	case layers.LinkTypeRaw, linkRaw, linkRawBSD, layers.LinkTypeIPv4, layers.LinkTypeIPv6:
		return version(p.data), p.data, nil
	case layers.LinkTypeEthernet:
		err := im.eth.DecodeFromBytes(p.data, im.nobody)
		return im.untag(im.eth.EthernetType, im.eth.Payload, err)
	case layers.LinkTypeLinuxSLL:
		err := im.sll.DecodeFromBytes(p.data, im.nobody)
		return im.untag(im.sll.EthernetType, im.sll.Payload, err)
	case layers.LinkTypeLinuxSLL2:
		err := im.sll2.DecodeFromBytes(p.data, im.nobody)
		return im.untag(im.sll2.ProtocolType, im.sll2.Payload, err)
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		err := im.loop.DecodeFromBytes(p.data, im.nobody)
		return im.family(), im.loop.Payload, err
	}
	return 0, nil, fmt.Errorf("link type %d (%s) is not supported", p.link, p.link)
}

// untag takes VLAN tags off.
func (im *importer) untag(kind layers.EthernetType, body []byte, err error) (layers.EthernetType, []byte, error) {
	for err == nil && (kind == layers.EthernetTypeDot1Q || kind == layers.EthernetTypeQinQ) {
		err = im.vlan.DecodeFromBytes(body, im.nobody)
		kind, body = im.vlan.Type, im.vlan.Payload
	}
	return kind, body, err
}

// family tells the version of a loopback packet by the packet itself, because
// the number for IPv6 differs from system to system.
func (im *importer) family() layers.EthernetType {
	if len(im.loop.Payload) == 0 || im.loop.Family == 0 {
		return 0
	}
	return version(im.loop.Payload)
}

func version(ip []byte) layers.EthernetType {
	if len(ip) == 0 {
		return 0
	}
	switch ip[0] >> 4 {
	case 4:
		return layers.EthernetTypeIPv4
	case 6:
		return layers.EthernetTypeIPv6
	}
	return 0
}

func (im *importer) fromIPv4(b []byte, cut int) (*segment, error) {
	if err := im.ip4.DecodeFromBytes(b, im.nobody); err != nil {
		return nil, err
	}
	if im.ip4.Protocol != layers.IPProtocolTCP {
		return nil, nil
	}
	if im.ip4.FragOffset != 0 {
		return nil, errFragment
	}
	missing := int(im.ip4.Length) - len(im.ip4.Contents) - len(im.ip4.Payload)
	if b[2]|b[3] == 0 {
		missing = cut // segmentation offload leaves the length 0
	}
	if im.ip4.Flags&layers.IPv4MoreFragments != 0 {
		missing = 0 // the rest is in the fragments that follow
	}
	from, to := netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
	return im.fromTCP(im.ip4.Payload, max(missing, 0), from, to)
}

var errFragment = fmt.Errorf("IP fragments are not put together")

func (im *importer) fromIPv6(b []byte) (*segment, error) {
	if err := im.ip6.DecodeFromBytes(b, im.nobody); err != nil {
		return nil, err
	}
	next, body := im.ip6.NextHeader, im.ip6.Payload
	if next == layers.IPProtocolIPv6HopByHop {
		next = im.ip6.HopByHop.NextHeader
	}
	for next == layers.IPProtocolIPv6Destination || next == layers.IPProtocolIPv6Routing {
		if err := im.ext.DecodeFromBytes(body, im.nobody); err != nil {
			return nil, err
		}
		next, body = im.ext.NextHeader, im.ext.Payload
	}
	if next == layers.IPProtocolIPv6Fragment {
		return nil, errFragment
	}
	if next != layers.IPProtocolTCP {
		return nil, nil
	}
	missing := 0
	if im.ip6.Length != 0 {
		missing = ipv6Header + int(im.ip6.Length) - len(b)
	}
	from, to := netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	return im.fromTCP(body, max(missing, 0), from.Unmap(), to.Unmap())
}

// fromTCP never looks at the checksum: captures taken before a network card
// computed it hold garbage there.
func (im *importer) fromTCP(b []byte, missing int, from, to netip.Addr) (*segment, error) {
	if err := im.tcp.DecodeFromBytes(b, im.nobody); err != nil {
		return nil, err
	}
	im.seg = segment{
		from:  netip.AddrPortFrom(from, uint16(im.tcp.SrcPort)),
		to:    netip.AddrPortFrom(to, uint16(im.tcp.DstPort)),
		seq:   im.tcp.Seq,
		ack:   im.tcp.Ack,
		flags: b[13],
		data:  im.tcp.Payload, missing: missing,
	}
	return &im.seg, nil
}
