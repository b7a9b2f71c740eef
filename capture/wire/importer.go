// Package wire reads and makes the layers between a network card and TCP.
//
// An [Importer] takes link layer, VLANs, tunnels, IP of both versions and
// fragments off a packet and returns its TCP [Segment]. A [Queue] keeps what
// arrived before the bytes that precede it. A [Header] is the other way: the IP
// and TCP header around bytes that a relay moved.
//
// The package follows no connections and reads no files. Every length in a packet
// is checked against the bytes that are there; what a stranger's packets can make
// it keep is bounded. Nothing is allocated for a packet that is no fragment.
package wire

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"time"
)

// Segment is one TCP segment of a packet. The data is borrowed.
type Segment struct {
	// From and To are its ends; an IPv4-mapped IPv6 address is the IPv4 address.
	From, To netip.AddrPort
	// Seq and Ack are as on the wire (RFC 9293 §3.1), and Flags those in its last
	// byte.
	Seq, Ack uint32
	Flags    byte
	// Data is the payload as far as it was captured.
	Data []byte
	// Missing is how many bytes of payload after Data the capture cut off.
	Missing int
}

// Is says that all of these flags are set.
func (s *Segment) Is(flags byte) bool { return s.Flags&flags == flags }

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

// ErrFragment says why a datagram was lost that the Importer gave up.
var ErrFragment = errors.New("IP fragments the rest of which was not captured")

// What keeps a packet that may hold TCP from being read.
var (
	errShort        = errors.New("a packet ends, or was cut by the capture, before its TCP header does")
	errHeader       = errors.New("a packet has an IP or TCP header that contradicts itself")
	errNested       = errors.New("a packet has more tunnels in each other than are followed")
	errFragmentSize = errors.New("IP fragments of a length that no datagram can have")
)

// Importer takes the layers around TCP off a packet. It allocates nothing for a
// packet, fragments aside. It is not safe for concurrent use.
//
// At is a place in a capture, of the first fragment of a datagram for instance.
type Importer[At any] struct {
	seg       Segment
	at        At // of the packet at hand
	time      time.Time
	fragments fragments[At]
	nesting   int
}

// NewImporter returns one that tells lost of the first fragment of every datagram
// that it gives up.
func NewImporter[At any](lost func(At)) *Importer[At] {
	return &Importer[At]{fragments: fragments[At]{waiting: map[fragmentKey]*datagram[At]{}, lost: lost}}
}

// Take returns the TCP segment in a packet of which p was captured and which had
// length bytes; nil when it holds none, or a part of one. It is borrowed until the
// next call. A packet that is not TCP is no error; one that may be TCP and cannot
// be read is.
func (im *Importer[At]) Take(link LinkType, p []byte, length int, at time.Time, where At) (*Segment, error) {
	im.time, im.at, im.nesting = at, where, 0
	return im.link(link, view{p, max(length-len(p), 0)})
}

// Oldest is the place of the first fragment that still waits for others.
func (im *Importer[At]) Oldest() (At, bool) { return im.fragments.oldest() }

// End gives up on every datagram: there is no more to come.
func (im *Importer[At]) End() { im.fragments.end() }

// tcp reads a TCP header (RFC 9293 §3.1). It never looks at the checksum:
// captures taken before a network card computed it hold garbage there.
func (im *Importer[At]) tcp(v view, from, to netip.Addr) (*Segment, error) {
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
	im.seg = Segment{
		From:    netip.AddrPortFrom(from, binary.BigEndian.Uint16(b)),
		To:      netip.AddrPortFrom(to, binary.BigEndian.Uint16(b[2:])),
		Seq:     binary.BigEndian.Uint32(b[4:]),
		Ack:     binary.BigEndian.Uint32(b[8:]),
		Flags:   b[13],
		Data:    b[head:],
		Missing: v.cut,
	}
	return &im.seg, nil
}
