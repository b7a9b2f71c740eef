package capture

import (
	"encoding/binary"
	"fmt"

	"github.com/gopacket/gopacket/layers"
)

// Link types that pcapgo does not name: what tcpdump writes for raw IP on some
// systems (DLT_RAW, https://www.tcpdump.org/linktypes.html).
const (
	linkRaw    layers.LinkType = 12
	linkRawBSD layers.LinkType = 14
)

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
func (im *importer) link(t layers.LinkType, v view) (*segment, error) {
	switch t {
	case layers.LinkTypeRaw, linkRaw, linkRawBSD, layers.LinkTypeIPv4, layers.LinkTypeIPv6:
		return im.ip(v)
	case layers.LinkTypeEthernet:
		return im.ethernet(v)
	case layers.LinkTypeLinuxSLL:
		return im.tagged(v, cookedHeader-2, cookedHeader)
	case layers.LinkTypeLinuxSLL2:
		return im.tagged(v, 0, cooked2Header)
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		// The number of the address family differs from system to system, so
		// that the IP header itself says its version.
		if len(v.b) < loopHeader {
			return nil, errShort
		}
		return im.ip(v.from(loopHeader))
	case layers.LinkTypePPP:
		return im.ppp(v)
	}
	return nil, fmt.Errorf("link type %d (%s) is not supported", t, t)
}

func (im *importer) ethernet(v view) (*segment, error) {
	return im.tagged(v, ethernetHeader-2, ethernetHeader)
}

// tagged takes a header off that has an EtherType at an offset.
func (im *importer) tagged(v view, at, header int) (*segment, error) {
	if len(v.b) < header {
		return nil, errShort
	}
	return im.etherType(binary.BigEndian.Uint16(v.b[at:]), v.from(header))
}

// etherType reads what an EtherType announces, VLAN tags first (IEEE 802.1Q §9).
func (im *importer) etherType(kind uint16, v view) (*segment, error) {
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
func (im *importer) mpls(v view) (*segment, error) {
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
func (im *importer) pppoe(v view) (*segment, error) {
	if len(v.b) < pppoeHeader {
		return nil, errShort
	}
	return im.ppp(v.from(pppoeHeader).limit(int(binary.BigEndian.Uint16(v.b[4:]))))
}

// ppp takes a PPP header off, with or without address and control (RFC 1662 §3.1).
func (im *importer) ppp(v view) (*segment, error) {
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
