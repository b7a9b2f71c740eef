package capture

import (
	"encoding/binary"
	"errors"
	"net/netip"
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

// view is what was captured of one layer's bytes. cut is how many more of them
// followed on the wire and were not captured.
type view struct {
	b   []byte
	cut int
}

// from is the view without its first n bytes, all of which were captured.
func (v view) from(n int) view { return view{v.b[n:], v.cut} }

// limit is the view of a layer that says that it is n bytes long: what follows
// is padding, what is not there was cut off.
func (v view) limit(n int) view {
	if n <= len(v.b) {
		return view{v.b[:n], 0}
	}
	return view{v.b, n - len(v.b)}
}

// maxNesting is how many IP headers, and tunnels between them, one packet may have.
const maxNesting = 8

// What keeps a packet that may hold TCP from being read.
var (
	errShort        = errors.New("a packet ends, or was cut by the capture, before its TCP header does")
	errHeader       = errors.New("a packet has an IP or TCP header that contradicts itself")
	errNested       = errors.New("a packet has more tunnels in each other than are followed")
	errFragment     = errors.New("IP fragments the rest of which was not captured")
	errFragmentSize = errors.New("IP fragments of a length that no datagram can have")
)

// importer takes the layers around TCP off a packet. It allocates nothing for a
// packet, fragments aside.
type importer struct {
	seg       segment
	at        place // of the packet at hand
	packet    *packet
	fragments fragments
	nesting   int
}

// take returns the TCP segment in p, or nil. A packet that is not TCP is no
// error; one that may be TCP and cannot be read is.
func (im *importer) take(p *packet, at place) (*segment, error) {
	im.packet, im.at, im.nesting = p, at, 0
	return im.link(p.link, view{p.data, max(p.length-len(p.data), 0)})
}

// tcp reads a TCP header (RFC 9293 §3.1). It never looks at the checksum:
// captures taken before a network card computed it hold garbage there.
func (im *importer) tcp(v view, from, to netip.Addr) (*segment, error) {
	b := v.b
	if len(b) < tcpHeader {
		return nil, errShort
	}
	head := int(b[dataOffset]>>4) * 4
	if head < tcpHeader {
		return nil, errHeader
	}
	if head > len(b) {
		return nil, errShort
	}
	im.seg = segment{
		from:    netip.AddrPortFrom(from, binary.BigEndian.Uint16(b)),
		to:      netip.AddrPortFrom(to, binary.BigEndian.Uint16(b[2:])),
		seq:     binary.BigEndian.Uint32(b[4:]),
		ack:     binary.BigEndian.Uint32(b[8:]),
		flags:   b[13],
		data:    b[head:],
		missing: v.cut,
	}
	return &im.seg, nil
}
