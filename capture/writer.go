package capture

import (
	"cmp"
	"encoding/binary"
	"io"
	"math/bits"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

const (
	// blockOverhead is more than an enhanced packet block has around the payload
	// and the comments of a packet.
	blockOverhead = 256
	// optionOverhead is more than a comment takes besides its text.
	optionOverhead = 8
	// maxPacket keeps a packet, with its headers, within the 65,535 bytes that
	// an IPv4 total length can say.
	maxPacket    = 65495
	ipv4Header   = 20
	ipv6Header   = 40
	tcpHeader    = 20
	maxHeader    = ipv6Header + tcpHeader // no options but in a SYN, which carries nothing
	maxSegment   = maxPacket - maxHeader  // what is left for the payload
	windowSize   = 65535
	protocolTCP  = 6
	hopLimit     = 64
	dataOffset   = 12 // of the data offset field in a TCP header, RFC 9293 §3.1
	checksumTCP  = 16 // of the checksum field in a TCP header
	checksumIPv4 = 10 // of the checksum field in an IPv4 header, RFC 791 §3.1
)

// TCP flags, RFC 9293 §3.1.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// synOptions says maximum segment size and window scale 14 (1 GiB windows), so
// that analysers do not report a full window: RFC 9293 §3.2, RFC 7323 §2.2.
var synOptions = []byte{2, 4, maxSegment >> 8, maxSegment & 0xff, 1, 3, 3, 14}

// header is what a synthetic segment says besides its payload.
type header struct {
	from, to netip.AddrPort // both IPv4 or both IPv6
	seq, ack uint32
	flags    byte
	shut     bool // the window is 0
}

// packetWriter writes synthetic TCP segments to a pcapng file.
type packetWriter struct {
	ng      *pcapgo.NgWriter
	buf     []byte
	packets uint64
}

// write writes one segment with comments.
func (w *packetWriter) write(at time.Time, h header, payload []byte, comments []string) error {
	w.buf = h.append(w.buf[:0], payload)
	ci := gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(w.buf), Length: len(w.buf)}
	w.packets++
	if len(comments) == 0 {
		return w.ng.WritePacket(ci, w.buf)
	}
	return w.ng.WritePacketWithOptions(ci, w.buf, pcapgo.NgPacketOptions{Comments: comments})
}

// append appends the whole IP packet.
func (h header) append(b, payload []byte) []byte {
	var options []byte
	if h.flags&flagSYN != 0 {
		options = synOptions
	}
	segment := tcpHeader + len(options) + len(payload)
	var pseudo uint64
	if h.from.Addr().Is4() {
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

// appendIPv4 also returns the addresses' part of the pseudo header sum.
func (h header) appendIPv4(b []byte, segment int) ([]byte, uint64) {
	start := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(ipv4Header+segment))
	b = append(b, 0, 0, 0x40, 0, hopLimit, protocolTCP, 0, 0) // don't fragment
	from, to := h.from.Addr().As4(), h.to.Addr().As4()
	b = append(append(b, from[:]...), to[:]...)
	binary.BigEndian.PutUint16(b[start+checksumIPv4:], checksum(b[start:], 0))
	return b, uint64(fold(add(b[start+12:], 0)))
}

func (h header) appendIPv6(b []byte, segment int) ([]byte, uint64) {
	start := len(b)
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(segment))
	b = append(b, protocolTCP, hopLimit)
	from, to := h.from.Addr().As16(), h.to.Addr().As16()
	b = append(append(b, from[:]...), to[:]...)
	return b, uint64(fold(add(b[start+8:], 0)))
}

func (h header) appendTCP(b []byte, options int) []byte {
	b = binary.BigEndian.AppendUint16(b, h.from.Port())
	b = binary.BigEndian.AppendUint16(b, h.to.Port())
	b = binary.BigEndian.AppendUint32(b, h.seq)
	b = binary.BigEndian.AppendUint32(b, h.ack)
	b = append(b, byte((tcpHeader+options)/4<<4), h.flags)
	window := uint16(windowSize)
	if h.shut {
		window = 0
	}
	b = binary.BigEndian.AppendUint16(b, window)
	return append(b, 0, 0, 0, 0)
}

// checksum is the Internet checksum of RFC 1071 over b, starting from sum.
func checksum(b []byte, sum uint64) uint16 { return ^fold(add(b, sum)) }

// add is the one's complement sum in 64-bit words, which folds to the same 16
// bits (RFC 1071 §2): a recorder sums every byte that is relayed.
func add(b []byte, sum uint64) uint64 {
	var carry uint64
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

func fold(sum uint64) uint16 {
	sum = sum>>32 + sum&0xffffffff
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// newNgWriter begins a section: its header, with its place in a recording if it
// has one, and one raw IP interface.
func newNgWriter(w io.Writer, o *Options, place *segmentInfo) (*pcapgo.NgWriter, error) {
	comment := ownComment + o.Version + ". The bytes are what was relayed; the IP and TCP headers around them are synthetic. " +
		cmp.Or(o.Notice, DefaultNotice)
	if place != nil {
		comment += " " + meta{Segment: place}.comment()
	}
	intf := pcapgo.NgInterface{Name: "rtmpscope", LinkType: layers.LinkTypeRaw, TimestampResolution: 9,
		Description: "synthetic TCP segments around the bytes that were relayed"}
	section := pcapgo.NgSectionInfo{Application: ownApplication + o.Version, Comment: comment}
	return pcapgo.NewNgWriterInterface(w, intf, pcapgo.NgWriterOptions{SectionInfo: section})
}
