package wire

import "encoding/binary"

// UDP ports of tunnels (IANA service names).
const (
	portGTPU  = 2152
	portVXLAN = 4789
)

const (
	udpHeader   = 8
	gtpHeader   = 8
	vxlanHeader = 8
)

// udp looks for the tunnels that travel in UDP; other UDP is no TCP.
func (im *Importer[At]) udp(v view) (*Segment, error) {
	if len(v.b) < udpHeader {
		return nil, nil
	}
	from, to := binary.BigEndian.Uint16(v.b), binary.BigEndian.Uint16(v.b[2:])
	switch v = v.from(udpHeader); {
	case to == portGTPU || from == portGTPU:
		return im.gtp(v)
	case to == portVXLAN:
		return im.vxlan(v)
	}
	return nil, nil
}

// gtp reads the user data of a mobile network (3GPP TS 29.281 §5.1): version 1,
// GTP (not GTP'), message G-PDU. Flags for extension headers, sequence number
// and N-PDU number each add the same four bytes.
func (im *Importer[At]) gtp(v view) (*Segment, error) {
	const version, gpdu, extended, optional = 0x30, 0xff, 0x04, 0x07
	b := v.b
	if len(b) < gtpHeader || b[0]&0xf0 != version || b[1] != gpdu {
		return nil, nil
	}
	if n := int(binary.BigEndian.Uint16(b[2:])); n != 0 {
		v = v.limit(gtpHeader + n)
	}
	at := gtpHeader
	if b[0]&optional != 0 {
		at += 4
		for next := b[0]&extended != 0; next; {
			if len(v.b) < at || v.b[at-1] == 0 {
				break
			}
			if len(v.b) <= at || v.b[at] == 0 {
				return nil, errShort
			}
			at += int(v.b[at]) * 4
		}
	}
	if len(v.b) < at {
		return nil, errShort
	}
	return im.ip(v.from(at))
}

// vxlan reads Ethernet in UDP (RFC 7348 §5). The flag says that the network
// identifier is valid, which it has to be.
func (im *Importer[At]) vxlan(v view) (*Segment, error) {
	if len(v.b) < vxlanHeader || v.b[0]&0x08 == 0 {
		return nil, nil
	}
	return im.ethernet(v.from(vxlanHeader))
}

// gre reads generic routing encapsulation, version 0 (RFC 2784 §2, RFC 2890 §2):
// checksum, key and sequence number add four bytes each.
func (im *Importer[At]) gre(v view) (*Segment, error) {
	const checksum, key, sequence, version = 0x80, 0x20, 0x10, 0x07
	if len(v.b) < 4 || v.b[1]&version != 0 {
		return nil, nil
	}
	at, kind := 4, binary.BigEndian.Uint16(v.b[2:])
	for _, flag := range [...]byte{checksum, key, sequence} {
		if v.b[0]&flag != 0 {
			at += 4
		}
	}
	switch {
	case len(v.b) < at:
		return nil, errShort
	case kind == etherBridged:
		return im.ethernet(v.from(at))
	}
	return im.etherType(kind, v.from(at))
}
