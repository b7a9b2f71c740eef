package wire

import (
	"encoding/binary"
	"fmt"
)

// LinkType is what the packets of an interface begin with.
type LinkType uint16

// Link types (https://www.tcpdump.org/linktypes.html). DLT_RAW is 12 or 14 in
// what tcpdump writes on some systems.
const (
	linkNull     LinkType = 0
	linkEthernet LinkType = 1
	linkPPP      LinkType = 9
	linkRawOld   LinkType = 12
	linkRawBSD   LinkType = 14
	LinkRaw      LinkType = 101
	linkLoop     LinkType = 108
	linkSLL      LinkType = 113
	linkIPv4     LinkType = 228
	linkIPv6     LinkType = 229
	linkSLL2     LinkType = 276
)

var linkNames = map[LinkType]string{
	linkNull: "Null", linkEthernet: "Ethernet", linkPPP: "PPP", 10: "FDDI", LinkRaw: "Raw", 105: "802.11", linkLoop: "Loop",
	linkSLL: "Linux SLL", 117: "PFLog", 119: "Prism", 127: "RadioTap", 220: "USB", linkSLL2: "Linux SLL2",
}

// String names the link type as far as it has a name that people know.
func (t LinkType) String() string {
	if name := linkNames[t]; name != "" {
		return name
	}
	return "UnknownLinkType"
}

// EtherTypes that lead to IP (IANA IEEE 802 numbers).
const (
	etherIPv4      = 0x0800
	etherBridged   = 0x6558 // Ethernet in GRE, RFC 1701 §2
	etherVLAN      = 0x8100
	etherIPv6      = 0x86DD
	etherMPLS      = 0x8847
	etherMPLSMulti = 0x8848
	etherPPPoE     = 0x8864
	etherQinQ      = 0x88A8
	etherQinQOld   = 0x9100
)

// PPP protocol numbers of IP (IANA, RFC 1332 §2, RFC 5072 §3).
const (
	pppIPv4 = 0x0021
	pppIPv6 = 0x0057
)

const (
	ethernetHeader = 14
	cookedHeader   = 16
	cooked2Header  = 20
	loopHeader     = 4
	pppoeHeader    = 6
)

// link takes the link layer off. Layouts: https://www.tcpdump.org/linktypes.html.
func (im *Importer[At]) link(t LinkType, v view) (*Segment, error) {
	switch t {
	case LinkRaw, linkRawOld, linkRawBSD, linkIPv4, linkIPv6:
		return im.ip(v)
	case linkEthernet:
		return im.ethernet(v)
	case linkSLL:
		return im.tagged(v, cookedHeader-2, cookedHeader)
	case linkSLL2:
		return im.tagged(v, 0, cooked2Header)
	case linkNull, linkLoop:
		// The number of the address family differs from system to system, so
		// that the IP header itself says its version.
		if len(v.b) < loopHeader {
			return nil, errShort
		}
		return im.ip(v.from(loopHeader))
	case linkPPP:
		return im.ppp(v)
	}
	return nil, fmt.Errorf("link type %d (%s) is not supported", t, t)
}

func (im *Importer[At]) ethernet(v view) (*Segment, error) {
	return im.tagged(v, ethernetHeader-2, ethernetHeader)
}

// tagged takes a header off that has an EtherType at an offset.
func (im *Importer[At]) tagged(v view, at, header int) (*Segment, error) {
	if len(v.b) < header {
		return nil, errShort
	}
	return im.etherType(binary.BigEndian.Uint16(v.b[at:]), v.from(header))
}

// etherType reads what an EtherType announces, VLAN tags first (IEEE 802.1Q §9).
func (im *Importer[At]) etherType(kind uint16, v view) (*Segment, error) {
	for kind == etherVLAN || kind == etherQinQ || kind == etherQinQOld {
		if len(v.b) < 4 {
			return nil, errShort
		}
		kind, v = binary.BigEndian.Uint16(v.b[2:]), v.from(4)
	}
	switch kind {
	case etherIPv4, etherIPv6:
		return im.ip(v)
	case etherMPLS, etherMPLSMulti:
		return im.mpls(v)
	case etherPPPoE:
		return im.pppoe(v)
	}
	return nil, nil
}

// mpls takes the label stack off (RFC 3032 §2.1).
func (im *Importer[At]) mpls(v view) (*Segment, error) {
	for len(v.b) >= 4 {
		bottom := v.b[2]&1 != 0
		v = v.from(4)
		if bottom {
			return im.ip(v)
		}
	}
	return nil, errShort
}

// pppoe takes the header of a PPPoE session off (RFC 2516 §4).
func (im *Importer[At]) pppoe(v view) (*Segment, error) {
	if len(v.b) < pppoeHeader {
		return nil, errShort
	}
	return im.ppp(v.from(pppoeHeader).limit(int(binary.BigEndian.Uint16(v.b[4:]))))
}

// ppp takes a PPP header off, with or without address and control (RFC 1662 §3.1).
func (im *Importer[At]) ppp(v view) (*Segment, error) {
	if len(v.b) >= 2 && v.b[0] == 0xff && v.b[1] == 3 {
		v = v.from(2)
	}
	if len(v.b) < 2 {
		return nil, errShort
	}
	switch binary.BigEndian.Uint16(v.b) {
	case pppIPv4, pppIPv6:
		return im.ip(v.from(2))
	}
	return nil, nil
}
