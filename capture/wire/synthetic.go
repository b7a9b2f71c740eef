package wire

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

const (
	// maxPacket keeps a packet, with its headers, within the 65,535 bytes that
	// an IPv4 total length can say.
	maxPacket    = 65495
	ipv4Header   = 20
	ipv6Header   = 40
	tcpHeader    = 20
	maxHeader    = ipv6Header + tcpHeader // no options but in a SYN, which carries nothing
	windowSize   = 65535
	protocolTCP  = 6
	hopLimit     = 64
	dataOffset   = 12 // of the data offset field in a TCP header, RFC 9293 §3.1
	checksumTCP  = 16 // of the checksum field in a TCP header
	checksumIPv4 = 10 // of the checksum field in an IPv4 header, RFC 791 §3.1
)

// MaxSegment is how many bytes of payload the packet of a [Header] can have.
const MaxSegment = maxPacket - maxHeader

// protocolNone is for experiments (RFC 3692 §2.1): a packet that only carries a
// note is an IP packet of this protocol without content, so that no analyser
// takes it for a part of a conversation.
const protocolNone = 253

// TCP flags, RFC 9293 §3.1.
const (
	FlagFIN = 1 << iota
	FlagSYN
	FlagRST
	FlagPSH
	FlagACK
)

// synOptions says maximum segment size and window scale 14 (1 GiB windows), so
// that analysers do not report a full window: RFC 9293 §3.2, RFC 7323 §2.2.
var synOptions = []byte{2, 4, MaxSegment >> 8, MaxSegment & 0xff, 1, 3, 3, 14}

// Header is what a synthetic segment says besides its payload.
type Header struct {
	// From and To are both IPv4 or both IPv6.
	From, To netip.AddrPort
	Seq, Ack uint32
	// Flags are FlagSYN and so on. A SYN says with options that windows are large.
	Flags byte
	// Shut says that the window is 0: the sender takes nothing.
	Shut bool
}

// Append appends the whole IP packet to b.
func (h Header) Append(b, payload []byte) []byte {
	var options []byte
	if h.Flags&FlagSYN != 0 {
		options = synOptions
	}
	segment := tcpHeader + len(options) + len(payload)
	var pseudo uint64
	if h.From.Addr().Is4() {
		b, pseudo = h.appendIPv4(b, segment)
	} else {
		b, pseudo = h.appendIPv6(b, segment)
	}
	start := len(b)
	b = h.appendTCP(b, len(options))
	b = append(b, options...)
	b = append(b, payload...)
	pseudo += uint64(protocolTCP) + uint64(segment)
	binary.BigEndian.PutUint16(b[start+checksumTCP:], checksum(b[start:], pseudo))
	return b
}

// AppendHead appends what stands before a payload of n bytes that is not summed up. The
// checksum is what a system leaves there that lets its network card compute it: the sum
// of the pseudo header alone (CHECKSUM_PARTIAL of Linux, skbuff.h), as analysers know it
// from captures taken on the machine that sends. A SYN has no payload.
func (h Header) AppendHead(b []byte, n int) []byte {
	segment := tcpHeader + n
	var pseudo uint64
	if h.From.Addr().Is4() {
		b, pseudo = h.appendIPv4(b, segment)
	} else {
		b, pseudo = h.appendIPv6(b, segment)
	}
	start := len(b)
	b = h.appendTCP(b, 0)
	binary.BigEndian.PutUint16(b[start+checksumTCP:], folded(pseudo+uint64(protocolTCP)+uint64(segment)))
	return b
}

// appendIPv4 also returns the addresses' part of the pseudo header sum.
func (h Header) appendIPv4(b []byte, segment int) ([]byte, uint64) {
	start := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(ipv4Header+segment))
	b = append(b, 0, 0, 0x40, 0, hopLimit, protocolTCP, 0, 0) // don't fragment
	from, to := h.From.Addr().As4(), h.To.Addr().As4()
	b = append(append(b, from[:]...), to[:]...)
	binary.BigEndian.PutUint16(b[start+checksumIPv4:], checksum(b[start:], 0))
	return b, uint64(folded(add(b[start+12:], 0)))
}

func (h Header) appendIPv6(b []byte, segment int) ([]byte, uint64) {
	start := len(b)
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(segment))
	b = append(b, protocolTCP, hopLimit)
	from, to := h.From.Addr().As16(), h.To.Addr().As16()
	b = append(append(b, from[:]...), to[:]...)
	return b, uint64(folded(add(b[start+8:], 0)))
}

func (h Header) appendTCP(b []byte, options int) []byte {
	b = binary.BigEndian.AppendUint16(b, h.From.Port())
	b = binary.BigEndian.AppendUint16(b, h.To.Port())
	b = binary.BigEndian.AppendUint32(b, h.Seq)
	b = binary.BigEndian.AppendUint32(b, h.Ack)
	b = append(b, byte((tcpHeader+options)/4<<4), h.Flags)
	window := uint16(windowSize)
	if h.Shut {
		window = 0
	}
	b = binary.BigEndian.AppendUint16(b, window)
	return append(b, 0, 0, 0, 0)
}

// checksum is the Internet checksum of RFC 1071 over b, starting from sum.
func checksum(b []byte, sum uint64) uint16 { return ^folded(add(b, sum)) }

// add is the one's complement sum in 64-bit words, which folds to the same 16
// bits (RFC 1071 §2): a recorder sums every byte that is relayed. Most of b is summed
// in the order of bytes that processors have, four words a turn, and turned round
// once at the end (RFC 1071 §2 B).
func add(b []byte, sum uint64) uint64 {
	var little, carry uint64
	for len(b) >= 32 {
		four := (*[32]byte)(b)
		little, carry = bits.Add64(little, binary.LittleEndian.Uint64(four[0:]), carry)
		little, carry = bits.Add64(little, binary.LittleEndian.Uint64(four[8:]), carry)
		little, carry = bits.Add64(little, binary.LittleEndian.Uint64(four[16:]), carry)
		little, carry = bits.Add64(little, binary.LittleEndian.Uint64(four[24:]), carry)
		b = b[32:]
	}
	little, carry = bits.Add64(little, carry, 0)
	sum, carry = bits.Add64(sum, uint64(bits.ReverseBytes16(folded(little+carry))), 0)
	return addRest(b, sum, carry)
}

// addRest adds less than 32 bytes.
func addRest(b []byte, sum, carry uint64) uint64 {
	for len(b) >= 8 {
		sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b), carry)
		b = b[8:]
	}
	var last [8]byte
	copy(last[:], b)
	sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(last[:]), carry)
	sum, carry = bits.Add64(sum, carry, 0)
	return sum + carry
}

func folded(sum uint64) uint16 {
	sum = sum>>32 + sum&0xffffffff
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// AppendEmpty appends an IP packet without content, of a protocol that no
// analyser takes for a part of a conversation.
func (h Header) AppendEmpty(b []byte) []byte {
	start := len(b)
	if h.From.Addr().Is4() {
		b, _ = h.appendIPv4(b, 0)
		ip := b[start:]
		ip[9] = protocolNone
		ip[checksumIPv4], ip[checksumIPv4+1] = 0, 0
		binary.BigEndian.PutUint16(ip[checksumIPv4:], checksum(ip, 0))
		return b
	}
	b, _ = h.appendIPv6(b, 0)
	b[start+6] = protocolNone
	return b
}
